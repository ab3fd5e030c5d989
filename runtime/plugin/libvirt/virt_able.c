/*
 * What can be done to a machine that runs, as its host sees it? What its
 * description leaves no room for is impossible, whatever its system can do. And
 * it moves where another host has its kind of machine and of processor.
 */
#define _GNU_SOURCE /* for libvirt's headers */
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "found.h"
#include "link.h"

enum { KIB = 1024, TEXT = 128 };

static int
able(bool is)
{
	return is ? VIRT_ABLE : VIRT_UNABLE;
}

static size_t
count(const char *xml, const char *what)
{
	size_t n = 0;

	for (; (xml = strstr(xml, what)) != NULL; xml++)
		n++;
	return n;
}

/* --- its host --- */

struct shape { /* what a host must have */
	char type[TEXT], arch[TEXT], machine[TEXT];
	char *cpu; /* the element; NULL: any will do */
};

static bool
read_shape(const char *xml, struct shape *s)
{
	const char *cpu = strstr(xml, "<cpu mode='custom'");
	const char *end = cpu == NULL ? NULL : strstr(cpu, "</cpu>");

	s->cpu = end == NULL ? NULL : strndup(cpu, (size_t)(end - cpu) + 6);
	return attr_text(xml, NULL, "<domain type=", s->type, TEXT) &&
	    attr_text(xml, NULL, "<type arch=", s->arch, TEXT) &&
	    attr_text(xml, NULL, " machine=", s->machine, TEXT);
}

static char *
capabilities(virConnectPtr c, const struct shape *s)
{
	return virConnectGetDomainCapabilities(c, NULL, s->arch, s->machine,
	    s->type, 0);
}

static bool
has_all(virConnectPtr c, const struct shape *s)
{
	char *xml = capabilities(c, s);
	bool has = xml != NULL && (s->cpu == NULL ||
	    virConnectCompareHypervisorCPU(c, NULL, s->arch, s->machine,
	    s->type, s->cpu, 0) != VIR_CPU_COMPARE_INCOMPATIBLE);

	free(xml);
	return has;
}

/* --- processors --- */

/* As many as the machine and its host allow. */
static int
most_processors(const struct found *f, const struct shape *s)
{
	int most = virDomainGetVcpusFlags(f->d, VIR_DOMAIN_AFFECT_LIVE |
	    VIR_DOMAIN_VCPU_MAXIMUM);
	char *xml = capabilities(f->c, s), limit[TEXT];

	if (xml != NULL && attr_text(xml, NULL, "<vcpu max=", limit, TEXT) &&
	    atoi(limit) < most)
		most = atoi(limit);
	free(xml);
	return most;
}

static int
processors(const struct found *f, const struct vm *v, const struct shape *s)
{
	int has = virDomainGetVcpusFlags(f->d, VIR_DOMAIN_AFFECT_LIVE);
	int most = most_processors(f, s);

	if (has < 1 || most < 1)
		return VIRT_ABLE_UNKNOWN;
	printf("it has %d of at most %d processors\n", has, most);
	return able(v->able == VIRT_PLUG ? has < most : has > 1);
}

/* --- memory --- */

/* Modules, where it has slots for them. */
static int
modules(const char *xml, enum virt_able way)
{
	unsigned long has = attr_number(xml, "<memory unit='KiB'>") / KIB;
	char slots[TEXT];
	const char *at = strstr(xml, "<maxMemory slots=");
	unsigned long most = at == NULL || strchr(at, '>') == NULL ? 0 :
	    strtoul(strchr(at, '>') + 1, NULL, 10) / KIB;
	size_t used = count(xml, "<memory model='dimm'");

	if (!attr_text(xml, NULL, "<maxMemory slots=", slots, TEXT))
		return VIRT_ABLE_UNKNOWN;
	printf("it has %lu of at most %lu MiB, and a module in %zu of %s "
	    "slots\n", has, most, used, slots);
	return able(way == VIRT_PLUG ? has < most && used <
	    strtoul(slots, NULL, 10) : used > 0);
}

static int
balloon(const char *xml, enum virt_able way)
{
	unsigned long has = attr_number(xml, "<memory unit='KiB'>") / KIB;
	unsigned long uses = attr_number(xml, "<currentMemory unit='KiB'>") /
	    KIB;

	if (strstr(xml, "<memballoon model='virtio") == NULL) {
		printf("it has neither a balloon nor slots for modules\n");
		return VIRT_UNABLE;
	}
	printf("its balloon leaves it %lu of %lu MiB\n", uses, has);
	return able(way == VIRT_UNPLUG || uses < has);
}

static int
memory(const char *xml, enum virt_able way)
{
	bool slots = strstr(xml, "<maxMemory slots=") != NULL;

	if (!slots || (way == VIRT_UNPLUG &&
	    strstr(xml, "<memory model='dimm'") == NULL))
		return balloon(xml, way);
	return modules(xml, way);
}

/* --- moving --- */

static int
moves(const struct vm *v, const char *xml, const struct shape *s)
{
	size_t i, answer = 0, n = 0;
	virConnectPtr c;

	if (strstr(xml, "<hostdev ") != NULL) {
		printf("it has a device of its host\n");
		return VIRT_UNABLE;
	}
	for (i = 0; i < v->nhost; i++) {
		c = strcmp(v->host[i], v->at) == 0 ? NULL :
		    link_open(v->host[i], 1);
		answer += c != NULL;
		n += c != NULL && has_all(c, s);
		link_close(c);
	}
	if (answer == 0) {
		printf("no other host answers\n");
		return VIRT_ABLE_UNKNOWN;
	}
	printf("%zu of %zu other hosts that answer know its machine type "
	    "\"%s\" and its processor\n", n, answer, s->machine);
	return able(n > 0);
}

/* --- all --- */

static int
look(const struct found *f, const struct vm *v)
{
	char *xml = virDomainGetXMLDesc(f->d, 0);
	struct shape s = { .cpu = NULL };
	int so = VIRT_ABLE_UNKNOWN;

	if (xml == NULL || !read_shape(xml, &s))
		printf("its host does not describe it\n");
	else if (v->able == VIRT_MOVE)
		so = moves(v, xml, &s);
	else if (v->plugged == PLUGGED_VCPUS)
		so = processors(f, v, &s);
	else if (v->plugged == PLUGGED_MEMORY)
		so = memory(xml, v->able);
	free(s.cpu);
	free(xml);
	return so;
}

int
virt_able(void *vm)
{
	const struct vm *v = vm;
	struct found f;
	int so = VIRT_ABLE_UNKNOWN;

	if (found_at(v, &f) && virDomainIsActive(f.d) == 1)
		so = look(&f, v);
	else
		printf("it does not run\n");
	found_leave(&f);
	fflush(stdout);
	return so;
}
