/*
 * How does a virtual machine get where it is wanted? Every order says what is
 * to be so, so each looks first, and looks again after an error: a daemon that
 * was restarted meanwhile says "failed" of things that were done. A machine is
 * never started where another host runs it, or may: both would write its disk.
 */
#define _GNU_SOURCE /* sigwaitinfo with libvirt's headers */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "os.h"
#include "virt.h"

#define PAUSE INT64_C(200000000) /* ns */
#define LOOK INT64_C(50000000)
#define ABORTING INT64_C(15000000000)
static const char snapshot_name[] = "camprun";

static void
keep_quiet(void *none, virErrorPtr err)
{
	(void)none;
	(void)err; /* it is told where it matters */
}

/* Says what could not be done; 1. */
static int
failed(const struct vm *v, const char *what, const char *why)
{
	const char *last = virGetLastErrorMessage();

	dprintf(STDERR_FILENO, "cannot %s \"%s\": %s\n", what, v->domain,
	    why != NULL ? why : last);
	return 1;
}

/* --- hosts --- */

static virConnectPtr
connect_to(const char *uri, int tries)
{
	virConnectPtr c = NULL;

	virSetErrorFunc(NULL, keep_quiet);
	for (; c == NULL && tries > 0; tries--) {
		c = virConnectOpen(uri);
		if (c == NULL && tries > 1)
			os_sleep(PAUSE);
	}
	return c;
}

static void
leave(virConnectPtr c)
{
	if (c != NULL)
		virConnectClose(c);
}

/* NULL: the host does not know it. */
static virDomainPtr
find(virConnectPtr c, const struct vm *v)
{
	return virDomainLookupByName(c, v->domain);
}

static enum running
runs(virConnectPtr c, const char *domain)
{
	virDomainPtr d;
	int active;

	if (c == NULL)
		return RUNS_UNKNOWN;
	d = virDomainLookupByName(c, domain);
	if (d == NULL)
		return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ?
		    RUNS_NOT : RUNS_UNKNOWN;
	active = virDomainIsActive(d);
	virDomainFree(d);
	return active < 0 ? RUNS_UNKNOWN : active > 0 ? RUNS : RUNS_NOT;
}

enum running
virt_runs(const char *uri, const char *domain)
{
	virConnectPtr c = connect_to(uri, 1);
	enum running r = runs(c, domain);

	leave(c);
	return r;
}

int
virt_reach(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = connect_to(v->at, VIRT_TRIES);

	if (c == NULL)
		return failed(v, "reach the host of", NULL);
	leave(c);
	return 0;
}

/* --- starting --- */

/* The description of a domain that is known elsewhere and does not run; NULL:
 * there is none. *bad: it must not be started at all. */
static char *
description_of(const struct vm *v, const char *uri, bool *bad)
{
	virConnectPtr c = connect_to(uri, 2);
	virDomainPtr d;
	char *xml = NULL;
	enum running r = runs(c, v->domain);

	if (r != RUNS_NOT) {
		failed(v, "start", r == RUNS ? "another host runs it" :
		    "a host that may run it cannot be asked");
		*bad = true;
		leave(c);
		return NULL;
	}
	d = find(c, v);
	if (d != NULL) {
		xml = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_SECURE |
		    VIR_DOMAIN_XML_INACTIVE);
		virDomainFree(d);
	}
	leave(c);
	return xml;
}

static char *
read_description(const struct vm *v)
{
	struct buf path = { 0 };
	char *text = NULL;
	size_t n;

	if (v->definitions == NULL)
		return NULL;
	buf_printf(&path, "%s/%s.xml", v->definitions, v->domain);
	buf_char(&path, '\0');
	if (os_read_all(path.data, &text, &n) != 0)
		text = NULL;
	buf_free(&path);
	return text;
}

/* Its description, from whoever has one. */
static char *
fetch_description(const struct vm *v, bool *bad)
{
	char *xml = NULL, *one;
	size_t i;

	for (i = 0; i < v->nhost && !*bad; i++) {
		if (strcmp(v->host[i], v->at) == 0)
			continue;
		one = description_of(v, v->host[i], bad);
		if (xml == NULL)
			xml = one;
		else
			free(one);
	}
	return *bad || xml != NULL ? xml : read_description(v);
}

/* Other hosts forget it: it is defined once. */
static void
forget_elsewhere(const struct vm *v)
{
	virConnectPtr c;
	virDomainPtr d;
	size_t i;

	for (i = 0; i < v->nhost; i++) {
		if (strcmp(v->host[i], v->at) == 0)
			continue;
		c = connect_to(v->host[i], 1);
		d = c == NULL ? NULL : find(c, v);
		if (d != NULL && virDomainIsActive(d) == 0)
			virDomainUndefine(d);
		if (d != NULL)
			virDomainFree(d);
		leave(c);
	}
}

static virDomainPtr
define(virConnectPtr c, const struct vm *v)
{
	bool bad = false;
	char *xml = fetch_description(v, &bad);
	virDomainPtr d;

	if (bad || xml == NULL) {
		if (!bad)
			failed(v, "start", "nobody has its description");
		free(xml);
		return NULL;
	}
	d = virDomainDefineXML(c, xml);
	free(xml);
	if (d == NULL)
		failed(v, "define", NULL);
	else
		forget_elsewhere(v);
	return d;
}

static int
start_on(virConnectPtr c, const struct vm *v)
{
	virDomainPtr d = find(c, v);
	int bad;

	if (d == NULL)
		d = define(c, v);
	if (d == NULL)
		return 1;
	bad = virDomainIsActive(d) == 1 ? 0 : virDomainCreate(d);
	if (bad != 0 && virDomainIsActive(d) != 1)
		failed(v, "start", NULL);
	else
		bad = 0;
	virDomainFree(d);
	return bad != 0;
}

int
virt_start(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = connect_to(v->at, VIRT_TRIES);
	int bad;

	if (c == NULL)
		return failed(v, "start", NULL);
	bad = start_on(c, v);
	leave(c);
	return bad;
}

/* --- stopping --- */

/* What is known only while it runs is kept. */
static void
keep_definition(virConnectPtr c, virDomainPtr d)
{
	char *xml;
	virDomainPtr kept;

	if (virDomainIsPersistent(d) != 0)
		return;
	xml = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_SECURE |
	    VIR_DOMAIN_XML_INACTIVE);
	kept = xml == NULL ? NULL : virDomainDefineXML(c, xml);
	if (kept != NULL)
		virDomainFree(kept);
	free(xml);
}

static bool
is_off(virDomainPtr d, int64_t ns)
{
	int64_t end = os_clock() + ns;

	while (virDomainIsActive(d) == 1) {
		if (os_clock() >= end)
			return false;
		os_sleep(LOOK);
	}
	return virDomainIsActive(d) == 0;
}

static int
stop_on(virConnectPtr c, const struct vm *v)
{
	virDomainPtr d = find(c, v);
	int bad = 0;

	if (d == NULL)
		return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ? 0 :
		    failed(v, "stop", NULL);
	keep_definition(c, d);
	if (virDomainIsActive(d) == 1 && (virDomainShutdownFlags(d,
	    VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN) != 0 || !is_off(d, v->grace)))
		virDomainDestroy(d);
	if (!is_off(d, PAUSE))
		bad = failed(v, "stop", NULL);
	virDomainFree(d);
	return bad;
}

int
virt_stop(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = connect_to(v->at, VIRT_TRIES);
	int bad;

	if (c == NULL)
		return failed(v, "stop", NULL);
	bad = stop_on(c, v);
	leave(c);
	return bad;
}

int
virt_restart(void *vm)
{
	return virt_stop(vm) != 0 ? 1 : virt_start(vm);
}

/* --- moving --- */

static unsigned long
moving_flags(const struct vm *v)
{
	return VIR_MIGRATE_LIVE | VIR_MIGRATE_PERSIST_DEST |
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
	virConnectPtr to = connect_to(v->to, VIRT_TRIES);
	virConnectPtr at = connect_to(v->at, 2);
	bool moved = runs(to, v->domain) == RUNS &&
	    runs(at, v->domain) != RUNS;

	leave(to);
	leave(at);
	return moved;
}

static int
move(struct vm *v)
{
	virConnectPtr at, to = connect_to(v->to, VIRT_TRIES);
	virDomainPtr d;
	int bad = 0;

	if (to == NULL)
		return failed(v, "reach where it is to go with", NULL);
	at = connect_to(v->at, VIRT_TRIES);
	d = at == NULL ? NULL : find(at, v);
	if (runs(to, v->domain) == RUNS && runs(at, v->domain) == RUNS_NOT)
		bad = 0; /* it is there */
	else if (d == NULL || virDomainIsActive(d) != 1)
		bad = failed(v, "migrate", "it does not run there");
	else if (!move_domain(d, to, v))
		bad = failed(v, "migrate", NULL);
	if (d != NULL)
		virDomainFree(d);
	leave(at);
	leave(to);
	return bad != 0 && !has_moved(v);
}

static void
abort_move(const struct vm *v)
{
	virConnectPtr at = connect_to(v->at, 1);
	virDomainPtr d = at == NULL ? NULL : find(at, v);

	if (d != NULL) {
		virDomainAbortJob(d);
		virDomainFree(d);
	}
	leave(at);
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
		return failed(v, "migrate", "no process is left");
	return watch_move(v, mover, &both);
}

/* --- snapshots --- */

static virDomainSnapshotPtr
old_snapshot(virDomainPtr d)
{
	return virDomainSnapshotLookupByName(d, snapshot_name, 0);
}

static int
take(virDomainPtr d)
{
	static const char form[] = "<domainsnapshot><name>%s</name>"
	    "<description>before an upgrade</description></domainsnapshot>";
	virDomainSnapshotPtr s = old_snapshot(d);
	char xml[160];

	if (s != NULL) {
		virDomainSnapshotDelete(s, 0);
		virDomainSnapshotFree(s);
	}
	snprintf(xml, sizeof(xml), form, snapshot_name);
	s = virDomainSnapshotCreateXML(d, xml, 0);
	if (s == NULL)
		return -1;
	virDomainSnapshotFree(s);
	return 0;
}

static int
go_back(virDomainPtr d)
{
	virDomainSnapshotPtr s = old_snapshot(d);
	int bad;

	if (s == NULL)
		return -1;
	bad = virDomainRevertToSnapshot(s, 0);
	virDomainSnapshotFree(s);
	return bad;
}

static int
with_domain(struct vm *v, const char *what, int (*f)(virDomainPtr))
{
	virConnectPtr c = connect_to(v->at, VIRT_TRIES);
	virDomainPtr d = c == NULL ? NULL : find(c, v);
	int bad = d == NULL ? -1 : f(d);

	if (bad != 0)
		failed(v, what, NULL);
	if (d != NULL)
		virDomainFree(d);
	leave(c);
	return bad != 0;
}

int
virt_snapshot(void *vm)
{
	return with_domain(vm, "take a snapshot of", take);
}

int
virt_revert(void *vm)
{
	return with_domain(vm, "revert", go_back);
}
