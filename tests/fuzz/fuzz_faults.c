/* The reader of fault files: no file may crash it, each line of --fail means
 * the same there, and what it took befalls an order without end or fault. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fault.h"
#include "intern.h"
#include "must.h"
#include "src.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
makes_sense(const struct fault *f)
{
	must(f->mishap > MISHAP_NONE && f->mishap <= MISHAP_STRAY);
	must(f->direction <= DO_ROLLBACK && f->verb <= VERB_COUNT);
	must(f->glob != NULL && f->glob[0] != '\0');
	must(f->times > 0 && f->delay >= 0 && f->chance <= FAULT_ALWAYS);
}

/* Each order is met as often as there are faults for it, and once more. */
static void
meet(struct faults *l)
{
	struct order o = { .seq = 1, .attempt = 1,
		.entity = intern_str("safEE=vm1,safDomain=d") };
	int64_t delay;
	int verb;

	for (verb = 0; verb < VERB_COUNT; verb++) {
		o.verb = (enum verb)verb;
		for (o.attempt = 1; o.attempt <= 3; o.attempt++) {
			delay = 0;
			must(fault_befalls(l, &o, &delay) <= MISHAP_STRAY);
			must(delay >= 0);
		}
	}
}

static void
as_option(const uint8_t *data, size_t size)
{
	struct faults l = { 0 };
	char *text = malloc(size + 1), why[512];

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	why[0] = '\0';
	if (fault_add(&l, text, why))
		makes_sense(&l.v[0]);
	else
		must(l.n == 0 && why[0] != '\0');
	faults_free(&l);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct src *src = src_from_memory("fuzz", (const char *)data, size);
	struct faults l = { 0 };
	struct diag d = { 0 };
	size_t i;

	must(fault_read(&l, src, &d));
	for (i = 0; i < l.n; i++)
		makes_sense(&l.v[i]);
	meet(&l);
	faults_free(&l);
	src_close(src);
	diag_free(&d);
	as_option(data, size);
	intern_clear();
	return 0;
}
