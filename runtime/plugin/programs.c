/*
 * Which programs carry an order out, one after the other? What the policy's
 * rule says; else software has the commands of its bundle, and to lock, to
 * unlock and to change the model needs no program. And which one says whether
 * it was done?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "making.h"
#include "os.h"
#include "runner.h"
#include "text.h"

#define GRACE INT64_C(5000000000) /* ns */
#define SLACK INT64_C(2000000000) /* the runtime gives up before the keeper */
#define PROBE_LIMIT INT64_C(60000000000)

/* --- bundles --- */

static const struct {
	enum verb verb;
	uint32_t command, words;
} commands[] = {
	{ VERB_ONLINE_INSTALL, N_saSmfBundleInstallOnlineCmdUri,
	    N_saSmfBundleInstallOnlineCmdArgs },
	{ VERB_OFFLINE_INSTALL, N_saSmfBundleInstallOfflineCmdUri,
	    N_saSmfBundleInstallOfflineCmdArgs },
	{ VERB_ONLINE_UNINSTALL, N_saSmfBundleRemoveOnlineCmdUri,
	    N_saSmfBundleRemoveOnlineCmdArgs },
	{ VERB_OFFLINE_UNINSTALL, N_saSmfBundleRemoveOfflineCmdUri,
	    N_saSmfBundleRemoveOfflineCmdArgs },
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* A command of a bundle or of the campaign: a path, or "file:" and a path.
 * What it has as arguments is one word: nobody can tell how it is to be
 * split. */
static enum meant
command_job(struct making m, struct job *j, uint32_t uri, uint32_t words,
    char *why)
{
	struct texts t = { 0, arena_array(&m.p->arena, 2, sizeof(*t.v)) };
	const char *path;

	if (uri == NAME_NONE || uri == NAME_EMPTY)
		return MEANT_NOTHING;
	path = name_str(uri);
	if (strncmp(path, "file:", 5) == 0)
		path += strncmp(path, "file://", 7) == 0 ? 7 : 5;
	if (path[0] != '/') {
		snprintf(why, WHY, "the command \"%.150s\"%s%.200s%s is no "
		    "whole path", name_str(uri), m.o->bundle == NAME_NONE ?
		    "" : " of \"", m.o->bundle == NAME_NONE ? "" :
		    name_str(m.o->bundle), m.o->bundle == NAME_NONE ? "" :
		    "\"");
		return MEANT_NOBODY;
	}
	t.v[t.n++] = path;
	if (words != NAME_NONE && words != NAME_EMPTY)
		t.v[t.n++] = name_str(words);
	m.place = m.o->on;
	m.raw = true;
	stage_add(&m, j, &t);
	return MEANT_JOB;
}

static enum meant
bundle_job(struct making m, struct job *j, size_t k, char *why)
{
	uint32_t b = m.o->bundle;

	if (b == NAME_NONE)
		return MEANT_NOTHING;
	return command_job(m, j, world_value(m.w, b, commands[k].command),
	    world_value(m.w, b, commands[k].words), why);
}

/* --- jobs --- */

static struct making
begin(struct programs *p, const struct order *o, struct job *j,
    const char *name)
{
	arena_free(&p->arena);
	p->arena = (struct arena){ 0 };
	*j = (struct job){ .number = o->number, .name = name, .grace = GRACE,
		.limit = o->timeout > 0 ? o->timeout + SLACK : 0 };
	return (struct making){ .p = p, .o = o,
		.w = o->after != NULL ? o->after : o->before };
}

static enum meant
nobody(const struct order *o, char *why)
{
	snprintf(why, WHY, "no rule of the policy's section exec says which "
	    "program does %s of \"%.300s\"", verb_name(o->verb),
	    o->entity == NAME_NONE ? "" : name_str(o->entity));
	return MEANT_NOBODY;
}

/* A restart that no rule is about: terminate and instantiate. */
static enum meant
by_two(struct making m, struct job *j, char *why)
{
	static const enum verb both[] = { VERB_TERMINATE, VERB_INSTANTIATE };
	size_t i;

	for (i = 0; i < 2; i++) {
		m.rule = rules_find(m.p, m.w, m.o->entity, both[i]);
		if (m.rule == NULL)
			return nobody(m.o, why);
		stage_add_verb(m, j, both[i]);
	}
	return j->n > 0 ? MEANT_JOB : MEANT_NOTHING;
}

static enum meant
without_rule(struct making m, struct job *j, char *why)
{
	size_t k;

	for (k = 0; k < COMMANDS; k++)
		if (commands[k].verb == m.o->verb)
			return bundle_job(m, j, k, why);
	switch (m.o->verb) {
	case VERB_LOCK:
	case VERB_UNLOCK:
	case VERB_MODIFY_IM:
	case VERB_VALIDATE:
	case VERB_NOTIFY:
		return MEANT_NOTHING;
	case VERB_COMMAND:
		return command_job(m, j, m.o->command, m.o->args, why);
	case VERB_RESTART:
		return by_two(m, j, why);
	default:
		return nobody(m.o, why);
	}
}

/* Where a program may put the data of a snapshot. */
static bool
make_room(const struct programs *p, const struct order *o, char *why)
{
	char *kept = text_below(p->opt.state_dir, "kept");
	char *path = text_below(kept, o->snapshot);
	bool ok = called_folder(kept, why) && called_folder(path, why);

	free(path);
	free(kept);
	return ok;
}

enum meant
programs_of(struct programs *p, const struct order *o, struct job *j,
    char *why)
{
	struct making m = begin(p, o, j, "order");

	if (o->callback != NULL)
		m.rule = called_rule(p, o);
	else
		m.rule = rules_find(p, m.w, o->entity, o->verb);
	if (m.rule == NULL)
		return without_rule(m, j, why);
	if (o->callback != NULL)
		return called_job(m, j, why);
	if (o->verb == VERB_SNAPSHOT && o->snapshot != NULL &&
	    !make_room(p, o, why))
		return MEANT_NOBODY;
	if (m.rule->max > 0)
		j->grace = m.rule->max;
	stage_add_verb(m, j, o->verb);
	return j->n > 0 ? MEANT_JOB : MEANT_NOTHING;
}

/* --- asking --- */

static void
all_good(struct job *j)
{
	memset(j->stage[0].success, 0xff, sizeof(j->stage[0].success));
}

/* A rule's own probe, or what its agent has for one. */
static bool
asking_job(struct making m, struct job *j)
{
	if (m.rule == NULL)
		return false;
	if (m.rule->probe.v == NULL && m.rule->agent == NULL)
		return false;
	if (m.rule->probe.v == NULL)
		m.action = "monitor";
	else if (m.rule->probe.n == 0)
		return false;
	stage_add(&m, j, &m.rule->probe);
	all_good(j);
	j->limit = PROBE_LIMIT;
	return true;
}

bool
programs_probe(struct programs *p, const struct order *o, struct job *j)
{
	struct making m = begin(p, o, j, "probe");

	if (o->callback != NULL)
		return false;
	m.rule = rules_find(p, m.w, o->entity, o->verb);
	m.place = o->verb == VERB_MIGRATE || (o->verb == VERB_MORPH &&
	    o->to != NAME_NONE) ? o->to : o->on;
	return asking_job(m, j);
}

/* What a probe's status says; an agent says whether it runs. */
enum probed
programs_judge(const struct programs *p, const struct order *o,
    const struct ending *e)
{
	const struct world *w = o->after != NULL ? o->after : o->before;
	const struct rule *r = rules_find(p, w, o->entity, o->verb);
	bool yes = e->how == ENDED_EXIT && e->code == 0;
	bool no = e->how == ENDED_EXIT && e->code == 7;

	if (r != NULL && r->probe.v != NULL)
		return yes ? PROBE_DONE : no || (e->how == ENDED_EXIT &&
		    e->code == 1) ? PROBE_NOT_DONE : PROBE_UNKNOWN;
	if (o->verb == VERB_TERMINATE)
		return no ? PROBE_DONE : yes ? PROBE_NOT_DONE : PROBE_UNKNOWN;
	if (o->verb == VERB_RESTART)
		return PROBE_UNKNOWN;
	return yes ? PROBE_DONE : no ? PROBE_NOT_DONE : PROBE_UNKNOWN;
}

bool
programs_check(struct programs *p, const struct order *o, struct job *j)
{
	struct making m = begin(p, o, j, "check");

	if (o->callback != NULL)
		return false;
	m.rule = rules_find(p, m.w, o->entity, o->verb);
	if (m.rule == NULL || m.rule->check.n == 0)
		return false;
	m.place = o->on;
	stage_add(&m, j, &m.rule->check);
	memset(j->stage[0].success, 0, sizeof(j->stage[0].success));
	j->stage[0].success[0] = 1;
	j->limit = PROBE_LIMIT;
	return true;
}

bool
programs_monitor(struct programs *p, const struct world *w, uint32_t ee,
    uint32_t on, struct job *j)
{
	const struct order o = { .verb = VERB_INSTANTIATE, .entity = ee,
		.on = on, .before = w, .number = 1 };
	struct making m = begin(p, &o, j, "compare");

	m.rule = rules_find(p, w, ee, VERB_INSTANTIATE);
	m.place = on;
	if (m.rule == NULL || m.rule->want != TRI_YES)
		return false;
	return asking_job(m, j);
}

/* What is no order: only a question about dn. */
static struct order
no_order(const struct world *w, uint32_t dn, uint32_t on)
{
	return (struct order){ .verb = VERB_COUNT, .entity = dn, .on = on,
		.to = NAME_NONE, .bundle = NAME_NONE, .before = w };
}

/* The job that has a program of a rule answer it, here; false: it has none. */
static bool
question(struct programs *p, const struct order *o, const char *word,
    const struct rule *r, const struct texts *program, struct job *j)
{
	struct making m = begin(p, o, j, word);

	if (r == NULL || program->n == 0)
		return false;
	m.rule = r;
	m.place = NAME_NONE;
	m.word = word;
	stage_add(&m, j, program);
	return true;
}

bool
programs_identify(struct programs *p, const struct world *w, uint32_t ee,
    struct job *j)
{
	const struct order o = no_order(w, ee, NAME_NONE);
	const struct rule *r = rules_first(p, w, POLICY_IDENTIFY, ee);

	return question(p, &o, "identify", r, r == NULL ? NULL : &r->program,
	    j);
}

bool
programs_go(const struct programs *p, const struct world *w, uint32_t place)
{
	return place != NAME_NONE &&
	    rules_first(p, w, POLICY_RUN_ON, place) != NULL;
}

bool
programs_reach(struct programs *p, const struct world *w, uint32_t place,
    struct job *j)
{
	const struct order o = no_order(w, place, place);
	const struct rule *r = rules_first(p, w, POLICY_RUN_ON, place);

	return question(p, &o, "reach", r, r == NULL ? NULL : &r->probe, j);
}

bool
programs_room(struct programs *p, const struct world *w, struct job *j)
{
	const struct order o = no_order(w, NAME_NONE, NAME_NONE);
	const struct rules *l = rules_of(p, POLICY_RETENTION);
	const struct rule *r = l->n == 0 ? NULL : &l->v[0];

	return question(p, &o, "room", r, r == NULL ? NULL : &r->program, j);
}

void
programs_inside(struct programs *p, const struct world *w, uint32_t ee,
    const struct texts *front, const struct texts *program, struct job *j)
{
	const struct order o = no_order(w, ee, NAME_NONE);
	struct making m = begin(p, &o, j, "inside");
	struct words argv = words_new(&m, front->n + program->n);
	struct words env = words_new(&m, 0);
	size_t i;

	m.word = "detect";
	environment_common(&m, &env);
	words_expand(&m, &argv, front);
	for (i = 0; i < program->n; i++)
		words_add(&m, &argv, program->v[i]);
	*stage_new(&m, j) = (struct stage){ .argv = argv.v, .envp = env.v };
}

const char *
programs_status(int code)
{
	static const char *const words[] = { "", "", " (wrong arguments)",
		" (not implemented)", " (no permission)", " (not installed)",
		" (not configured)", " (not running)" };

	return code < 0 || code >= (int)(sizeof(words) / sizeof(words[0])) ?
	    "" : words[code];
}

/* --- making --- */

struct programs *
programs_new(const struct driver_options *opt)
{
	struct programs *p = mem_alloc(1, sizeof(*p));

	p->opt = *opt;
	return p;
}

void
programs_free(struct programs *p)
{
	if (p == NULL)
		return;
	arena_free(&p->arena);
	free(p);
}
