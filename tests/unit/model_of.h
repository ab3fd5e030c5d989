/* Small models, written in a test as they are read. */
#ifndef CG_TEST_MODEL_OF_H
#define CG_TEST_MODEL_OF_H

#include <stdio.h>
#include <string.h>

#include "model.h"

/* A model from lines "class dn" and "  attr value...". */
static inline struct model *
model_of(const char *const *line)
{
	struct model *m = mem_alloc(1, sizeof(*m));
	char text[256], *word, *rest;

	for (; *line != NULL; line++) {
		snprintf(text, sizeof(text), "%s", *line);
		word = strtok_r(text, " ", &rest);
		if (**line != ' ') {
			model_add_object(m,
			    intern_str(strtok_r(NULL, " ", &rest)),
			    intern_str(word), 0);
			continue;
		}
		model_add_attr(m, intern_str(word), 0);
		while ((word = strtok_r(NULL, " ", &rest)) != NULL)
			model_add_value(m, intern_str(word));
	}
	model_index(m);
	return m;
}

#endif
