/*
 * Which program carries an order out, with which words and environment? The
 * first rule of the policy that fits action and entity and can do the action
 * says it; else software has the commands of its bundle, and to lock, to
 * unlock and to change the model needs no program. Where it runs is put in
 * front, as section run-on says for that place. Nothing is split, quoted or
 * searched for: words are what the policy has as words.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "impact.h"
#include "intern.h"
#include "os.h"
#include "policy_rules.h"
#include "programs.h"
#include "tests.h"
#include "text.h"

enum { WHY = 512, OWN_WORDS = 48 };
#define GRACE INT64_C(5000000000) /* ns */
#define SLACK INT64_C(2000000000) /* the runtime gives up before the keeper */
#define PROBE_LIMIT INT64_C(60000000000)

struct programs {
	struct driver_options opt;
	struct arena arena; /* of the latest job */
};

/* What one program is made from. */
struct making {
	struct programs *p;
	const struct order *o;
	const struct world *w;
	const struct rule *rule; /* NULL: a bundle's */
	const char *action; /* an agent's; NULL: no agent */
	const char *word; /* for what is no action; NULL: it is one */
	uint32_t place; /* where it runs */
	bool raw; /* its words mean themselves */
};

/* --- rules --- */

/* What an agent does for each verb; a verb with two rows has both done. */
static const struct {
	enum verb verb;
	const char *action;
	bool at_to; /* of a migration, where it goes */
} agent[] = {
	{ VERB_INSTANTIATE, "start", false },
	{ VERB_TERMINATE, "stop", false },
	{ VERB_RESTART, "stop", false },
	{ VERB_RESTART, "start", false },
	{ VERB_MIGRATE, "migrate_to", false },
	{ VERB_MIGRATE, "migrate_from", true },
};
enum { AGENT = sizeof(agent) / sizeof(agent[0]) };

static bool
agent_does(enum verb v)
{
	size_t i;

	for (i = 0; i < AGENT && agent[i].verb != v; i++)
		;
	return i < AGENT;
}

static const struct rules *
section(const struct programs *p, enum policy_section s)
{
	static const struct rules none;

	return p->opt.policy == NULL ? &none : &p->opt.policy->section[s];
}

static uint32_t
type_of(const struct world *w, uint32_t dn)
{
	return dn == NAME_NONE ? (uint32_t)NAME_NONE :
	    world_value(w, dn, N_saPlmEEType);
}

static bool
does(const struct rule *r, enum verb v)
{
	if (r->action != 0 && r->action != (uint32_t)v + 1)
		return false;
	return r->program.v != NULL || (r->agent != NULL && agent_does(v));
}

static const struct rule *
find_rule(const struct programs *p, const struct world *w, uint32_t entity,
    enum verb v)
{
	const struct rules *l = section(p, POLICY_EXEC);
	uint32_t type = type_of(w, entity);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (does(&l->v[i], v) &&
		    pattern_fits(&l->v[i].match, entity) &&
		    pattern_fits(&l->v[i].type, type))
			return &l->v[i];
	return NULL;
}

static const struct texts *
find_prefix(const struct programs *p, const struct world *w, uint32_t place)
{
	const struct rules *l = section(p, POLICY_RUN_ON);
	uint32_t type = type_of(w, place);
	size_t i;

	for (i = 0; place != NAME_NONE && i < l->n; i++)
		if (pattern_fits(&l->v[i].match, place) &&
		    pattern_fits(&l->v[i].type, type))
			return &l->v[i].program;
	return NULL;
}

static const struct rule *
find_callback(const struct programs *p, const struct order *o)
{
	const struct rules *l = section(p, POLICY_CALLBACKS);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (pattern_fits(&l->v[i].match, o->callback->label) &&
		    (l->v[i].phase == 0 ||
		    l->v[i].phase == (uint32_t)o->direction + 1))
			return l->v[i].answer == ANSWER_RUN ? &l->v[i] : NULL;
	return NULL;
}

/* --- words --- */

/* The value of a name's first part: "VM1" of "safEE=VM1,...". */
static const char *
rdn_value(const struct making *m, uint32_t dn)
{
	const char *s, *eq;
	size_t n;

	if (dn == NAME_NONE)
		return "";
	s = name_str(dn);
	eq = strchr(s, '=');
	if (eq != NULL)
		s = eq + 1;
	for (n = 0; s[n] != '\0' && s[n] != ','; n++)
		if (s[n] == '\\' && s[n + 1] != '\0')
			n++;
	return arena_strdup(&m->p->arena, s, n);
}

static const char *
object_text(const struct making *m, uint32_t dn, const char *attr, size_t n)
{
	uint32_t value;

	if (dn == NAME_NONE)
		return "";
	if (n == 0)
		return name_str(dn);
	if (n == 3 && memcmp(attr, "rdn", 3) == 0)
		return rdn_value(m, dn);
	value = world_value(m->w, dn, intern(attr, n));
	return value == NAME_NONE ? "" : name_str(value);
}

static const char *
number_text(const struct making *m, uint64_t v)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%" PRIu64, v);

	return arena_strdup(&m->p->arena, text, (size_t)n);
}

static const char *
direction_text(enum direction d)
{
	return d == DO_FORWARD ? "forward" : d == DO_UNDO ? "undo" :
	    "rollback";
}

/* What %{name} stands for, or %{name.attr}. */
static const char *
place_text(const struct making *m, const char *name, size_t n,
    const char *attr, size_t nattr)
{
	const struct order *o = m->o;
	const struct {
		const char *name;
		uint32_t dn;
	} objects[] = { { "entity", o->entity }, { "on", o->on },
		{ "to", o->to }, { "bundle", o->bundle } };
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (strlen(objects[i].name) == n &&
		    memcmp(objects[i].name, name, n) == 0)
			return object_text(m, objects[i].dn, attr, nattr);
	switch (name[0] == 'a' ? name[1] : name[0]) {
	case 'c': /* action */
		return m->action != NULL ? m->action : m->word != NULL ?
		    m->word : verb_name(o->verb);
	case 't': /* attempt */
		return number_text(m, o->attempt);
	case 'd':
		return direction_text(o->direction);
	case 'n':
		return number_text(m, o->seq);
	case 's':
		if (n == 8) /* snapshot */
			return o->snapshot == NULL ? "" : o->snapshot;
		/* state */
		/* fall through */
	default:
		return m->p->opt.state_dir == NULL ? "" :
		    m->p->opt.state_dir;
	}
}

static char *
expand(const struct making *m, const char *s)
{
	struct buf b = { 0 };
	const char *at, *end;
	size_t n;
	char *text;

	for (; (at = strstr(s, "%{")) != NULL; s = end + 1) {
		buf_add(&b, s, (size_t)(at - s));
		at += 2;
		end = strchr(at, '}');
		n = strcspn(at, ".}");
		buf_str(&b, place_text(m, at, n, at[n] == '.' ? at + n + 1 :
		    end, at[n] == '.' ? (size_t)(end - at) - n - 1 : 0));
	}
	buf_str(&b, s);
	text = arena_strdup(&m->p->arena, b.data == NULL ? "" : b.data, b.len);
	buf_free(&b);
	return text;
}

struct words { /* of a program or an environment, while they are collected */
	char **v;
	size_t n, cap;
};

/* Room for so many words, those that are added here and the NULL. */
static struct words
words_new(const struct making *m, size_t n)
{
	return (struct words){ arena_array(&m->p->arena, n + OWN_WORDS,
	    sizeof(char *)), 0, n + OWN_WORDS - 1 };
}

static void
word_add(const struct making *m, struct words *l, const char *word)
{
	if (l->n < l->cap)
		l->v[l->n++] = arena_strdup(&m->p->arena, word, strlen(word));
}

static void
words_add(const struct making *m, struct words *l, const struct texts *t)
{
	size_t i;

	for (i = 0; t != NULL && i < t->n; i++)
		word_add(m, l, expand(m, t->v[i]));
}

/* NAME=value, which replaces an earlier one of that name. */
static void
env_set(const struct making *m, struct words *l, const char *name,
    const char *value)
{
	struct buf b = { 0 };
	size_t i, n = strlen(name) + 1;

	buf_printf(&b, "%s=%s", name, value);
	for (i = 0; i < l->n && strncmp(l->v[i], b.data, n) != 0; i++)
		;
	if (i < l->cap)
		l->v[i] = arena_strdup(&m->p->arena, b.data, b.len);
	if (i == l->n && i < l->cap)
		l->n++;
	buf_free(&b);
}

static void
env_pairs(const struct making *m, struct words *l, const struct texts *t,
    const char *prefix)
{
	struct buf name = { 0 };
	const char *eq;
	size_t i;

	for (i = 0; i < t->n; i++) {
		eq = strchr(t->v[i], '=');
		name.len = 0;
		buf_str(&name, prefix);
		buf_add(&name, t->v[i], (size_t)(eq - t->v[i]));
		buf_char(&name, '\0');
		env_set(m, l, name.data, expand(m, eq + 1));
	}
	buf_free(&name);
}

/* --- agents --- */

/* "ocf:heartbeat:VirtualDomain" or a path: its type, its provider and, below
 * the root, its path. */
static void
split_agent(const struct making *m, const char *root, const char **path,
    const char **provider, const char **type)
{
	struct arena *a = &m->p->arena;
	const char *s = m->rule->agent, *end, *begin;
	char sep = s[0] == '/' ? '/' : ':';
	struct buf b = { 0 };

	end = strrchr(s, sep);
	if (end == NULL)
		end = s - 1;
	*type = arena_strdup(a, end + 1, strlen(end + 1));
	for (begin = end; begin > s && begin[-1] != sep; begin--)
		;
	*provider = end <= s ? "heartbeat" :
	    arena_strdup(a, begin, (size_t)(end - begin));
	buf_printf(&b, "%s/resource.d/%s/%s", root, *provider, *type);
	*path = sep == '/' ? s : arena_strdup(a, b.data, b.len);
	buf_free(&b);
}

static const char *
agent_root(const struct making *m)
{
	const struct texts *t = &m->rule->environment;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strncmp(t->v[i], "OCF_ROOT=", 9) == 0)
			return expand(m, t->v[i] + 9);
	return "/usr/lib/ocf";
}

static void
agent_env(const struct making *m, struct words *env, const char *root,
    const char *provider, const char *type)
{
	int64_t ms = m->o->timeout > 0 ? m->o->timeout / 1000000 : 3600000;

	env_set(m, env, "OCF_ROOT", root);
	env_set(m, env, "OCF_RA_VERSION_MAJOR", "1");
	env_set(m, env, "OCF_RA_VERSION_MINOR", "0");
	env_set(m, env, "OCF_RESOURCE_INSTANCE", rdn_value(m, m->o->entity));
	env_set(m, env, "OCF_RESOURCE_TYPE", type);
	env_set(m, env, "OCF_RESOURCE_PROVIDER", provider);
	env_set(m, env, "HA_RSCTMP", m->p->opt.state_dir);
	env_set(m, env, "OCF_RESKEY_CRM_meta_timeout",
	    number_text(m, (uint64_t)ms));
	env_set(m, env, "OCF_RESKEY_CRM_meta_interval", "0");
	if (m->o->verb != VERB_MIGRATE)
		return;
	env_set(m, env, "OCF_RESKEY_CRM_meta_migrate_source",
	    rdn_value(m, m->o->on));
	env_set(m, env, "OCF_RESKEY_CRM_meta_migrate_target",
	    rdn_value(m, m->o->to));
}

/* --- programs --- */

/* A parameter as CAMPRUN_PARAM_FROM_TYPE; those of one name as words of one
 * value. */
static void
param_env(const struct making *m, struct words *env, size_t i)
{
	const struct param *p = m->o->operation->param;
	size_t n = m->o->operation->nparam, k;
	struct buf name = { 0 }, value = { 0 };
	const char *s;

	buf_str(&name, "CAMPRUN_PARAM_");
	for (s = name_str(p[i].name); *s != '\0'; s++)
		buf_char(&name, *s == '-' ? '_' :
		    (char)toupper((unsigned char)*s));
	buf_char(&name, '\0');
	for (k = i; k < n; k++)
		if (p[k].name == p[i].name)
			buf_printf(&value, "%s%s", k == i ? "" : " ",
			    name_str(p[k].value));
	buf_char(&value, '\0');
	env_set(m, env, name.data, value.data);
	buf_free(&name);
	buf_free(&value);
}

static void
params_env(const struct making *m, struct words *env)
{
	const struct admin_op *op = m->o->operation;
	size_t i, k;

	for (i = 0; op != NULL && i < op->nparam; i++) {
		for (k = 0; k < i && op->param[k].name != op->param[i].name; k++)
			;
		if (k == i)
			param_env(m, env, i);
	}
}

static void
common_env(const struct making *m, struct words *env)
{
	static const struct {
		const char *name, *value;
	} all[] = {
		{ "CAMPRUN_ACTION", "%{action}" },
		{ "CAMPRUN_ENTITY", "%{entity}" },
		{ "CAMPRUN_ON", "%{on}" },
		{ "CAMPRUN_TO", "%{to}" },
		{ "CAMPRUN_BUNDLE", "%{bundle}" },
		{ "CAMPRUN_BUNDLE_FILE", "%{bundle.saSmfBundleFileUri}" },
		{ "CAMPRUN_DIRECTION", "%{direction}" },
		{ "CAMPRUN_NUMBER", "%{number}" },
		{ "CAMPRUN_ATTEMPT", "%{attempt}" },
		{ "CAMPRUN_STATE", "%{state}" },
	};
	const char *path = getenv("PATH");
	size_t i;

	env_set(m, env, "PATH", path != NULL ? path :
	    "/usr/sbin:/usr/bin:/sbin:/bin");
	env_set(m, env, "LC_ALL", "C");
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		env_set(m, env, all[i].name, expand(m, all[i].value));
	params_env(m, env);
	if (m->o->snapshot != NULL) {
		env_set(m, env, "CAMPRUN_SNAPSHOT", m->o->snapshot);
		env_set(m, env, "CAMPRUN_SNAPSHOT_DIR",
		    expand(m, "%{state}/kept/%{snapshot}"));
	}
	if (m->o->callback == NULL)
		return;
	env_set(m, env, "CAMPRUN_CALLBACK", name_str(m->o->callback->label));
	env_set(m, env, "CAMPRUN_STRING", m->o->callback->string == NAME_NONE ?
	    "" : name_str(m->o->callback->string));
	env_set(m, env, "CAMPRUN_TOUCHED", expand(m, "%{state}/exec/touched"));
	env_set(m, env, "CAMPRUN_IMPACT",
	    expand(m, "%{state}/exec/impact.json"));
	env_set(m, env, "CAMPRUN_DATA", expand(m, "%{state}/data"));
}

static void
only_good(struct stage *s, const struct rule *r)
{
	size_t i, n = r == NULL ? 0 : r->success.n;
	unsigned long code;

	memset(s->success, 0, sizeof(s->success));
	if (n == 0)
		s->success[0] = 1;
	for (i = 0; i < n; i++) {
		code = strtoul(r->success.v[i], NULL, 10);
		s->success[code / 8] |= (uint8_t)(1u << code % 8);
	}
}

static struct stage *
new_stage(const struct making *m, struct job *j)
{
	struct stage *all = j->stage;
	size_t i;

	if ((j->n & (j->n - 1)) == 0) { /* 0, 1, 2, 4...: it is full */
		j->stage = arena_array(&m->p->arena, j->n * 2 + 1,
		    sizeof(*j->stage));
		for (i = 0; i < j->n; i++)
			j->stage[i] = all[i];
	}
	return &j->stage[j->n++];
}

/* The words of a rule stand for something, those of others for themselves. */
static void
add_program(const struct making *m, struct words *argv,
    const struct texts *program)
{
	size_t i;

	for (i = 0; i < program->n; i++)
		word_add(m, argv, m->raw ? program->v[i] :
		    expand(m, program->v[i]));
}

/* One more program of the job: the agent, the words of the rule, or those of a
 * bundle, which mean themselves. */
static void
add_stage(const struct making *m, struct job *j, const struct texts *program)
{
	const struct texts *prefix = find_prefix(m->p, m->w, m->place);
	struct stage *s = new_stage(m, j);
	struct words argv = words_new(m, (prefix == NULL ? 0 : prefix->n) +
	    (program == NULL ? 0 : program->n));
	struct words env = words_new(m, m->rule == NULL ? 0 :
	    m->rule->environment.n + m->rule->parameters.n);
	const char *root, *path, *provider, *type;

	common_env(m, &env);
	words_add(m, &argv, prefix);
	if (m->action != NULL) {
		root = agent_root(m);
		split_agent(m, root, &path, &provider, &type);
		agent_env(m, &env, root, provider, type);
		word_add(m, &argv, path);
		word_add(m, &argv, m->action);
	} else {
		add_program(m, &argv, program);
	}
	if (m->rule != NULL) {
		env_pairs(m, &env, &m->rule->environment, "");
		env_pairs(m, &env, &m->rule->parameters, "OCF_RESKEY_");
	}
	only_good(s, m->rule);
	s->argv = argv.v;
	s->envp = env.v;
}

/* What the rule does for a verb. */
static void
add_verb(struct making m, struct job *j, enum verb v)
{
	size_t i;

	if (m.rule->program.v != NULL && m.rule->program.n == 0)
		return;
	if (m.rule->program.v != NULL) {
		m.place = m.o->on;
		add_stage(&m, j, &m.rule->program);
		return;
	}
	for (i = 0; i < AGENT; i++) {
		if (agent[i].verb != v)
			continue;
		m.action = agent[i].action;
		m.place = agent[i].at_to ? m.o->to : m.o->on;
		add_stage(&m, j, NULL);
	}
}

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
	add_stage(&m, j, &t);
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

/* --- callbacks --- */

static void
add_test(const struct making *m, struct job *j, const char *path)
{
	enum { UNCONCERNED = 77 };
	struct texts t = { 1, &path };
	struct making own = *m;

	own.place = NAME_NONE;
	own.raw = true;
	add_stage(&own, j, &t);
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

static bool
make_folder(const char *path, char *why)
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
	    make_folder(data, why);
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
	ok = (m->rule->tests == NULL || tests_folder(&t, expand(m,
	    m->rule->tests), why)) && (m->rule->online != TRI_YES ||
	    tests_bundles(&t, im, why));
	for (i = 0; ok && i < t.n; i++)
		add_test(m, j, t.path[i]);
	tests_end(&t);
	return ok;
}

static enum meant
callback_job(struct making m, struct job *j, char *why)
{
	const struct order *o = m.o;
	struct impact im = { 0 };
	enum meant meant = MEANT_NOBODY;

	if (o->actions != NULL)
		impact_find(m.w, o->actions, o, &im);
	if (m.rule->program.n > 0) {
		m.place = o->on;
		add_stage(&m, j, &m.rule->program);
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
		m.rule = find_rule(m.p, m.w, m.o->entity, both[i]);
		if (m.rule == NULL)
			return nobody(m.o, why);
		add_verb(m, j, both[i]);
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
	bool ok = make_folder(kept, why) && make_folder(path, why);

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
		m.rule = find_callback(p, o);
	else
		m.rule = find_rule(p, m.w, o->entity, o->verb);
	if (m.rule == NULL)
		return without_rule(m, j, why);
	if (o->callback != NULL)
		return callback_job(m, j, why);
	if (o->verb == VERB_SNAPSHOT && o->snapshot != NULL &&
	    !make_room(p, o, why))
		return MEANT_NOBODY;
	if (m.rule->max > 0)
		j->grace = m.rule->max;
	add_verb(m, j, o->verb);
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
	add_stage(&m, j, &m.rule->probe);
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
	m.rule = find_rule(p, m.w, o->entity, o->verb);
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
	const struct rule *r = find_rule(p, w, o->entity, o->verb);
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
programs_monitor(struct programs *p, const struct world *w, uint32_t ee,
    uint32_t on, struct job *j)
{
	const struct order o = { .verb = VERB_INSTANTIATE, .entity = ee,
		.on = on, .before = w, .number = 1 };
	struct making m = begin(p, &o, j, "compare");

	m.rule = find_rule(p, w, ee, VERB_INSTANTIATE);
	m.place = on;
	if (m.rule == NULL || m.rule->want != TRI_YES)
		return false;
	return asking_job(m, j);
}

bool
programs_identify(struct programs *p, const struct world *w, uint32_t ee,
    struct job *j)
{
	const struct order o = { .verb = VERB_COUNT, .entity = ee,
		.on = NAME_NONE, .to = NAME_NONE, .bundle = NAME_NONE,
		.before = w };
	struct making m = begin(p, &o, j, "identify");
	const struct rules *l = section(p, POLICY_IDENTIFY);
	uint32_t type = type_of(w, ee);
	size_t i;

	for (i = 0; i < l->n && m.rule == NULL; i++)
		if (pattern_fits(&l->v[i].match, ee) &&
		    pattern_fits(&l->v[i].type, type))
			m.rule = &l->v[i];
	if (m.rule == NULL || m.rule->program.n == 0)
		return false;
	m.place = NAME_NONE;
	m.word = "identify";
	add_stage(&m, j, &m.rule->program);
	return true;
}

bool
programs_room(struct programs *p, const struct world *w, struct job *j)
{
	const struct order o = { .verb = VERB_COUNT, .entity = NAME_NONE,
		.on = NAME_NONE, .to = NAME_NONE, .bundle = NAME_NONE,
		.before = w };
	const struct rules *l = section(p, POLICY_RETENTION);
	struct making m = begin(p, &o, j, "room");

	if (l->n == 0 || l->v[0].program.n == 0)
		return false;
	m.rule = &l->v[0];
	m.place = NAME_NONE;
	m.word = "room";
	add_stage(&m, j, &m.rule->program);
	return true;
}

void
programs_inside(struct programs *p, const struct world *w, uint32_t ee,
    const struct texts *front, const struct texts *program, struct job *j)
{
	const struct order o = { .verb = VERB_COUNT, .entity = ee,
		.on = NAME_NONE, .to = NAME_NONE, .bundle = NAME_NONE,
		.before = w };
	struct making m = begin(p, &o, j, "inside");
	struct words argv = words_new(&m, front->n + program->n);
	struct words env = words_new(&m, 0);

	m.word = "detect";
	common_env(&m, &env);
	words_add(&m, &argv, front);
	m.raw = true;
	add_program(&m, &argv, program);
	*new_stage(&m, j) = (struct stage){ .argv = argv.v, .envp = env.v };
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
