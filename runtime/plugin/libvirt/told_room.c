/*
 * How much room is left where a machine has its disks, which its snapshots go
 * to as well? A storage pool of its host says; of a host that is this one its
 * file system does. Pools are only asked, never made or refreshed.
 */
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "attr.h"
#include "link.h"
#include "told.h"

bool
told_disk(const char *xml, int n, char *path, size_t size)
{
	const char *p = xml, *end, *readonly;

	for (; (p = strstr(p, "<disk ")) != NULL; p = end) {
		end = strstr(p, "</disk>");
		if (end == NULL)
			return false;
		readonly = strstr(p, "<readonly/>");
		if (readonly != NULL && readonly < end)
			continue;
		if (attr_text(p, end, "<source file=", path, size) && n-- == 0)
			return true;
	}
	return false;
}

/* The pool that has the volume; its name is followed by its host's. */
static bool
in_pool(virConnectPtr c, const char *uri, const char *path, struct room *r)
{
	virStorageVolPtr v = virStorageVolLookupByPath(c, path);
	virStoragePoolPtr p = v == NULL ? NULL :
	    virStoragePoolLookupByVolume(v);
	virStoragePoolInfo info;
	bool ok = p != NULL && virStoragePoolGetInfo(p, &info) == 0;

	if (ok) {
		snprintf(r->place, sizeof(r->place), "pool %.80s of %.160s",
		    virStoragePoolGetName(p), uri);
		r->left = info.available;
	}
	if (p != NULL)
		virStoragePoolFree(p);
	if (v != NULL)
		virStorageVolFree(v);
	return ok;
}

/* "qemu:///system": no other host is named. */
static bool
is_here(const char *uri)
{
	const char *p = strstr(uri, "://");

	return p != NULL && p[3] == '/';
}

static bool
in_folder(const char *path, struct room *r)
{
	const char *slash = strrchr(path, '/');
	struct statvfs s;

	if (slash == NULL || statvfs(path, &s) != 0)
		return false;
	snprintf(r->place, sizeof(r->place), "%.*s",
	    slash == path ? 1 : (int)(slash - path), path);
	r->left = (uint64_t)s.f_bavail * s.f_frsize;
	return true;
}

bool
told_room(virConnectPtr c, const char *uri, const char *domain, int n,
    struct room *r)
{
	virDomainPtr d = virDomainLookupByName(c, domain);
	char *xml = d == NULL ? NULL : virDomainGetXMLDesc(d, 0);
	char path[TELLER_TEXT];
	bool ok = xml != NULL;

	*r = (struct room){ .place = "" };
	if (ok && told_disk(xml, n, path, sizeof(path)))
		ok = in_pool(c, uri, path, r) ||
		    (is_here(uri) && in_folder(path, r));
	free(xml);
	if (d != NULL)
		virDomainFree(d);
	return ok;
}
