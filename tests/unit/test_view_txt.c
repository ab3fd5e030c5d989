/* T19: the plan that people approve, at any size. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "view.h"

static uint32_t
name_of(const char *fmt, unsigned i)
{
	char text[128];

	snprintf(text, sizeof(text), fmt, i);
	return intern_str(text);
}

/* n procedures, each changes a host and the VMs on it, in-phase. */
static struct campaign *
fleet(unsigned n, unsigned nvm)
{
	struct campaign *c = campaign_new();
	struct arena *a = &c->arena;
	unsigned i, k;

	c->name = intern_str("safSmfCampaign=fleet");
	c->nprocedure = n;
	c->procedure = arena_array(a, n, sizeof(*c->procedure));
	for (i = 0; i < n; i++) {
		struct procedure *p = &c->procedure[i];

		p->name = name_of("safSmfProc=p%u", i);
		p->level = n - 1 - i; /* document order is not execution's */
		p->outage_max = -1;
		p->nstep = 2;
		p->step = arena_array(a, 2, sizeof(*p->step));
		for (k = 0; k < 2; k++) {
			struct step *s = &p->step[k];
			struct unit *u = &s->activation;
			unsigned m, ne = k == 0 ? nvm : 1;

			s->scope = SCOPE_MODIFY;
			s->in_phase = true;
			s->max_retry = 1;
			u->acted_on.name = arena_array(a, ne,
			    sizeof(*u->acted_on.name));
			u->acted_on.nname = ne;
			for (m = 0; m < ne; m++)
				u->acted_on.name[m] = k == 1 ?
				    name_of("safEE=h%u,safDomain=d", i) :
				    name_of("safEE=v%u,safDomain=d",
				    i * nvm + m);
		}
	}
	return c;
}

static char *
plan_of(const struct campaign *c, enum plan_zoom zoom)
{
	const struct view_options o = { .zoom = zoom };
	struct buf b = { 0 };

	view_write(c, VIEW_TXT, &o, &b);
	buf_char(&b, '\0');
	return b.data;
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		n++;
	return n;
}

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\" in:\n%.2000s", part, text);
}

static void
first_and_last_line_are_the_sentence(void **state)
{
	static const char want[] = "plan: 2 waves, 2 procedures, 26 actions, "
	    "2 hosts restarted, 0 VMs caught, 0 services at risk; "
	    "how long is not known\n";
	struct campaign *c = fleet(2, 2);
	int zoom;

	(void)state;
	for (zoom = PLAN_SUMMARY; zoom <= PLAN_FULL; zoom++) {
		char *text = plan_of(c, (enum plan_zoom)zoom);
		size_t n = strlen(text), k = strlen(want);

		assert_memory_equal(text, want, k);
		assert_true(n > 2 * k);
		assert_string_equal(text + n - k, want);
		free(text);
	}
	campaign_free(c);
}

static void
procedures_stand_in_the_order_of_execution(void **state)
{
	struct campaign *c = fleet(2, 2);
	char *text = plan_of(c, PLAN_DEFAULT);

	(void)state;
	assert_has(text, "level 0: safSmfProc=p1\n");
	assert_has(text, "level 1: safSmfProc=p0\n");
	assert_true(strstr(text, "safSmfProc=p1") <
	    strstr(text, "safSmfProc=p0"));
	assert_has(text, "\n       1 v lock              [1] safEE=v2,..\n"
	    "       2 v lock              [1] safEE=v3,..\n"
	    "       3 v terminate         [1] safEE=v2,..\n");
	free(text);
	campaign_free(c);
}

static void
like_actions_are_folded_when_there_are_many(void **state)
{
	struct campaign *c = fleet(3, 37);
	char *text = plan_of(c, PLAN_DEFAULT), *full = plan_of(c, PLAN_FULL);

	(void)state;
	assert_has(text, "  level 0: safSmfProc=p2, actions 1-153\n");
	assert_has(text, "  level 1: safSmfProc=p1, actions 154-306\n");
	assert_has(text, "  level 2: safSmfProc=p0, actions 307-459\n"
	    "      [1] in-phase step acts on 37 hosts like safEE=v74,..\n");
	assert_true(count_lines(text) < 70);
	assert_has(full, "      37 v lock              [1] "
	    "safEE=v110,safDomain=d\n");
	assert_true(count_lines(full) > 400);
	free(text);
	free(full);
	campaign_free(c);
}

static void
summary_fits_a_screen_at_any_size(void **state)
{
	struct campaign *c = fleet(3000, 3);
	char *text = plan_of(c, PLAN_SUMMARY);

	(void)state;
	assert_true(count_lines(text) <= 40);
	assert_has(text, "plan: 3000 waves, 3000 procedures, 51000 actions, "
	    "3000 hosts restarted");
	assert_has(text, "  waves 2876 to 3000: 125 procedures, 2125 actions, "
	    "125 hosts restarted\n");
	free(text);
	campaign_free(c);
}

static void
no_procedure_is_hidden_by_folding(void **state)
{
	struct campaign *c = fleet(300, 3);
	char *text = plan_of(c, PLAN_DEFAULT), name[64];
	unsigned i;

	(void)state;
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), ": safSmfProc=p%u, actions ", i);
		assert_has(text, name);
	}
	free(text);
	campaign_free(c);
}

static void
nothing_to_do_is_a_plan_too(void **state)
{
	struct campaign *c = campaign_new();
	char *text = plan_of(c, PLAN_SUMMARY);

	(void)state;
	assert_has(text, "plan: 0 waves, 0 procedures, 0 actions, 0 hosts restarted, "
	    "0 VMs caught, 0 services at risk\n");
	free(text);
	campaign_free(c);
}

static void
services_at_risk_are_counted_once(void **state)
{
	struct campaign *c = fleet(2, 2);
	uint32_t si[] = { intern_str("safSi=a"), intern_str("safSi=b") };
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		c->procedure[i].outage = OUTAGE_SOME;
		c->procedure[i].naccepted = 2;
		c->procedure[i].accepted = si;
	}
	text = plan_of(c, PLAN_DEFAULT);
	assert_has(text, ", 2 services at risk; how ");
	assert_has(text, "    service at risk: safSi=b\n");
	free(text);
	c->procedure[0].outage = OUTAGE_ALL;
	text = plan_of(c, PLAN_DEFAULT);
	assert_has(text, ", all services at risk; how ");
	free(text);
	campaign_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_and_last_line_are_the_sentence),
		cmocka_unit_test(procedures_stand_in_the_order_of_execution),
		cmocka_unit_test(like_actions_are_folded_when_there_are_many),
		cmocka_unit_test(summary_fits_a_screen_at_any_size),
		cmocka_unit_test(no_procedure_is_hidden_by_folding),
		cmocka_unit_test(nothing_to_do_is_a_plan_too),
		cmocka_unit_test(services_at_risk_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
