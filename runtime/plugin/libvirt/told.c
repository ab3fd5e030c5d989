/*
 * What does a host say? Connections are kept; one that was lost in the meantime
 * is made again before that is told. The machine under a host is what its
 * firmware says; where that says nothing of worth, the host's UUID or name.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "link.h"
#include "text.h"
#include "told.h"

struct kept { /* a connection */
	char *uri;
	virConnectPtr c; /* NULL: none */
	bool known; /* its machine is */
	struct machine machine;
};

struct all {
	struct kept *v;
	size_t n, cap;
};

static struct kept *
keep(struct all *all, const char *uri)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->v[i].uri, uri) == 0)
			return &all->v[i];
	all->v = mem_grow(all->v, all->n, &all->cap, sizeof(*all->v));
	all->v[all->n] = (struct kept){ .uri = text_join(uri, "") };
	return &all->v[all->n++];
}

static void
drop(struct kept *k)
{
	link_close(k->c);
	k->c = NULL;
	k->known = false; /* another machine may answer next time */
}

static bool
reach(struct kept *k)
{
	if (k->c != NULL && virConnectIsAlive(k->c) != 1)
		drop(k);
	if (k->c == NULL)
		k->c = link_open(k->uri, 1);
	return k->c != NULL;
}

/* --- what runs --- */

/* One that arrives runs where it comes from until it is here. */
static bool
is_arriving(virDomainPtr d)
{
	int state, reason;

	return virDomainGetState(d, &state, &reason, 0) == 0 &&
	    state == VIR_DOMAIN_PAUSED && (reason ==
	    VIR_DOMAIN_PAUSED_MIGRATION || reason ==
	    VIR_DOMAIN_PAUSED_STARTING_UP);
}

static enum running
look(virConnectPtr c, const char *domain, uint64_t *visit)
{
	virDomainPtr d = virDomainLookupByName(c, domain);
	enum running r = RUNS_UNKNOWN;
	unsigned id;
	int active;

	if (d == NULL)
		return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ?
		    RUNS_NOT : RUNS_UNKNOWN;
	active = virDomainIsActive(d);
	if (active >= 0)
		r = active > 0 && !is_arriving(d) ? RUNS : RUNS_NOT;
	id = r == RUNS ? virDomainGetID(d) : (unsigned)-1;
	*visit = id == (unsigned)-1 ? 0 : id;
	virDomainFree(d);
	return r;
}

static void
tell_runs(struct kept *k, const char *domain, struct told *a)
{
	int tries;

	for (tries = 0; tries < 2 && a->runs == RUNS_UNKNOWN; tries++) {
		if (!reach(k))
			return;
		a->runs = look(k->c, domain, &a->visit);
		if (a->runs == RUNS_UNKNOWN)
			drop(k);
	}
}

/* --- the machine --- */

static bool
says_nothing(const char *text)
{
	static const char *const nothing[] = { "", "0", "None", "Default string",
		"Not Specified", "Not Applicable", "To be filled by O.E.M.",
		"To Be Filled By O.E.M.", "System Serial Number",
		"System Product Name", "System Version", "0123456789" };
	size_t i, n = sizeof(nothing) / sizeof(nothing[0]);

	for (i = 0; i < n && strcmp(text, nothing[i]) != 0; i++)
		;
	return i < n;
}

/* The text between two marks behind a place; NULL: they are not there. */
static const char *
between(const char *p, const char *open, const char *close, size_t *n)
{
	const char *end;

	p = p == NULL ? NULL : strstr(p, open);
	if (p == NULL)
		return NULL;
	p += strlen(open);
	end = strstr(p, close);
	*n = end == NULL ? 0 : (size_t)(end - p);
	return end == NULL ? NULL : p;
}

static void
put(char *text, size_t max, const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\n'))
		n--;
	snprintf(text, max, "%.*s", (int)n, p);
}

void
told_entry(const char *sysinfo, const char *part, const char *entry, char *text,
    size_t max)
{
	char open[64], close[64];
	const char *p, *end;
	size_t n;

	text[0] = '\0';
	snprintf(open, sizeof(open), "<%s>", part);
	snprintf(close, sizeof(close), "</%s>", part);
	p = between(sysinfo, open, close, &n);
	end = p == NULL ? NULL : p + n;
	snprintf(open, sizeof(open), "<entry name='%s'>", entry);
	p = between(p, open, "</entry>", &n);
	if (p == NULL || p > end)
		return;
	put(text, max, p, n);
	if (says_nothing(text))
		text[0] = '\0';
}

static bool
read_machine(virConnectPtr c, struct machine *m)
{
	char *sys = virConnectGetSysinfo(c, 0);
	char *cap = virConnectGetCapabilities(c);
	char *name = virConnectGetHostname(c);
	const char *p, *host;
	size_t n;

	*m = (struct machine){ .serial = "" };
	told_entry(sys, "system", "serial", m->serial, TELLER_TEXT);
	told_entry(sys, "system", "product", m->type, TELLER_TEXT);
	told_entry(sys, "system", "version", m->model, TELLER_TEXT);
	host = cap == NULL ? NULL : strstr(cap, "<host>");
	p = between(host, "<uuid>", "</uuid>", &n);
	if (p != NULL && m->serial[0] == '\0')
		put(m->serial, TELLER_TEXT, p, n);
	p = between(host, "<arch>", "</arch>", &n);
	if (p != NULL && m->type[0] == '\0')
		put(m->type, TELLER_TEXT, p, n);
	p = between(host, "<model>", "</model>", &n);
	if (p != NULL && m->model[0] == '\0')
		put(m->model, TELLER_TEXT, p, n);
	if (m->serial[0] == '\0' && name != NULL)
		put(m->serial, TELLER_TEXT, name, strlen(name));
	free(sys);
	free(cap);
	free(name);
	return m->serial[0] != '\0';
}

static void
tell_machine(struct kept *k, struct told *a)
{
	int tries;

	for (tries = 0; tries < 2 && reach(k) && !k->known; tries++) {
		k->known = read_machine(k->c, &k->machine);
		if (!k->known)
			drop(k);
	}
	if (k->known)
		a->machine = k->machine;
	a->runs = k->known ? RUNS : RUNS_UNKNOWN;
}

static void
tell_room(struct kept *k, const char *domain, int n, struct told *a)
{
	if (reach(k) && told_room(k->c, k->uri, domain, n, &a->room))
		a->runs = RUNS;
}

/* --- questions --- */

void
told_serve(int fd)
{
	struct all all = { 0 };
	struct kept *k;
	struct told a;
	char text[QUESTION];
	const char *uri = text + 1, *domain;
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text), 0)) > 3) {
		if (text[n - 1] != '\0')
			break;
		domain = uri + strlen(uri) + 1;
		a = (struct told){ .runs = RUNS_UNKNOWN };
		k = keep(&all, uri);
		if (text[0] == ASKS_MACHINE)
			tell_machine(k, &a);
		else if (domain < text + n && text[0] >= ASKS_ROOM)
			tell_room(k, domain, text[0] - ASKS_ROOM, &a);
		else if (domain < text + n)
			tell_runs(k, domain, &a);
		if (send(fd, &a, sizeof(a), MSG_NOSIGNAL) < 0)
			break;
	}
}
