/* Any program that takes JSON on its standard input. */
#include "buf.h"
#include "deliver.h"
#include "policy.h"

bool
deliver_program(const struct policy_channel *c, const struct message *m,
    char *why)
{
	struct buf b = { 0 };
	bool ok;

	message_json(m, &b);
	buf_char(&b, '\n');
	ok = feed(c->program, b.data, b.len, why);
	buf_free(&b);
	return ok;
}
