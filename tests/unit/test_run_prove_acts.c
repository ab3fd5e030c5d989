/* P1-P9: what the proof says where actions are not those that were made of the
 * campaign, or the campaign is not the one that was compiled. */
#include "proof_of.h"

/* --- where virtual machines go --- */

#define MOVES "tests/fuzz/corpus/prove/restarts.xml"
#define HOST1 "safEE=host1,safDomain=D"
#define HOST2 "safEE=host2,safDomain=D"

/* A campaign in which the machine leaves host1, which is locked, and then
 * host2; its actions are spoilt, as only a fault in making them could. */
static bool
prove_moves(struct fixture *f, void (*spoil)(struct actions *, size_t first))
{
	struct model *target = model_load(
	    "tests/golden/restart-below-vms/target.yaml", &f->diag);
	struct campaign *c = campaign_load(MOVES, &f->diag);
	struct actions *a;
	size_t i = 0;
	bool ok;

	assert_non_null(target);
	assert_non_null(c);
	a = actions_expand(c, f->source);
	while (i < a->n && a->act[i].verb != VERB_MIGRATE)
		i++;
	assert_true(i < a->n);
	assert_string_equal(name_str(a->act[i].to), HOST2);
	if (spoil != NULL)
		spoil(a, i);
	ok = prove_run(c, a, f->source, target, NULL, true, &f->proof,
	    &f->trace, &f->diag);
	buf_char(&f->trace, '\0');
	actions_free(a);
	campaign_free(c);
	model_free(target);
	return ok;
}

static void
forget(struct actions *a, size_t i)
{
	a->act[i].verb = VERB_NOTIFY;
}

static void
nowhere(struct actions *a, size_t i)
{
	a->act[i].to = intern_str("safEE=vm,safDomain=D");
}

static void
no_ee(struct actions *a, size_t i)
{
	a->act[i].to = intern_str("safDomain=D");
}

static void
stays(struct actions *a, size_t i)
{
	a->act[i].to = a->act[i].on;
}

static void
from_elsewhere(struct actions *a, size_t i)
{
	a->act[i].on = intern_str("safEE=vm,safDomain=D");
}

static void
another(struct actions *a, size_t i)
{
	a->act[i].entity = intern_str("safEE=none,safDomain=D");
}

static void
migrations_are_judged(void **state)
{
	static const struct {
		void (*spoil)(struct actions *, size_t);
		const char *says;
	} wrong[] = {
		{ forget, "\"safEE=vm,safDomain=D\" is left standing on "
		    "\"" HOST1 "\", which is not in service" },
		{ nowhere, "migrates to \"safEE=vm,safDomain=D\", which is "
		    "not among its sponsors" },
		{ no_ee, "migrates to \"safDomain=D\", which is no EE" },
		{ stays, "migrates to \"" HOST1 "\", which is not in "
		    "service" },
		{ from_elsewhere, "migrates back to \"safEE=vm,safDomain=D\","
		    " which is not among its sponsors" },
		{ another, "\"safEE=none,safDomain=D\" migrates, but does not "
		    "run" },
	};
	struct fixture *f = *state;
	size_t i;

	assert_true(prove_moves(f, NULL));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		f->trace.len = 0;
		assert_false(prove_moves(f, wrong[i].spoil));
		if (strstr(f->trace.data, wrong[i].says) == NULL)
			fail_msg("not in the trace: %s\n%s", wrong[i].says,
			    f->trace.data);
	}
}

/* The list changes, and the machine has to follow it. */
static void
list_is_followed(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;
	struct actions *a;
	size_t i = 0;

	change(f, "            <value>" HOST1 "</value>\n",
	    "            <value>" HOST2 "</value>\n");
	c = campaign_load_src(src_from_memory("campaign.xml", f->text,
	    strlen(f->text)), &f->diag);
	assert_non_null(c);
	a = actions_expand(c, f->source);
	while (i < a->init_end && a->act[i].verb != VERB_MIGRATE)
		i++;
	assert_true(i < a->init_end);
	forget(a, i);
	assert_false(prove_run(c, a, f->source, f->target, NULL, true,
	    &f->proof, &f->trace, &f->diag));
	buf_char(&f->trace, '\0');
	assert_non_null(strstr(f->trace.data, "\"safEE=vm,safDomain=D\" is left "
	    "standing on \"" HOST1 "\", which is not among its sponsors"));
	actions_free(a);
	campaign_free(c);
}

/* --- the examples, spoilt as data --- */

static void
example_refused(struct fixture *f, const char *name,
    void (*spoil)(struct campaign *), void (*spoil_acts)(struct actions *),
    const char *says)
{
	static const char *const file[] = { "source", "target", "campaign" };
	char path[3][64];
	struct model *m[2];
	struct campaign *c;
	struct actions *a;
	size_t i;

	for (i = 0; i < 3; i++)
		snprintf(path[i], sizeof(path[i]), "examples/%s/%s.xml", name,
		    file[i]);
	m[0] = model_load(path[0], &f->diag);
	m[1] = model_load(path[1], &f->diag);
	c = campaign_load(path[2], &f->diag);
	assert_non_null(m[0]);
	assert_non_null(m[1]);
	assert_non_null(c);
	if (spoil != NULL)
		spoil(c);
	a = actions_expand(c, m[0]);
	if (spoil_acts != NULL)
		spoil_acts(a);
	f->trace.len = 0;
	assert_false(prove_run(c, a, m[0], m[1], NULL, true, &f->proof,
	    &f->trace, &f->diag));
	buf_char(&f->trace, '\0');
	if (strstr(f->trace.data, says) == NULL)
		fail_msg("not in the trace: %s\n%s", says, f->trace.data);
	actions_free(a);
	campaign_free(c);
	model_free(m[0]);
	model_free(m[1]);
}

static void
no_termination(struct actions *a)
{
	size_t i = 0;

	while (i < a->n && a->act[i].verb != VERB_TERMINATE)
		i++;
	assert_true(i < a->n);
	forget(a, i);
}

static void
innermost_restarts(struct campaign *c)
{
	struct procedure *p = &c->procedure[0];

	p->step[p->nstep - 1].restart = true;
	p->step[p->nstep - 1].in_phase = false;
}

static void
outer_not_in_phase(struct campaign *c)
{
	size_t i, k;

	for (i = 0; i < c->nprocedure; i++)
		for (k = 0; k + 1 < c->procedure[i].nstep; k++) {
			struct step *s = &c->procedure[i].step[k];

			if (s->deactivation.removed.nname == 0 &&
			    s->activation.nadded == 0)
				continue;
			s->in_phase = false;
			return;
		}
	fail_msg("no outer step adds or removes");
}

static void
no_unlock(struct actions *a)
{
	size_t i = 0;

	while (i < a->n && a->act[i].verb != VERB_UNLOCK)
		i++;
	assert_true(i < a->n);
	forget(a, i);
}

static void
no_bundle(struct actions *a)
{
	size_t i = 0;

	while (i < a->n && a->act[i].bundle == NAME_NONE)
		i++;
	assert_true(i < a->n);
	a->act[i].bundle = intern_str("safDomain=domain_1");
}

static void
examples_spoilt_are_refused(void **state)
{
	struct fixture *f = *state;

	example_refused(f, "03-media-cluster", NULL, no_termination,
	    "is changed offline while that runs");
	example_refused(f, "03-media-cluster", NULL, no_unlock,
	    "is instantiated before what it stands on");
	example_refused(f, "03-media-cluster", NULL, no_bundle,
	    "\"safDomain=domain_1\" of ");
	example_refused(f, "03-media-cluster", innermost_restarts, NULL,
	    "a step that only restarts has software with an offline command");
	example_refused(f, "02-five-vms", outer_not_in_phase, NULL,
	    "an outer step adds or removes, but is not in-phase");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(migrations_are_judged),
		TEST(list_is_followed),
		TEST(examples_spoilt_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
