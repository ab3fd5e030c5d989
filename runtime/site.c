/*
 * What is the system like, for somebody who carries nothing out? Of a run its
 * own copies of model and policy say it, and its journal which changes were
 * made since; otherwise the model that is named.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "diag.h"
#include "inputs.h"
#include "near.h"
#include "plugin.h"
#include "policy.h"
#include "site.h"
#include "text.h"

enum { WHY = 512 };

/* --- reading --- */

static int
read_policy(struct site *s, const char *path, const char *program,
    struct diag *d)
{
	s->policy = policy_load(path, d);
	if (s->policy == NULL)
		return cli_failure(program, "read", path, errno);
	return d->nerror > 0 ? EXIT_ERRORS : EXIT_DONE;
}

static int
read_model(struct site *s, const char *path, const char *program,
    struct diag *d)
{
	s->source = model_load(path, d);
	if (s->source == NULL)
		return cli_failure(program, "read", path, errno);
	if (d->nerror > 0)
		return EXIT_ERRORS;
	s->own = world_new(s->source);
	s->w = s->own;
	return EXIT_DONE;
}

/* The model as the run has made it. */
static int
read_run(struct site *s, const char *program, struct diag *d)
{
	char why[WHY];
	struct inputs in;
	int status = inputs_read_kept(&in, s->dir, d), err;

	s->c = in.campaign;
	s->source = in.source;
	if (status != EXIT_DONE)
		return status;
	s->a = actions_make(s->c, s->source, "look at", d);
	if (s->a == NULL)
		return EXIT_ERRORS;
	s->x = exec_new(s->c, s->source, s->a);
	err = journal_read(statedir_path(s->dir), d, exec_record, s->x);
	if (err != 0)
		return d->nerror > 0 ? EXIT_ERRORS : cli_failure(program,
		    "read the journal of", statedir_path(s->dir), -err);
	if (!exec_replay(s->x, why)) {
		fprintf(stderr, "%s: the journal does not fit: %s\n", program,
		    why);
		return EXIT_ERRORS;
	}
	s->w = exec_world(s->x);
	return EXIT_DONE;
}

static int
open_run(struct site *s, const struct site_options *o, const char *program,
    struct diag *d)
{
	int err = statedir_look(o->state, d, &s->dir), status;
	char *path;

	if (err != 0)
		return d->nerror > 0 ? EXIT_ERRORS :
		    cli_failure(program, "open", o->state, -err);
	status = read_run(s, program, d);
	if (status != EXIT_DONE || statedir_get(s->dir, "policy") == NULL)
		return status;
	path = statedir_file(s->dir, "policy.yaml");
	status = read_policy(s, path, program, d);
	free(path);
	return status;
}

static int
open_model(struct site *s, const struct site_options *o, const char *program,
    struct diag *d)
{
	int status = read_model(s, o->source, program, d);

	if (status == EXIT_DONE && o->policy != NULL)
		status = read_policy(s, o->policy, program, d);
	return status;
}

/* --- the driver --- */

static int
open_driver(struct site *s, const char *name, const char *program)
{
	struct driver_options opt = { .source = s->source,
		.policy = s->policy, .look = true,
		.state_dir = s->dir == NULL ? NULL : statedir_path(s->dir) };
	const struct plugin *p;
	char why[WHY];

	p = plugin_load(name, why);
	if (p == NULL)
		return cli_usage(program, "%s", why);
	if (p->open == NULL)
		return cli_usage(program, "%s is no driver", name);
	s->driver = p->open(&opt, why);
	if (s->driver != NULL)
		return EXIT_DONE;
	fprintf(stderr, "%s: the driver %s cannot start: %s\n", program, name,
	    why);
	return EXIT_SYSTEM;
}

int
site_open(struct site *s, const struct site_options *o, const char *program,
    struct diag *d)
{
	bool own = o->source != NULL || o->driver != NULL || o->policy != NULL;
	const char *name = o->driver;
	int status;

	*s = (struct site){ 0 };
	if (own && (o->source == NULL || o->driver == NULL))
		return cli_usage(program, "--source MODEL and --driver=NAME go "
		    "together; or --state DIR alone says which run");
	if (!own && o->state == NULL)
		return cli_usage(program, "which system? --state DIR of a run, "
		    "or --driver=NAME --source MODEL");
	status = own ? open_model(s, o, program, d) :
	    open_run(s, o, program, d);
	if (status != EXIT_DONE)
		return status;
	if (!own)
		name = statedir_get(s->dir, "driver");
	return open_driver(s, name == NULL ? "" : name, program);
}

void
site_close(struct site *s)
{
	if (s->driver != NULL)
		s->driver->free(s->driver->self);
	exec_free(s->x);
	actions_free(s->a);
	world_free(s->own);
	policy_free(s->policy);
	statedir_close(s->dir);
	campaign_free(s->c);
	model_free(s->source);
	*s = (struct site){ 0 };
}

/* --- names --- */

struct names {
	const struct world *w;
	const char **v;
	size_t n, cap;
};

static void
add_ee(void *arg, uint32_t dn)
{
	struct names *l = arg;

	if (world_class(l->w, dn) != N_SaPlmEE)
		return;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = name_str(dn);
}

uint32_t
site_find_ee(const struct site *s, const char *program, const char *dn)
{
	uint32_t ee = intern_str(dn);
	struct names l = { .w = s->w };
	const char *near;

	if (world_class(s->w, ee) == N_SaPlmEE)
		return ee;
	world_each(s->w, add_ee, &l);
	near = near_match(dn, l.v, l.n);
	fprintf(stderr, "%s: there is no execution environment \"%s\" in the "
	    "model%s%s%s\n", program, dn, near == NULL ? "" :
	    "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" :
	    "\"?");
	free(l.v);
	return NAME_NONE;
}
