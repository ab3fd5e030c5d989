/*
 * Where is the driver that was asked for, and may it be trusted? It runs with
 * all that camprun may do, so nobody else may have been able to write it; and
 * it shares camprun's structures, so it must have been built with it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "plugin.h"

enum { WHY = 512, NAME_MOST = 32, PATH_MOST = 4096 };

/* Where plug-ins stand, seen from the program: installed, below libexec, built. */
static const char *const folders[] = { "/../lib/campgen",
	"/../../lib/campgen", "/plugin" };

/* What those need that may be missing. */
static const struct {
	const char *name, *needs;
} known[] = {
	{ "sim", "make" },
	{ "prove", "make" },
	{ "exec", "make" },
	{ "libvirt", "make, where libvirt-dev is installed" },
};

static bool
is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= NAME_MOST && name[n] == '\0';
}

/* Who owns the program itself could put anything in its place. */
static uid_t
owner_of_program(void)
{
	struct stat st;

	return stat("/proc/self/exe", &st) == 0 ? st.st_uid : 0;
}

/* Can nobody write it who should not? */
static bool
is_ours(const char *path, const struct stat *st, char *why)
{
	if (st->st_uid != 0 && st->st_uid != geteuid() &&
	    st->st_uid != owner_of_program()) {
		snprintf(why, WHY, "\"%.300s\" belongs to user %lu: it is not "
		    "loaded", path, (unsigned long)st->st_uid);
		return false;
	}
	if ((st->st_mode & S_IWOTH) != 0) {
		snprintf(why, WHY, "\"%.300s\" can be written by everybody: "
		    "it is not loaded", path);
		return false;
	}
	return true;
}

static bool
is_safe(const char *folder, const char *path, char *why)
{
	struct stat st;

	if (stat(folder, &st) == 0 && !is_ours(folder, &st, why))
		return false;
	if (stat(path, &st) == 0 && !is_ours(path, &st, why))
		return false;
	return true;
}

/* The folder the program is in; false: it is not known. */
static bool
program_folder(char *path)
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MOST - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

/* Its path, in the first folder that has it; the last one tried if none. */
static bool
find(const char *name, struct buf *folder, struct buf *path)
{
	const char *own = getenv("CAMPRUN_PLUGIN_DIR");
	char beside[PATH_MOST];
	bool fixed = own != NULL && own[0] != '\0', found = false;
	size_t i, n = fixed ? 1 : sizeof(folders) / sizeof(folders[0]);

	if (!fixed && !program_folder(beside))
		return false;
	for (i = 0; i < n && !found; i++) {
		folder->len = path->len = 0;
		buf_printf(folder, "%s%s", fixed ? own : beside, fixed ? "" :
		    folders[i]);
		buf_char(folder, '\0');
		buf_printf(path, "%s/camprun-%s.so", folder->data, name);
		buf_char(path, '\0');
		found = access(path->data, F_OK) == 0;
	}
	return found;
}

static void
say_missing(const char *name, const char *path, char *why)
{
	const char *how = "make";
	size_t i, n = sizeof(known) / sizeof(known[0]);

	for (i = 0; i < n && strcmp(known[i].name, name) != 0; i++)
		;
	if (i == n) {
		snprintf(why, WHY, "there is no driver \"%.40s\": "
		    "\"%.250s\" is not there; usual ones are sim, exec and "
		    "libvirt", name, path);
		return;
	}
	how = known[i].needs;
	snprintf(why, WHY, "the plug-in %s is not built or not installed: "
	    "\"%.250s\" is not there; \"%s\" builds it, \"make install\" "
	    "installs it, CAMPRUN_PLUGIN_DIR says where else it is", name,
	    path, how);
}

static const struct plugin *
fits(const struct plugin *p, const char *name, const char *path, char *why)
{
	if (p != NULL && p->api == PLUGIN_API && p->size == PLUGIN_SIZE &&
	    strcmp(p->version, CAMPGEN_VERSION) == 0 &&
	    strcmp(p->name, name) == 0)
		return p;
	snprintf(why, WHY, "\"%.300s\" is not the plug-in %s of this camprun "
	    "(version %s): build both together", path, name, CAMPGEN_VERSION);
	return NULL;
}

static const struct plugin *
load(const char *name, const char *path, char *why)
{
	void *so = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (so == NULL) {
		snprintf(why, WHY, "the plug-in %s cannot be loaded: %.400s",
		    name, dlerror());
		return NULL;
	}
	return fits(dlsym(so, "camprun_plugin"), name, path, why);
}

const struct plugin *
plugin_load(const char *name, char *why)
{
	struct buf folder = { 0 }, path = { 0 };
	const struct plugin *p = NULL;

	if (!is_name(name))
		snprintf(why, WHY, "\"%.40s\" is no name of a driver: it has "
		    "small letters, digits and hyphens only", name);
	else if (!find(name, &folder, &path))
		say_missing(name, path.len > 0 ? path.data : "its file", why);
	else if (is_safe(folder.data, path.data, why))
		p = load(name, path.data, why);
	buf_free(&folder);
	buf_free(&path);
	return p;
}
