/* How are hosts reached, and what do they say of a domain at once? */
#include <libvirt/virterror.h>
#include <stdio.h>
#include <unistd.h>

#include "link.h"
#include "os.h"

#define PAUSE INT64_C(200000000) /* ns */

static void
keep_quiet(void *none, virErrorPtr err)
{
	(void)none;
	(void)err; /* it is told where it matters */
}

int
link_failed(const struct vm *v, const char *what, const char *why)
{
	const char *last = virGetLastErrorMessage();

	dprintf(STDERR_FILENO, "cannot %s \"%s\": %s\n", what, v->domain,
	    why != NULL ? why : last);
	return 1;
}

virConnectPtr
link_open(const char *uri, int tries)
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

void
link_close(virConnectPtr c)
{
	if (c != NULL)
		virConnectClose(c);
}

virDomainPtr
link_find(virConnectPtr c, const struct vm *v)
{
	return virDomainLookupByName(c, v->domain);
}

enum running
link_runs(virConnectPtr c, const char *domain)
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
