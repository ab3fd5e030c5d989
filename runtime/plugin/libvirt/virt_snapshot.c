/*
 * How does a machine become again what it was? Its snapshots, of memory and
 * disks, are in its disks; what libvirt knows of them it keeps on one host,
 * which would not let go of the machine. So that knowledge goes with it, and
 * where it was lost it is made again.
 */
#define _GNU_SOURCE /* for libvirt's headers */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "buf.h"
#include "found.h"
#include "link.h"
#include "snapshots.h"

/* --- taking --- */

static int
drop(virDomainPtr d, const struct vm *v)
{
	virDomainSnapshotPtr s = virDomainSnapshotLookupByName(d, v->snapshot,
	    0);
	int bad;

	if (s == NULL)
		return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT ?
		    0 : -1;
	bad = virDomainSnapshotDelete(s, 0);
	virDomainSnapshotFree(s);
	return bad;
}

static int
take(virDomainPtr d, const struct vm *v)
{
	char xml[160];
	virDomainSnapshotPtr s;

	if (drop(d, v) != 0)
		return -1;
	snprintf(xml, sizeof(xml), "<domainsnapshot><name>%.60s</name>"
	    "<description>by camprun</description></domainsnapshot>",
	    v->snapshot);
	s = virDomainSnapshotCreateXML(d, xml, 0);
	if (s == NULL)
		return -1;
	virDomainSnapshotFree(s);
	return 0;
}

int
virt_snapshot(void *vm)
{
	return found_do(vm, "take a snapshot of", take);
}

int
virt_forget(void *vm)
{
	return found_do(vm, "remove the snapshot of", drop);
}

/* --- going back --- */

/* The knowledge of one whose memory and disks are in the disks, for a machine
 * that is as it was then. */
static virDomainSnapshotPtr
know_again(virDomainPtr d, const struct vm *v)
{
	char *xml = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_SECURE |
	    VIR_DOMAIN_XML_INACTIVE);
	virDomainSnapshotPtr s = NULL;
	struct buf b = { 0 };

	if (xml != NULL) {
		buf_printf(&b, "<domainsnapshot><name>%.60s</name>"
		    "<state>running</state><creationTime>%lld</creationTime>"
		    "<memory snapshot='internal'/>%s</domainsnapshot>",
		    v->snapshot, (long long)time(NULL), xml);
		buf_char(&b, '\0');
		s = virDomainSnapshotCreateXML(d, b.data,
		    VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE);
	}
	buf_free(&b);
	free(xml);
	return s;
}

static int
go_back(virDomainPtr d, const struct vm *v)
{
	virDomainSnapshotPtr s = virDomainSnapshotLookupByName(d, v->snapshot,
	    0);
	int bad;

	if (s == NULL)
		s = know_again(d, v);
	if (s == NULL)
		return -1;
	bad = virDomainRevertToSnapshot(s, 0);
	if (bad != 0 && virGetLastErrorCode() ==
	    VIR_ERR_SNAPSHOT_REVERT_RISKY) /* of another shape */
		bad = virDomainRevertToSnapshot(s,
		    VIR_DOMAIN_SNAPSHOT_REVERT_FORCE);
	virDomainSnapshotFree(s);
	return bad;
}

int
virt_revert(void *vm)
{
	return found_do(vm, "revert", go_back);
}

/* --- moving --- */

static bool
is_ours(virDomainSnapshotPtr s)
{
	const char *name = virDomainSnapshotGetName(s);

	return name != NULL && strncmp(name, VIRT_SNAPSHOT,
	    strlen(VIRT_SNAPSHOT)) == 0;
}

void
snapshots_take(virDomainPtr d, struct snapshots *k)
{
	virDomainSnapshotPtr *list = NULL;
	int i, n = virDomainListAllSnapshots(d, &list,
	    VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL);
	char *xml;

	*k = (struct snapshots){ 0 };
	for (i = 0; i < n; i++) {
		xml = is_ours(list[i]) ? virDomainSnapshotGetXMLDesc(list[i],
		    VIR_DOMAIN_SNAPSHOT_XML_SECURE) : NULL;
		if (xml != NULL) {
			k->xml = mem_grow(k->xml, k->n, &k->cap,
			    sizeof(*k->xml));
			k->xml[k->n++] = xml;
			virDomainSnapshotDelete(list[i],
			    VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
		}
		virDomainSnapshotFree(list[i]);
	}
	if (n >= 0)
		free(list);
}

void
snapshots_give(virDomainPtr d, struct snapshots *k)
{
	virDomainSnapshotPtr s;
	size_t i;

	for (i = 0; i < k->n; i++) {
		s = d == NULL ? NULL : virDomainSnapshotCreateXML(d, k->xml[i],
		    VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE);
		if (s != NULL)
			virDomainSnapshotFree(s);
		free(k->xml[i]);
	}
	free(k->xml);
	*k = (struct snapshots){ 0 };
}
