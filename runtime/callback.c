/*
 * Who answers a callback? The policy, by its label; one that it says nothing
 * about passes, as the standard has it for a callback without an answer. Only
 * a gate is there to be asked about: silence is no leave.
 */
#include <string.h>

#include "callback.h"
#include "diag.h"
#include "idmap.h"
#include "intern.h"

bool
callback_is_gate(const struct callback *c)
{
	return strncmp(name_str(c->label), "gate:", 5) == 0;
}

bool
callback_is_validation(const struct callback *c)
{
	return strncmp(name_str(c->label), "validate:", 9) == 0;
}

const char *
callback_phase(const struct callback *c)
{
	return callback_is_gate(c) || callback_is_validation(c) ?
	    strchr(name_str(c->label), ':') + 1 : NULL;
}

enum answer
callback_answer(const struct policy *p, const struct order *o)
{
	enum answer said = policy_callback(p, o->callback->label,
	    (unsigned)o->direction);

	return said == ANSWER_NONE && callback_is_gate(o->callback) ?
	    ANSWER_ASK : said;
}

int64_t
callback_timeout(const struct callback *c)
{
	return c->time > 0 ? c->time : 0;
}

bool
callback_is_notice(const struct callback *c)
{
	return c->time == 0;
}

/* Is it known in the phases it is called in? Those of the rollback are called
 * in no other. */
static bool
is_answered(const struct policy *p, const struct callback *c, bool rollback)
{
	return policy_callback(p, c->label, rollback ? DO_ROLLBACK :
	    DO_FORWARD) != ANSWER_NONE;
}

void
callback_report(const struct campaign *c, const struct actions *a,
    const struct policy *p, struct diag *d)
{
	struct idmap seen = { 0 };
	const struct callback *k;
	size_t i;

	for (i = 0; i < a->n; i++) {
		uint32_t *was;

		if (a->act[i].verb != VERB_NOTIFY)
			continue;
		k = a->act[i].callback;
		was = idmap_at(&seen, k->label);
		if (*was != 0 || callback_is_gate(k) ||
		    is_answered(p, k, i >= a->rollback))
			continue;
		*was = 1;
		diag_report(d, DIAG_CALLBACK_UNANSWERED, campaign_place(c,
		    k->pos), NAME_NONE, "nobody answers the callback \"%.200s\""
		    ", so it passes", name_str(k->label));
	}
	idmap_free(&seen);
}
