/*
 * What did the operator ask for? A command; the exit status of the process is
 * what it comes to.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "companion.h"
#include "diag.h"
#include "fsm.h"
#include "inputs.h"
#include "intern.h"
#include "operate.h"
#include "plugin.h"
#include "policy.h"
#include "run_options.h"

struct run {
	struct run_options opt;
	struct diag diag;
	struct inputs in;
	struct policy *policy; /* of prove, or NULL */
	int status;
};

/* --- prove --- */

/* Reads the policy, if there is one; false with the status set. */
static bool
read_policy(struct run *r)
{
	const char *path = r->opt.operate.policy;

	if (path == NULL)
		return true;
	r->policy = policy_load(path, &r->diag);
	if (r->policy == NULL)
		r->status = cli_failure(PROGRAM, "read", path, errno);
	else if (r->diag.nerror > 0)
		r->status = EXIT_ERRORS;
	return r->status == EXIT_DONE;
}

static void
prove(struct run *r)
{
	char why[512];
	const struct plugin *p = plugin_load("prove", why);
	struct actions *a;
	struct proof proof;

	if (p == NULL || p->prove == NULL) {
		fprintf(stderr, PROGRAM ": %s\n", why);
		r->status = EXIT_SYSTEM;
		return;
	}
	a = actions_make(r->in.campaign, r->in.source, "prove", &r->diag);
	if (a != NULL && p->prove(r->in.campaign, a, r->in.source,
	    r->in.target, r->policy, !r->opt.no_faults, &proof, NULL, &r->diag) &&
	    r->diag.nerror == 0) {
		printf("proven: %zu actions, %zu failures, %zu states\n",
		    proof.nactions, proof.nfailures, proof.nstates);
		r->status = cli_printed(PROGRAM, EXIT_DONE);
	}
	actions_free(a);
}

static bool
is_dash(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

static int
stdin_inputs(const struct run *r)
{
	return is_dash(r->opt.operand[0]) +
	    is_dash(r->opt.operate.source) + is_dash(r->opt.target) +
	    is_dash(r->opt.operate.policy);
}

static void
run_prove(struct run *r)
{
	if (r->opt.noperand != 1 || r->opt.operate.source == NULL) {
		r->status = cli_usage(PROGRAM, "prove needs CAMPAIGN "
		    "--source MODEL");
		return;
	}
	if (stdin_inputs(r) > 1) {
		r->status = cli_usage(PROGRAM, "only one input can be -");
		return;
	}
	r->status = inputs_read(&r->in, r->opt.operand[0],
	    r->opt.operate.source, r->opt.target, &r->diag);
	if (r->status == EXIT_DONE && inputs_match(&r->in,
	    r->opt.operate.source, &r->diag) && read_policy(r))
		prove(r);
	if (r->status == 0 && r->diag.nerror > 0)
		r->status = EXIT_ERRORS;
	r->diag.is_partial = r->status == EXIT_SYSTEM;
	if (r->diag.nitem > 0 || (r->opt.operate.format != DIAG_TEXT &&
	    r->status < EXIT_USAGE))
		diag_print(&r->diag, r->opt.operate.format, PROGRAM, stderr);
	if (fflush(stderr) != 0)
		r->status = EXIT_SYSTEM;
}

static void
end(struct run *r)
{
	diag_free(&r->diag);
	inputs_free(&r->in);
	policy_free(r->policy);
	intern_clear();
}

/* --- the operator's commands --- */

static int
run_machine(const struct run *r)
{
	const struct fsm *m = fsm_by_name(r->opt.dump);

	if (m == NULL)
		return cli_usage(PROGRAM, "--dump-fsm=%s is none of step, "
		    "procedure, campaign", r->opt.dump);
	fsm_dump(m, stdout);
	return cli_printed(PROGRAM, EXIT_DONE);
}

/* The first option that a command cannot do without and has not, or NULL. */
static const char *
missing(const struct operate_options *o, bool fresh)
{
	if (fresh && o->source == NULL)
		return "--source MODEL: the system as it is";
	if (fresh && o->driver == NULL)
		return "--driver=NAME: sim only simulates, exec and libvirt do "
		    "it";
	if (o->state == NULL)
		return fresh ? "--state DIR: a new folder for what it keeps" :
		    "--state DIR";
	return NULL;
}

static bool
has_all(struct run *r, const char *word, bool fresh)
{
	struct operate_options *o = &r->opt.operate;

	if (r->opt.noperand != (fresh ? 1 : 0)) {
		r->status = fresh ?
		    cli_usage(PROGRAM, "%s needs one CAMPAIGN", word) :
		    cli_usage(PROGRAM, "%s takes no file: --state DIR says "
		    "which run", word);
		return false;
	}
	if (o->commit && o->rehearse) {
		r->status = cli_usage(PROGRAM, "--commit and --rehearse do "
		    "not go together; what is rehearsed is rolled back%s", "");
		return false;
	}
	if (missing(o, fresh) != NULL)
		r->status = cli_usage(PROGRAM, "%s needs %s", word,
		    missing(o, fresh));
	return missing(o, fresh) == NULL;
}

static void
operate(struct run *r, uint32_t command, const char *word)
{
	struct operate_options *o = &r->opt.operate;

	o->command = word;
	if (!has_all(r, word, command == CMD_RUN || command == CMD_CHECK))
		return;
	o->campaign = r->opt.operand[0];
	switch (command) {
	case CMD_CHECK:
		o->check = true;
		o->target = r->opt.target;
		r->status = operate_run(o, &r->diag);
		break;
	case CMD_RUN:
		r->status = operate_run(o, &r->diag);
		break;
	case CMD_SUSPEND:
		r->status = operate_suspend(o, &r->diag);
		break;
	case CMD_STATUS:
		r->status = operate_status(o, &r->diag);
		break;
	case CMD_SNAPSHOTS:
		r->status = operate_snapshots(o, &r->diag);
		break;
	case CMD_MODEL:
		r->status = operate_model(o, &r->diag);
		break;
	default:
		r->status = operate_continue(o, &r->diag);
	}
	if (r->status == EXIT_DONE)
		r->status = cli_printed(PROGRAM, EXIT_DONE);
}

int
main(int argc, char **argv)
{
	struct run r = { .status = EXIT_DONE };
	const char *word = argc > 1 ? argv[1] : NULL;
	uint32_t command = word == NULL ? 0 : run_options_command(word);
	int err;

	if (word != NULL && companion_for(argc - 1, argv + 1) != NULL)
		return companion_become(companion_for(argc - 1, argv + 1),
		    argv);
	if (command != 0) {
		argc--;
		argv++;
	} else if (word == NULL || *word != '-') {
		return word == NULL ? cli_usage(PROGRAM, "no command") :
		    run_options_refuse(word);
	}
	err = run_options_parse(&r.opt, argc, argv, command);
	if (err != 0)
		return err;
	r.diag.max = r.opt.max_errors;
	if (r.opt.help)
		return run_options_help(command);
	if (r.opt.dump != NULL)
		return run_machine(&r);
	if (r.opt.version)
		return cli_version(PROGRAM);
	if (command == 0)
		return cli_usage(PROGRAM, "no command");
	if (r.opt.shown) /* by a shortened name */
		return companion_become("monitor", argv - 1);
	if (!fsm_check_all(stderr))
		return EXIT_SYSTEM;
	if (command == CMD_PROVE)
		run_prove(&r);
	else
		operate(&r, command, word);
	end(&r);
	return r.status;
}
