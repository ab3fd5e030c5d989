/* The campaign reader: no input may crash it; what it accepts is written and
 * read back as it was, and can be applied to an empty model. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "buf.h"
#include "diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
apply_to_nothing(const struct campaign *c)
{
	struct model *m = mem_alloc(1, sizeof(*m));
	struct diag d = { 0 };
	struct world *w;

	model_index(m);
	w = world_new(m);
	apply_campaign(w, c, &d);
	world_free(w);
	model_free(m);
	diag_free(&d);
}

static void
write_and_read(const struct campaign *c)
{
	struct buf a = { 0 }, b = { 0 };
	struct diag d = { 0 };
	struct campaign *again;

	campaign_write(c, &a);
	again = campaign_load_src(src_from_memory("again", a.data, a.len), &d);
	if (again == NULL || d.nerror > 0)
		abort();
	campaign_write(again, &b);
	if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0)
		abort();
	campaign_free(again);
	diag_free(&d);
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = { 0 };
	struct campaign *c = campaign_load_src(
	    src_from_memory("fuzz", (const char *)data, size), &d);

	if (c != NULL && d.nerror == 0) {
		campaign_check(c, &d);
		write_and_read(c);
		apply_to_nothing(c);
	}
	campaign_free(c);
	diag_free(&d);
	intern_clear();
	return 0;
}
