/* How is a machine as it was? By snapshots of memory and disks. */
#include <libvirt/libvirt.h>
#include <stdio.h>

#include "link.h"

static virDomainSnapshotPtr
find(virDomainPtr d, const struct vm *v)
{
	return virDomainSnapshotLookupByName(d, v->snapshot == NULL ?
	    "camprun" : v->snapshot, 0);
}

/* One that is not there is removed already. */
static int
discard(virDomainPtr d, const struct vm *v)
{
	virDomainSnapshotPtr s = find(d, v);
	int bad = s == NULL ? 0 : virDomainSnapshotDelete(s, 0);

	if (s != NULL)
		virDomainSnapshotFree(s);
	return bad;
}

/* One of this name was begun and is no good. */
static int
take(virDomainPtr d, const struct vm *v)
{
	static const char form[] = "<domainsnapshot><name>%s</name>"
	    "<description>taken by camprun</description></domainsnapshot>";
	virDomainSnapshotPtr s;
	char xml[200];

	if (discard(d, v) != 0)
		return -1;
	snprintf(xml, sizeof(xml), form, v->snapshot == NULL ? "camprun" :
	    v->snapshot);
	s = virDomainSnapshotCreateXML(d, xml, 0);
	if (s == NULL)
		return -1;
	virDomainSnapshotFree(s);
	return 0;
}

static int
go_back(virDomainPtr d, const struct vm *v)
{
	virDomainSnapshotPtr s = find(d, v);
	int bad;

	if (s == NULL)
		return -1;
	bad = virDomainRevertToSnapshot(s, 0);
	virDomainSnapshotFree(s);
	return bad;
}

static int
with_domain(struct vm *v, const char *what,
    int (*f)(virDomainPtr, const struct vm *))
{
	virConnectPtr c = link_open(v->at, VIRT_TRIES);
	virDomainPtr d = c == NULL ? NULL : link_find(c, v);
	int bad = d == NULL ? -1 : f(d, v);

	if (bad != 0)
		link_failed(v, what, NULL);
	if (d != NULL)
		virDomainFree(d);
	link_close(c);
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

int
virt_discard(void *vm)
{
	return with_domain(vm, "remove a snapshot of", discard);
}
