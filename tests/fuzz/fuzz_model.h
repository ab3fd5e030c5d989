/* What both fuzz targets of models demand: no input crashes a reader, every
 * finding has a place in the text, and a model that was read is written and
 * read back, in both notations, without a change. */
#ifndef CG_FUZZ_MODEL_H
#define CG_FUZZ_MODEL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void fuzz_writer(const struct model *, struct buf *);

static inline void
fuzz_read_back(const struct model *m, fuzz_writer *write, const char *path)
{
	struct buf a = { 0 }, b = { 0 };
	struct diag d = { 0 };
	struct model *again;

	write(m, &a);
	again = model_load_src(src_from_memory(path, a.data, a.len), &d);
	if (again == NULL || d.nerror > 0) {
		diag_print(&d, DIAG_TEXT, "fuzz", stderr);
		fwrite(a.data, 1, a.len, stderr);
		abort();
	}
	write(again, &b);
	if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0) {
		fwrite(a.data, 1, a.len, stderr);
		fwrite(b.data, 1, b.len, stderr);
		abort();
	}
	model_free(again);
	diag_free(&d);
	buf_free(&a);
	buf_free(&b);
}

/* Every finding's line must be one of the text. */
static inline void
fuzz_places(const struct model *m, const struct diag *d)
{
	struct arena a = { 0 };
	struct spot spot;
	size_t i;

	for (i = 0; i < d->nitem && i < 20; i++) {
		if (d->item[i].at.src != m->src ||
		    d->item[i].at.off == SRC_WHOLE)
			continue;
		src_locate(m->src, &d->item[i].at, &spot, 1, &a);
		if (spot.line == 0 || spot.col == 0 || spot.end_line <
		    spot.line || (spot.end_line == spot.line && spot.end_col <
		    spot.col))
			abort();
	}
	arena_free(&a);
}

/* Can the model be written without a loss? Objects without a name or class
 * and what is there twice are the findings of model_check. */
static inline bool
fuzz_is_whole(const struct model *m)
{
	size_t i, k, from, end;

	for (i = 0; i < m->nclass; i++)
		if (m->class[i].name == NAME_NONE)
			return false;
	for (i = 0; i < m->nobject; i++) {
		from = m->object[i].attr;
		end = m->object[i + 1].attr;
		if (m->object[i].dn == NAME_NONE ||
		    m->object[i].class == NAME_NONE ||
		    model_find(m, m->object[i].dn) != i)
			return false;
		for (k = from; k < end; k++)
			if (model_attr(m, (uint32_t)i, m->attr[k].name) != k)
				return false;
	}
	return true;
}

static inline void
fuzz_model(const uint8_t *data, size_t size, const char *path)
{
	struct diag d = { 0 };
	struct model *m = model_load_src(
	    src_from_memory(path, (const char *)data, size), &d);

	if (m == NULL)
		abort();
	if (d.nerror == 0 && fuzz_is_whole(m)) {
		fuzz_read_back(m, model_write_xml, "again.xml");
		fuzz_read_back(m, model_write_yaml, "again.yaml");
	}
	model_check(m, &d);
	fuzz_places(m, &d);
	model_free(m);
	diag_free(&d);
	intern_clear();
}

#endif
