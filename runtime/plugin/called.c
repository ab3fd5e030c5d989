/*
 * What is run when a campaign calls back: the program of the rule, and the
 * tests that are about what is acted on (U4).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "impact.h"
#include "intern.h"
#include "making.h"
#include "os.h"
#include "runner.h"
#include "tests.h"
#include "text.h"

const struct rule *
called_rule(const struct programs *p, const struct order *o)
{
	const struct rules *l = rules_of(p, POLICY_CALLBACKS);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (pattern_fits(&l->v[i].match, o->callback->label) &&
		    (l->v[i].phase == 0 ||
		    l->v[i].phase == (uint32_t)o->direction + 1))
			return l->v[i].answer == ANSWER_RUN ? &l->v[i] : NULL;
	return NULL;
}

static void
add_test(const struct making *m, struct job *j, const char *path)
{
	enum { UNCONCERNED = 77 };
	struct texts t = { 1, &path };
	struct making own = *m;

	own.place = NAME_NONE;
	own.raw = true;
	stage_add(&own, j, &t);
	j->stage[j->n - 1].success[UNCONCERNED / 8] |= 1u << UNCONCERNED % 8;
}

/* Programs find what is acted on in files below the state directory: as lines,
 * and with all it concerns as JSON. */
static bool
write_file(const struct programs *p, const char *name, const struct buf *b,
    char *why)
{
	char *path = text_below(p->opt.state_dir, name);
	int err = os_replace(path, b->data == NULL ? "" : b->data, b->len);

	if (err != 0)
		snprintf(why, WHY, "cannot write \"%.300s\": %s", path,
		    strerror(-err));
	free(path);
	return err == 0;
}

bool
called_folder(const char *path, char *why)
{
	int err = os_exists(path) ? 0 : os_mkdir(path);

	if (err != 0)
		snprintf(why, WHY, "cannot make \"%.300s\": %s", path,
		    strerror(-err));
	return err == 0;
}

static bool
write_touched(const struct programs *p, const struct order *o,
    const struct impact *im, char *why)
{
	char *data = text_below(p->opt.state_dir, "data");
	struct buf lines = { 0 }, json = { 0 };
	bool ok;
	size_t i;

	for (i = 0; i < o->ntouched; i++)
		buf_printf(&lines, "%s\n", name_str(o->touched[i]));
	impact_write(o, im, &json);
	ok = write_file(p, "exec/touched", &lines, why) &&
	    write_file(p, "exec/impact.json", &json, why) &&
	    called_folder(data, why);
	free(data);
	buf_free(&lines);
	buf_free(&json);
	return ok;
}

static bool
find_tests(const struct making *m, struct job *j, const struct impact *im,
    char *why)
{
	struct tests t;
	size_t i;
	bool ok;

	tests_begin(&t, m->w, m->o, im);
	ok = (m->rule->tests == NULL || tests_folder(&t, words_text(m,
	    m->rule->tests), why)) && (m->rule->online != TRI_YES ||
	    tests_bundles(&t, im, why));
	for (i = 0; ok && i < t.n; i++)
		add_test(m, j, t.path[i]);
	tests_end(&t);
	return ok;
}

enum meant
called_job(struct making m, struct job *j, char *why)
{
	const struct order *o = m.o;
	struct impact im = { 0 };
	enum meant meant = MEANT_NOBODY;

	if (o->actions != NULL)
		impact_find(m.w, o->actions, o, &im);
	if (m.rule->program.n > 0) {
		m.place = o->on;
		stage_add(&m, j, &m.rule->program);
	}
	if (!find_tests(&m, j, &im, why))
		meant = MEANT_NOBODY;
	else if (j->n == 0)
		meant = MEANT_NOTHING;
	else if (write_touched(m.p, o, &im, why))
		meant = MEANT_JOB;
	impact_free(&im);
	return meant;
}
