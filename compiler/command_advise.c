/*
 * What is advised? The model, what machines can be, and what was measured are
 * read; then there is a report for people, and a model to compile.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "advise_report.h"
#include "advise_target.h"
#include "advise_unit.h"
#include "arena.h"
#include "buf.h"
#include "command.h"
#include "dn.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "policy.h"
#include "reply.h"
#include "run.h"
#include "text.h"

struct asked {
	struct run *r;
	struct policy *policy, *own; /* own: of --classes, or NULL */
	const struct policy *classes, *wishes; /* the one that has them */
	struct advise a;
	struct metrics m;
	const char **resource;
	struct src *src[OPTIONS_MAX_METRICS]; /* findings tell places in them */
	size_t nsrc;
};

/* Names of a machine, the sure ones first: only where they say nothing do the
 * others count. */
static void
name_machines(struct asked *k)
{
	const struct model *m = k->a.m;
	size_t i, j;

	for (i = 0; i < k->a.n; i++) {
		uint32_t dn = k->a.f.v[k->a.v[i].ee].dn, rdn = dn_rdn(dn);
		const char *name = k->a.v[i].wish.name;
		const char *value = strchr(name_str(rdn), '=');

		metrics_name(&k->m, name_str(dn), name_len(dn), (uint32_t)i);
		if (name != NULL)
			metrics_name(&k->m, name, strlen(name), (uint32_t)i);
		else if (value != NULL)
			metrics_name(&k->m, value + 1, strlen(value + 1),
			    (uint32_t)i);
	}
	for (j = 0; j < m->nobject; j++) {
		uint32_t ee, domain;

		if (m->object[j].class != N_OpenSafPlmVirtualMachineConfig)
			continue;
		ee = service_owner(&k->a.f, m, (uint32_t)j);
		domain = model_value(m, (uint32_t)j, N_libVirtDomainName);
		if (ee != NONE && domain != NAME_NONE && k->a.of_ee[ee] != 0 &&
		    k->a.v[k->a.of_ee[ee] - 1].wish.name == NULL)
			metrics_name(&k->m, name_str(domain), name_len(domain),
			    k->a.of_ee[ee] - 1);
	}
}

static void
read_measurements(struct asked *k)
{
	const struct options *o = k->r->opt;
	size_t i;

	for (i = 0; i < o->nmetrics && k->r->status == 0; i++) {
		struct src *src = src_open(o->metrics[i]);

		if (src == NULL) {
			k->r->status = cli_failure(PROGRAM, "read",
			    o->metrics[i], errno);
			return;
		}
		k->src[k->nsrc++] = src;
		src->unit = SRC_BYTES;
		metrics_read(&k->m, src);
	}
}

static void
write_report(struct asked *k)
{
	const char *path = k->r->opt->report == NULL ? "-" :
	    k->r->opt->report;
	struct reply reply = { 0 };
	struct file_out f;
	struct buf b;

	if (run_open(k->r, &f, &b, path) != 0)
		return;
	advise_report(&k->a, &reply);
	reply_write(&reply, "advise", NAME_NONE, text_ends(path, ".json"), &b);
	reply_free(&reply);
	run_close(k->r, &f, &b, path);
}

static void
write_target(struct asked *k)
{
	const char *path = k->r->opt->output;
	struct model *t;

	if (path == NULL || k->r->status != 0)
		return;
	t = advise_target(&k->a);
	run_write_model(k->r, t, path);
	model_free(t);
}

static void
advise_it(struct asked *k, const struct model *m)
{
	size_t i;

	advise_open(&k->a, m, k->classes, k->wishes);
	k->resource = mem_alloc(k->a.nres, sizeof(*k->resource));
	for (i = 0; i < k->a.nres; i++)
		k->resource[i] = policy_resource(k->classes, i);
	metrics_open(&k->m, k->a.n, k->resource, k->a.nres, &k->r->diag);
	name_machines(k);
	read_measurements(k);
	run_judge(k->r);
	if (k->r->status == 0) {
		advise_decide(&k->a, &k->m);
		advise_check_classes(&k->a, &k->r->diag);
		advise_check_units(&k->a, &k->r->diag);
		run_judge(k->r);
	}
	if (k->r->status == 0) {
		write_report(k);
		write_target(k);
	}
}

static bool
has_classes(struct asked *k)
{
	if (k->r->diag.nerror > 0)
		return true; /* that is said */
	if (k->classes == NULL) {
		k->r->status = cli_usage(PROGRAM, "advise needs --classes=%s "
		    "or -p", "FILE");
		return false;
	}
	if (policy_nclass(k->classes) > 0)
		return true;
	diag_report(&k->r->diag, DIAG_NO_CLASSES, (struct place){
	    policy_src(k->classes), SRC_WHOLE, SRC_TOKEN }, NAME_NONE,
	    "there is no section \"classes\" with a class in it");
	return false;
}

static bool
read_policies(struct asked *k)
{
	const char *path = k->r->opt->classes;

	if (!run_read_policy(k->r, &k->policy))
		return false;
	if (path != NULL) {
		k->own = policy_load(path, &k->r->diag);
		if (k->own == NULL) {
			k->r->status = cli_failure(PROGRAM, "read", path,
			    errno);
			return false;
		}
	}
	k->classes = k->own != NULL ? k->own : k->policy;
	k->wishes = k->policy != NULL ? k->policy : k->own;
	return has_classes(k);
}

/* Where nothing was measured the policy must know what machines need. */
static bool
has_needs(struct asked *k)
{
	if (k->r->opt->nmetrics > 0 || k->r->diag.nerror > 0 ||
	    policy_says_needs(k->wishes))
		return true;
	k->r->status = cli_usage(PROGRAM, "advise needs --metrics=%s, or a "
	    "policy whose section advise says what machines need", "FILE");
	return false;
}

static bool
agrees(struct run *r)
{
	const struct options *o = r->opt;

	if (o->output != NULL && strcmp(o->output, "-") == 0 &&
	    (o->report == NULL || strcmp(o->report, "-") == 0))
		r->status = cli_usage(PROGRAM, "both the report and the model "
		    "would go to standard output; --report=%s says where one "
		    "goes", "FILE");
	else if (o->report != NULL && strcmp(o->report, "-") != 0 &&
	    !text_ends(o->report, ".txt") && !text_ends(o->report, ".json"))
		r->status = cli_usage(PROGRAM, "%s ends in neither .txt nor "
		    ".json", o->report);
	return r->status == 0 && (o->output == NULL ||
	    run_is_model_path(r, o->output));
}

void
command_advise(struct run *r)
{
	struct asked k = { .r = r };
	struct model *m = NULL;
	size_t i;

	if (!agrees(r))
		return;
	if (read_policies(&k) && has_needs(&k) && r->diag.nerror == 0)
		m = run_read_model(r, r->opt->operand[0], false);
	if (m != NULL)
		r->models[r->nmodel++] = m;
	if (m != NULL && r->diag.nerror == 0)
		advise_it(&k, m);
	run_judge(r);
	run_print_findings(r, false);
	if (k.resource != NULL) {
		metrics_close(&k.m);
		advise_close(&k.a);
	}
	free(k.resource);
	for (i = 0; i < k.nsrc; i++)
		src_close(k.src[i]);
	policy_free(k.own);
	policy_free(k.policy);
}
