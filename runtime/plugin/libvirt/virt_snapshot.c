/* How is a machine as it was? One snapshot each is kept, of memory and disks. */
#include <libvirt/libvirt.h>
#include <stdio.h>

#include "link.h"

static const char snapshot_name[] = "camprun";

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
	virConnectPtr c = link_open(v->at, VIRT_TRIES);
	virDomainPtr d = c == NULL ? NULL : link_find(c, v);
	int bad = d == NULL ? -1 : f(d);

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
