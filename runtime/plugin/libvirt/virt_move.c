/*
 * How does a running machine get to another host? What moves it may block, and
 * an operator may give it up: so one process moves, and another one waits and
 * aborts. After an error it is looked at again, for a daemon that was restarted
 * meanwhile says "failed" of what it did.
 */
#define _GNU_SOURCE /* sigtimedwait with libvirt's headers */
#include <libvirt/libvirt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.h"
#include "os.h"
#include "snapshots.h"

#define PAUSE INT64_C(200000000) /* ns */
#define ABORTING INT64_C(15000000000)

static unsigned long
moving_flags(const struct vm *v)
{
	return (v->paused ? 0 : VIR_MIGRATE_LIVE) | VIR_MIGRATE_PERSIST_DEST |
	    VIR_MIGRATE_UNDEFINE_SOURCE |
	    (v->unsafe ? VIR_MIGRATE_UNSAFE : 0) |
	    (v->peer ? VIR_MIGRATE_PEER2PEER : 0);
}

static bool
move_domain(virDomainPtr d, virConnectPtr to, const struct vm *v)
{
	virTypedParameterPtr p = NULL;
	int n = 0, max = 0, bad = 0;
	virDomainPtr moved;

	if (v->bandwidth > 0 && virTypedParamsAddULLong(&p, &n, &max,
	    VIR_MIGRATE_PARAM_BANDWIDTH, (unsigned long long)v->bandwidth) < 0)
		return false;
	if (v->peer) {
		bad = virDomainMigrateToURI3(d, v->to, p, (unsigned)n,
		    (unsigned)moving_flags(v));
	} else {
		moved = virDomainMigrate3(d, to, p, (unsigned)n,
		    (unsigned)moving_flags(v));
		bad = moved == NULL;
		if (moved != NULL)
			virDomainFree(moved);
	}
	virTypedParamsFree(p, n);
	return bad == 0;
}

/* After an error: where is it? */
static bool
has_moved(const struct vm *v)
{
	virConnectPtr to = link_open(v->to, v->tries);
	virConnectPtr at = link_open(v->at, 2);
	bool moved = link_runs(to, v->domain) == RUNS &&
	    link_runs(at, v->domain) != RUNS;

	link_close(to);
	link_close(at);
	return moved;
}

/* What is known of its snapshots goes with it, or stays with it. */
static int
move_all(virDomainPtr d, virConnectPtr at, virConnectPtr to, struct vm *v)
{
	struct snapshots k;
	virDomainPtr now;
	bool moved;
	int bad = 0;

	snapshots_take(d, &k);
	if (!move_domain(d, to, v))
		bad = link_failed(v, "migrate", NULL);
	moved = bad == 0 || has_moved(v);
	now = k.n == 0 ? NULL : link_find(moved ? to : at, v);
	snapshots_give(now, &k);
	if (now != NULL)
		virDomainFree(now);
	return !moved;
}

static int
move(struct vm *v)
{
	virConnectPtr at, to = link_open(v->to, v->tries);
	virDomainPtr d;
	int bad = 0;

	if (to == NULL)
		return link_failed(v, "reach where it is to go with", NULL);
	at = link_open(v->at, v->tries);
	d = at == NULL ? NULL : link_find(at, v);
	if (link_runs(to, v->domain) == RUNS &&
	    link_runs(at, v->domain) == RUNS_NOT)
		bad = 0; /* it is there */
	else if (d == NULL || virDomainIsActive(d) != 1)
		bad = link_failed(v, "migrate", "it does not run there") &&
		    !has_moved(v);
	else
		bad = move_all(d, at, to, v);
	if (d != NULL)
		virDomainFree(d);
	link_close(at);
	link_close(to);
	return bad;
}

static void
abort_move(const struct vm *v)
{
	virConnectPtr at = link_open(v->at, 1);
	virDomainPtr d = at == NULL ? NULL : link_find(at, v);

	if (d != NULL) {
		virDomainAbortJob(d);
		virDomainFree(d);
	}
	link_close(at);
}

static void
on_child(int sig)
{
	(void)sig; /* it must be one that is not ignored to be waited for */
}

static void
set_waiting(sigset_t *both)
{
	struct sigaction a = { .sa_handler = on_child };

	sigemptyset(both);
	sigaddset(both, SIGTERM);
	sigaddset(both, SIGCHLD);
	sigaction(SIGCHLD, &a, NULL);
	sigprocmask(SIG_BLOCK, both, NULL);
}

/* Waits for what moves; told to end, it aborts and says so. */
static int
watch_move(const struct vm *v, pid_t mover, const sigset_t *both)
{
	int64_t end = INT64_MAX;
	struct timespec t = { 0, (long)PAUSE };
	int status, sig;
	pid_t dead;

	for (;;) {
		sig = sigtimedwait(both, NULL, &t);
		if (sig == SIGTERM && end == INT64_MAX) {
			abort_move(v);
			end = os_clock() + ABORTING;
		}
		dead = waitpid(mover, &status, WNOHANG);
		if (dead == mover)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
		if (os_clock() > end)
			kill(mover, SIGKILL);
	}
}

int
virt_migrate(void *vm)
{
	struct vm *v = vm;
	sigset_t both;
	pid_t mover;

	set_waiting(&both);
	mover = fork();
	if (mover == 0) {
		signal(SIGTERM, SIG_IGN); /* the watcher takes care */
		sigprocmask(SIG_UNBLOCK, &both, NULL);
		_exit(move(v));
	}
	if (mover < 0)
		return link_failed(v, "migrate", "no process is left");
	return watch_move(v, mover, &both);
}
