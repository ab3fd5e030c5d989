/*
 * The environment of a program: what the policy and the convention say, and
 * nothing that camprun itself happens to have.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "buf.h"
#include "intern.h"
#include "making.h"

void
environment_set(const struct making *m, struct words *l, const char *name,
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

void
environment_pairs(const struct making *m, struct words *l,
    const struct texts *t, const char *prefix)
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
		environment_set(m, l, name.data, words_text(m, eq + 1));
	}
	buf_free(&name);
}

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
	environment_set(m, env, name.data, value.data);
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

void
environment_common(const struct making *m, struct words *env)
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

	environment_set(m, env, "PATH", path != NULL ? path :
	    "/usr/sbin:/usr/bin:/sbin:/bin");
	environment_set(m, env, "LC_ALL", "C");
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		environment_set(m, env, all[i].name,
		    words_text(m, all[i].value));
	params_env(m, env);
	if (m->o->snapshot != NULL) {
		environment_set(m, env, "CAMPRUN_SNAPSHOT", m->o->snapshot);
		environment_set(m, env, "CAMPRUN_SNAPSHOT_DIR",
		    words_text(m, "%{state}/kept/%{snapshot}"));
	}
	if (m->o->callback == NULL)
		return;
	environment_set(m, env, "CAMPRUN_CALLBACK",
	    name_str(m->o->callback->label));
	environment_set(m, env, "CAMPRUN_STRING",
	    m->o->callback->string == NAME_NONE ? "" :
	    name_str(m->o->callback->string));
	environment_set(m, env, "CAMPRUN_TOUCHED",
	    words_text(m, "%{state}/exec/touched"));
	environment_set(m, env, "CAMPRUN_IMPACT",
	    words_text(m, "%{state}/exec/impact.json"));
	environment_set(m, env, "CAMPRUN_DATA", words_text(m, "%{state}/data"));
}
