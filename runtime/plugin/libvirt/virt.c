/*
 * How does a virtual machine come up and go down? Every order says what is to
 * be so, so each looks first, and looks again after an error. A machine is never
 * started where another host runs it, or may: both would write its disk.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "link.h"
#include "os.h"

#define PAUSE INT64_C(200000000) /* ns */
#define LOOK INT64_C(50000000)

int
virt_reach(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = link_open(v->at, INT_MAX);

	if (c == NULL)
		return link_failed(v, "reach the host of", NULL);
	link_close(c);
	return 0;
}

/* --- starting --- */

/* The description of a domain that is known elsewhere and does not run; NULL:
 * there is none. *bad: it must not be started at all. */
static char *
description_of(const struct vm *v, const char *uri, bool *bad)
{
	virConnectPtr c = link_open(uri, 2);
	virDomainPtr d;
	char *xml = NULL;
	enum running r = link_runs(c, v->domain);

	if (r != RUNS_NOT) {
		link_failed(v, "start", r == RUNS ? "another host runs it" :
		    "a host that may run it cannot be asked");
		*bad = true;
		link_close(c);
		return NULL;
	}
	d = link_find(c, v);
	if (d != NULL) {
		xml = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_SECURE |
		    VIR_DOMAIN_XML_INACTIVE);
		virDomainFree(d);
	}
	link_close(c);
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
		c = link_open(v->host[i], 1);
		d = c == NULL ? NULL : link_find(c, v);
		if (d != NULL && virDomainIsActive(d) == 0)
			virDomainUndefineFlags(d,
			    VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA);
		if (d != NULL)
			virDomainFree(d);
		link_close(c);
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
			link_failed(v, "start", "nobody has its description");
		free(xml);
		return NULL;
	}
	d = virDomainDefineXML(c, xml);
	free(xml);
	if (d == NULL)
		link_failed(v, "define", NULL);
	else
		forget_elsewhere(v);
	return d;
}

static int
start_on(virConnectPtr c, const struct vm *v)
{
	virDomainPtr d = link_find(c, v);
	int bad;

	if (d == NULL)
		d = define(c, v);
	if (d == NULL)
		return 1;
	bad = virDomainIsActive(d) == 1 ? 0 : virDomainCreate(d);
	if (bad != 0 && virDomainIsActive(d) != 1)
		link_failed(v, "start", NULL);
	else
		bad = 0;
	virDomainFree(d);
	return bad != 0;
}

int
virt_start(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = link_open(v->at, v->tries);
	int bad;

	if (c == NULL)
		return link_failed(v, "start", NULL);
	bad = start_on(c, v);
	link_close(c);
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
	virDomainPtr d = link_find(c, v);
	int bad = 0;

	if (d == NULL)
		return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ? 0 :
		    link_failed(v, "stop", NULL);
	keep_definition(c, d);
	if (virDomainIsActive(d) == 1 && (virDomainShutdownFlags(d,
	    VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN) != 0 || !is_off(d, v->grace)))
		virDomainDestroy(d);
	if (!is_off(d, PAUSE))
		bad = link_failed(v, "stop", NULL);
	virDomainFree(d);
	return bad;
}

int
virt_stop(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = link_open(v->at, v->tries);
	int bad;

	if (c == NULL)
		return link_failed(v, "stop", NULL);
	bad = stop_on(c, v);
	link_close(c);
	return bad;
}

int
virt_restart(void *vm)
{
	return virt_stop(vm) != 0 ? 1 : virt_start(vm);
}
