/*
 * How does a running machine get more, or less? Processors are counted by the
 * machine itself; memory comes in modules, or by its balloon where it has no
 * slots for modules; all else is devices the operator has described. Modules
 * and devices that we plug bear names, so that they are known again.
 *
 * To take something away the machine must agree, and nobody waits for that
 * longer than its grace.
 */
#define _GNU_SOURCE /* for libvirt's headers */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "buf.h"
#include "found.h"
#include "link.h"
#include "os.h"

#define LOOK INT64_C(50000000) /* ns */
#define ALIAS "ua-camprun-"

enum { MIB = 1024 /* KiB */, ALIAS_LEN = 128 };

/* It stays so when it is started again. */
static unsigned
both(virDomainPtr d)
{
	return VIR_DOMAIN_AFFECT_LIVE | (virDomainIsPersistent(d) == 1 ?
	    VIR_DOMAIN_AFFECT_CONFIG : 0);
}

static int
refuse(const struct vm *v, const char *why)
{
	return link_failed(v, "change", why);
}

/* --- how it is --- */

/* MiB that it has now; 0: nobody knows. */
static unsigned long
memory_of(const char *xml)
{
	return xml == NULL ? 0 :
	    attr_number(xml, "<currentMemory unit='KiB'>") / MIB;
}

static void
name_device(const struct vm *v, unsigned long number, char *alias)
{
	snprintf(alias, ALIAS_LEN, ALIAS "%.80s-%lu", v->resource, number);
}

static bool
has_device(const char *xml, const char *alias)
{
	char text[ALIAS_LEN + 24];

	snprintf(text, sizeof(text), "<alias name='%s'/>", alias);
	return xml != NULL && strstr(xml, text) != NULL;
}

/* Of devices those count that lie between: it came with the others. */
static bool
has_devices(const struct vm *v, const char *xml, unsigned long n)
{
	unsigned long low = v->from < v->to_have ? v->from : v->to_have;
	unsigned long high = v->from + v->to_have - low, i;
	char alias[ALIAS_LEN];

	for (i = low + 1; i <= high; i++) {
		name_device(v, i, alias);
		if (has_device(xml, alias) != (i <= n))
			return false;
	}
	return true;
}

static bool
has(virDomainPtr d, const struct vm *v, unsigned long n)
{
	char *xml;
	bool so;

	if (v->plugged == PLUGGED_VCPUS)
		return virDomainGetVcpusFlags(d, VIR_DOMAIN_AFFECT_LIVE) ==
		    (int)n;
	xml = virDomainGetXMLDesc(d, 0);
	so = v->plugged == PLUGGED_MEMORY ? memory_of(xml) == n :
	    xml != NULL && has_devices(v, xml, n);
	free(xml);
	return so;
}

int
virt_has(void *vm)
{
	const struct vm *v = vm;
	struct found at;
	int so = 1;

	if (found_at(v, &at) && virDomainIsActive(at.d) == 1)
		so = has(at.d, v, v->to_have) ? VIRT_HAS :
		    has(at.d, v, v->from) ? VIRT_HAD : 1;
	found_leave(&at);
	return so;
}

/* --- devices and modules --- */

/* Has it such a device, running or (INACTIVE) when it is started again? */
static bool
asked_for(virDomainPtr d, const char *alias, unsigned flags)
{
	char *xml = virDomainGetXMLDesc(d, flags);
	bool there = has_device(xml, alias);

	free(xml);
	return there;
}

static bool
is_gone(virDomainPtr d, const char *alias, int64_t ns)
{
	int64_t end = os_clock() + ns;

	while (asked_for(d, alias, 0)) {
		if (os_clock() >= end)
			return false;
		os_sleep(LOOK);
	}
	return true;
}

/* What it does not let go of it shall have when it is started again, too. */
static int
take_away(virDomainPtr d, const struct vm *v, const char *alias)
{
	if (asked_for(d, alias, 0)) {
		if (virDomainDetachDeviceAlias(d, alias,
		    VIR_DOMAIN_AFFECT_LIVE) != 0)
			return -1;
		if (!is_gone(d, alias, v->grace))
			return refuse(v, "it did not let go of what was to be "
			    "unplugged");
	}
	return virDomainIsPersistent(d) == 1 &&
	    asked_for(d, alias, VIR_DOMAIN_XML_INACTIVE) ?
	    virDomainDetachDeviceAlias(d, alias, VIR_DOMAIN_AFFECT_CONFIG) : 0;
}

/* The description with our name in it, behind its first mark. */
static bool
with_name(const char *text, const char *alias, struct buf *b)
{
	const char *p = text, *end;

	while ((p = strchr(p, '<')) != NULL && (p[1] == '?' || p[1] == '!'))
		p++;
	end = p == NULL ? NULL : strchr(p, '>');
	if (end == NULL || end[-1] == '/')
		return false;
	buf_add(b, p, (size_t)(end + 1 - p));
	buf_printf(b, "<alias name='%s'/>%s", alias, end + 1);
	buf_char(b, '\0');
	return true;
}

static int
give_device(virDomainPtr d, const struct vm *v, unsigned long number)
{
	struct buf path = { 0 }, b = { 0 };
	char alias[ALIAS_LEN], *text = NULL;
	size_t n;
	int bad = -1;

	name_device(v, number, alias);
	buf_printf(&path, "%s/%s-%s-%lu.xml", v->definitions == NULL ? "." :
	    v->definitions, v->domain, v->resource, number);
	buf_char(&path, '\0');
	if (os_read_all(path.data, &text, &n) != 0)
		bad = refuse(v, "a description of what is plugged is missing");
	else if (!with_name(text, alias, &b))
		bad = refuse(v, "a description describes no device");
	else
		bad = virDomainAttachDeviceFlags(d, b.data, both(d));
	free(text);
	buf_free(&b);
	buf_free(&path);
	return bad;
}

static int
change_devices(virDomainPtr d, const struct vm *v)
{
	char alias[ALIAS_LEN];
	unsigned long i;
	int bad = 0;

	for (i = v->from + 1; i <= v->to_have && bad == 0; i++) {
		name_device(v, i, alias);
		bad = asked_for(d, alias, 0) ? 0 : give_device(d, v, i);
	}
	for (i = v->from; i > v->to_have && bad == 0; i--) {
		name_device(v, i, alias);
		bad = take_away(d, v, alias);
	}
	return bad;
}

/* --- memory --- */

static int
give_module(virDomainPtr d, const struct vm *v)
{
	char xml[400], alias[ALIAS_LEN];

	name_device(v, v->to_have, alias);
	snprintf(xml, sizeof(xml), "<memory model='dimm'><alias name='%s'/>"
	    "<target><size unit='MiB'>%lu</size><node>0</node></target>"
	    "</memory>", alias, v->to_have - v->from);
	return virDomainAttachDeviceFlags(d, xml, both(d));
}

/* By modules what modules brought, else by the balloon. */
static int
change_memory(virDomainPtr d, const struct vm *v)
{
	char alias[ALIAS_LEN], *xml = virDomainGetXMLDesc(d, 0);
	bool slots = xml != NULL && strstr(xml, "<maxMemory slots=") != NULL;
	int bad;

	name_device(v, v->from, alias);
	if (memory_of(xml) == v->to_have)
		bad = v->to_have < v->from ? take_away(d, v, alias) : 0;
	else if (memory_of(xml) != v->from)
		bad = refuse(v, "its memory is not what the model says");
	else if (v->to_have < v->from && has_device(xml, alias))
		bad = take_away(d, v, alias);
	else if (v->to_have > v->from && slots)
		bad = give_module(d, v);
	else
		bad = virDomainSetMemoryFlags(d, v->to_have * MIB, both(d));
	free(xml);
	return bad;
}

/* --- all --- */

static int
change(virDomainPtr d, const struct vm *v)
{
	if (virDomainIsActive(d) != 1)
		return refuse(v, "it does not run");
	switch (v->plugged) {
	case PLUGGED_VCPUS:
		return has(d, v, v->to_have) ? 0 :
		    virDomainSetVcpusFlags(d, (unsigned)v->to_have, both(d));
	case PLUGGED_MEMORY:
		return change_memory(d, v);
	default:
		return change_devices(d, v);
	}
}

static int
stays(virDomainPtr d, const struct vm *v)
{
	return virDomainIsActive(d) == 1 ? 0 : refuse(v, "it does not run");
}

int
virt_stay(void *vm)
{
	return found_do(vm, "change", stays);
}

int
virt_plug(void *vm)
{
	return found_do(vm, "change", change);
}
