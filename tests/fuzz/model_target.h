/* What both model readers must stand: any bytes, and what they accept is
 * written in both notations and read back as it was. */
#ifndef CG_MODEL_TARGET_H
#define CG_MODEL_TARGET_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void model_writer(const struct model *, struct buf *);

static void
write_and_read(const struct model *m, model_writer *out)
{
	struct buf a = { 0 }, b = { 0 };
	struct diag d = { 0 };
	struct model *again;

	out(m, &a);
	again = model_load_src(src_from_memory("again", a.data, a.len), &d);
	if (again == NULL || d.nerror > 0)
		abort();
	out(again, &b);
	if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0)
		abort();
	model_free(again);
	diag_free(&d);
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = { 0 };
	struct model *m = model_load_src(
	    src_from_memory("fuzz", (const char *)data, size), &d);

	if (m != NULL && d.nerror == 0 && model_check(m, &d)) {
		write_and_read(m, model_write_xml);
		write_and_read(m, model_write_yaml);
	}
	model_free(m);
	diag_free(&d);
	intern_clear();
	return 0;
}

#endif
