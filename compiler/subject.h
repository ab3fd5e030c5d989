/* Which object does a question mean? */
#ifndef CG_SUBJECT_H
#define CG_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct campaign;
struct model;

/* The names a question may be about, marked by id. Zero-initialise;
 * subjects_free. */
struct subjects {
	bool *known;
	uint32_t n; /* ids below this */
};

/* All objects that the campaign names; a model (NULL: none) adds its own. */
void subjects_of_campaign(struct subjects *, const struct campaign *);
void subjects_of_model(struct subjects *, const struct model *);

/* The object that is meant: that DN, or the only one whose first part
 * ("safEE=host3") or its value ("host3") is the word. NAME_NONE otherwise, and
 * why tells: a line, lines with all it may mean, or what is like it. */
uint32_t subjects_find(const struct subjects *, const char *word,
    struct buf *why);

void subjects_free(struct subjects *);

#endif
