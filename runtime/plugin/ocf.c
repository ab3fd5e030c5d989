/*
 * Resource agents of the Open Cluster Framework: which program one is, what it
 * does for a verb, and what it is told.
 */
#include <string.h>

#include "buf.h"
#include "making.h"

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

const char *
ocf_action(enum verb v, size_t n, bool *at_to)
{
	size_t i;

	for (i = 0; i < AGENT; i++)
		if (agent[i].verb == v && n-- == 0) {
			*at_to = agent[i].at_to;
			return agent[i].action;
		}
	return NULL;
}

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
			return words_text(m, t->v[i] + 9);
	return "/usr/lib/ocf";
}

/* Where it does not run here, the agent finds a place for its own notes. */
static void
add_convention(const struct making *m, struct words *env, const char *root,
    bool here)
{
	int64_t ms = m->o->timeout > 0 ? m->o->timeout / 1000000 : 3600000;

	environment_set(m, env, "OCF_ROOT", root);
	environment_set(m, env, "OCF_RA_VERSION_MAJOR", "1");
	environment_set(m, env, "OCF_RA_VERSION_MINOR", "0");
	environment_set(m, env, "OCF_RESOURCE_INSTANCE",
	    words_rdn(m, m->o->entity));
	if (here)
		environment_set(m, env, "HA_RSCTMP", m->p->opt.state_dir);
	environment_set(m, env, "OCF_RESKEY_CRM_meta_timeout",
	    words_number(m, (uint64_t)ms));
	environment_set(m, env, "OCF_RESKEY_CRM_meta_interval", "0");
	if (m->o->verb != VERB_MIGRATE)
		return;
	environment_set(m, env, "OCF_RESKEY_CRM_meta_migrate_source",
	    words_rdn(m, m->o->on));
	environment_set(m, env, "OCF_RESKEY_CRM_meta_migrate_target",
	    words_rdn(m, m->o->to));
}

void
ocf_add(const struct making *m, struct words *argv, struct words *env,
    bool here)
{
	const char *root = agent_root(m), *path, *provider, *type;

	split_agent(m, root, &path, &provider, &type);
	add_convention(m, env, root, here);
	environment_set(m, env, "OCF_RESOURCE_TYPE", type);
	environment_set(m, env, "OCF_RESOURCE_PROVIDER", provider);
	words_add(m, argv, path);
	words_add(m, argv, m->action);
}
