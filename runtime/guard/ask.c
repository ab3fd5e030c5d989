/*
 * Which machines are asked what they can do, and where does the answer go? All
 * that a pattern fits, in the order of their names; the file is there whole or
 * not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "cli.h"
#include "diag.h"
#include "dn.h"
#include "file.h"
#include "idmap.h"
#include "intern.h"
#include "os.h"
#include "stop.h"
#include "survey.h"
#include "text.h"
#include "ask_options.h"

#define PROGRAM "camprun"
#define PATIENCE INT64_C(30000000000) /* ns a program inside has */

struct options {
	struct site_options site;
	const char *vm, *output;
	bool augment, help, version;
	int64_t limit;
	size_t max_errors;
	enum diag_format diag;
};

static int
set_option(void *data, int row, const char *value)
{
	struct options *o = data;

	switch ((enum option_id)row) {
	case OPT_VM:
		o->vm = value;
		return 0;
	case OPT_STATE:
		o->site.state = value;
		return 0;
	case OPT_DRIVER:
		o->site.driver = value;
		return 0;
	case OPT_SOURCE:
		o->site.source = value;
		return 0;
	case OPT_POLICY:
		o->site.policy = value;
		return 0;
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case OPT_AUGMENT:
		o->augment = true;
		return 0;
	case OPT_TIMEOUT:
		return cli_time(PROGRAM, "timeout", value, &o->limit);
	case OPT_DIAG:
		return cli_diag(PROGRAM, value, &o->diag);
	case OPT_MAX_ERRORS:
		return cli_max_errors(PROGRAM, value, &o->max_errors);
	case OPT_HELP:
		o->help = true;
		return 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	}
	return 0;
}

/* --- which machines --- */

struct choice {
	const struct world *w;
	const char *glob;
	struct idmap vm; /* 1: an object of the model says that it is one */
	uint32_t *v;
	size_t n, cap;
};

/* EEs directly below the domain that depend on EEs, and those that a
 * configuration object names. */
static void
note_vm(void *arg, uint32_t dn)
{
	struct choice *c = arg;
	uint32_t class = world_class(c->w, dn), ee = NAME_NONE;

	if (class == N_OpenSafPlmVirtualMachineConfig)
		ee = world_value(c->w, dn, N_saPlmEE);
	else if (class == N_SaPlmDependency && world_class(c->w,
	    world_value(c->w, dn, N_saPlmDepNames)) == N_SaPlmEE &&
	    world_class(c->w, dn_parent_known(dn_parent_known(dn))) ==
	    N_SaPlmDomain)
		ee = dn_parent_known(dn);
	if (ee != NAME_NONE)
		*idmap_at(&c->vm, ee) = 1;
}

/* One that is named itself is taken for one. */
static void
choose_vm(void *arg, uint32_t dn)
{
	struct choice *c = arg;

	if (world_class(c->w, dn) != N_SaPlmEE ||
	    !glob_match(c->glob, name_str(dn)) ||
	    (idmap_get(&c->vm, dn) == 0 && strcmp(c->glob, name_str(dn)) != 0))
		return;
	c->v = mem_grow(c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n++] = dn;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(name_str(*(const uint32_t *)a),
	    name_str(*(const uint32_t *)b));
}

/* False, after a word: there are none. */
static bool
choose(struct choice *c, const struct site *site, const char *glob)
{
	*c = (struct choice){ .w = site->w, .glob = glob };
	world_each(site->w, note_vm, c);
	world_each(site->w, choose_vm, c);
	if (c->n > 1)
		qsort(c->v, c->n, sizeof(*c->v), by_name);
	if (c->n > 0)
		return true;
	if (strpbrk(glob, "*?") == NULL)
		site_find_ee(site, PROGRAM, glob);
	else
		fprintf(stderr, PROGRAM ": --vm=%s fits no virtual machine of "
		    "the model\n", glob);
	return false;
}

/* --- asking them --- */

static int
write_output(const char *path, struct buf *b)
{
	struct file_out f;
	int err = file_create(&f, path);

	if (err == 0) {
		b->out = f.stream;
		err = file_commit_buf(&f, b);
	}
	return err == 0 ? EXIT_DONE : cli_failure(PROGRAM, "write", path, -err);
}

/* All of them; false: it was told to stop. */
static bool
survey_all(struct survey *s, const struct choice *c, struct buf *b)
{
	size_t i;

	buf_str(b, "{ \"capabilities\": 1,\n  \"machines\": [\n");
	for (i = 0; i < c->n; i++) {
		buf_str(b, i == 0 ? "" : ",\n");
		if (!survey_machine(s, c->v[i], b))
			return false;
	}
	buf_str(b, " ] }\n");
	return true;
}

static int
carry_out(const struct options *o, struct survey *s, const struct choice *c)
{
	struct buf b = { 0 };
	int err = survey_clean(s), status = EXIT_DONE;

	if (err != 0) {
		buf_free(&b);
		return err == -EBADMSG ? EXIT_ERRORS : cli_failure(PROGRAM,
		    "read", s->folder, -err);
	}
	if (!survey_all(s, c, &b)) {
		fprintf(stderr, PROGRAM ": stopped; what was put in for now is "
		    "taken out, and nothing is written\n");
		status = EXIT_SYSTEM;
	} else {
		status = write_output(o->output == NULL ? "-" : o->output, &b);
	}
	buf_free(&b);
	if (s->stuck == 0)
		return status;
	fprintf(stderr, PROGRAM ": %zu package%s could not be taken out: try "
	    "again, or take %s out by hand\n", s->stuck, s->stuck == 1 ? "" :
	    "s", s->stuck == 1 ? "it" : "them");
	return status == EXIT_DONE ? EXIT_ERRORS : status;
}

/* Locks STATE/guests for this process; the folder is for what is left. NULL
 * with the status. */
static struct os_file *
take_folder(const char *state, char **folder, int *status)
{
	char *path = text_below(state, "guests");
	char *lock = text_below(path, "lock");
	struct os_file *f = NULL;
	int err = os_mkdir(state);

	if (err == 0 || err == -EEXIST)
		err = os_mkdir(path);
	if (err == 0 || err == -EEXIST)
		err = os_open(lock, true, &f);
	if (err == 0)
		err = os_lock(f);
	free(lock);
	*folder = text_below(path, "left");
	if (err == 0) {
		free(path);
		return f;
	}
	os_close(f);
	if (err == -EAGAIN)
		fprintf(stderr, PROGRAM ": another camprun capabilities is at "
		    "work in \"%s\"\n", state);
	*status = err == -EAGAIN ? EXIT_ERRORS :
	    cli_failure(PROGRAM, "write", path, -err);
	free(path);
	return NULL;
}

static int
with_site(const struct options *o, struct site *site,
    const volatile sig_atomic_t *stop, struct diag *d)
{
	struct driver_options opt = { .source = site->source,
		.policy = site->policy, .look = true };
	struct survey s = { .inside = { .site = site, .limit = o->limit },
		.augment = o->augment, .stop = stop };
	struct os_file *lock = NULL;
	struct choice c = { 0 };
	char *folder = NULL;
	int status = EXIT_ERRORS;

	if (!survey_check(site->policy, d) || !choose(&c, site, o->vm))
		goto out;
	if (o->site.state != NULL) {
		lock = take_folder(o->site.state, &folder, &status);
		if (lock == NULL)
			goto out;
	}
	s.folder = folder;
	s.inside.programs = programs_new(&opt);
	status = carry_out(o, &s, &c);
	programs_free(s.inside.programs);
out:
	os_close(lock);
	free(folder);
	free(c.v);
	idmap_free(&c.vm);
	return status;
}

static int
ask(const struct options *o)
{
	struct diag d = { .max = o->max_errors };
	const volatile sig_atomic_t *stop;
	struct site site;
	int status;

	if (o->vm == NULL)
		return cli_usage(PROGRAM, "capabilities needs --vm=DN-GLOB");
	if (o->augment && o->site.state == NULL)
		return cli_usage(PROGRAM, "--augment needs --state DIR, where "
		    "is kept what is put in for now");
	status = site_open(&site, &o->site, PROGRAM, &d);
	stop = stop_heed();
	stop_heed_also(SIGHUP);
	if (status == EXIT_DONE)
		status = with_site(o, &site, stop, &d);
	diag_print_errors(&d, o->diag, PROGRAM, stderr);
	diag_free(&d);
	site_close(&site);
	return status;
}

int
ask_main(int argc, char **argv)
{
	struct options o = { .limit = PATIENCE };
	struct cli_rest rest;
	int status = cli_parse(ask_table(), argc, argv, TABLE_OWN, set_option,
	    &o, &rest);

	if (status != 0)
		return status;
	if (o.help)
		return cli_help(ask_table(), 1);
	if (o.version)
		return cli_version(PROGRAM);
	if (rest.noperand > 0)
		return cli_usage(PROGRAM, "capabilities takes no word \"%s\"",
		    rest.operand[0]);
	status = ask(&o);
	intern_clear();
	return status;
}
