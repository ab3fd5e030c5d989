/* Which host has a machine, when it may have gone anywhere? */
#include <stddef.h>

#include "found.h"
#include "link.h"

void
found_leave(struct found *f)
{
	if (f->d != NULL)
		virDomainFree(f->d);
	link_close(f->c);
	*f = (struct found){ 0 };
}

bool
found_at(const struct vm *v, struct found *f)
{
	struct found one, known = { 0 };
	size_t i;

	for (i = 0; i < v->nhost; i++) {
		one.c = link_open(v->host[i], 2);
		one.d = one.c == NULL ? NULL : link_find(one.c, v);
		if (one.d != NULL && virDomainIsActive(one.d) == 1) {
			found_leave(&known);
			*f = one;
			return true;
		}
		if (one.d != NULL && known.d == NULL)
			known = one;
		else
			found_leave(&one);
	}
	*f = known;
	return f->d != NULL;
}

int
found_do(const struct vm *v, const char *what,
    int (*f)(virDomainPtr, const struct vm *))
{
	struct found at = { 0 };
	int bad;

	if (!found_at(v, &at))
		return link_failed(v, what, "no host knows it");
	bad = f(at.d, v);
	if (bad < 0)
		link_failed(v, what, NULL);
	found_leave(&at);
	return bad != 0;
}
