/*
 * What does a machine's host say of what was seen in it? A system that takes
 * processors gets none where its description has no room for more: so what was
 * seen inside is dropped where it is known outside to be impossible. That it
 * can be moved as it runs is known outside only.
 */
#include <stdio.h>
#include <string.h>

#include "machine.h"

enum { WHY = 512 };

/* Asks and reports; what is not known is left as it was seen. */
static enum able
ask(struct machine *m, enum kind k, const char *of)
{
	static const enum able_way way[] = { [PLUG] = ABLE_PLUG,
		[UNPLUG] = ABLE_UNPLUG, [MIGRATE] = ABLE_MOVE };
	static const char *const result[] = { [ABLE] = "yes", [UNABLE] = "no",
		[ABLE_UNKNOWN] = "failed" };
	const struct driver *d = m->s->inside.site->driver;
	char seen[WHY] = "", why[WHY + 64];
	enum able so = d->able(d->self, m->s->inside.site->w, m->vm, way[k],
	    of, seen);

	snprintf(why, sizeof(why), "%s, by its host: %s", machine_kinds[k],
	    seen);
	if (so != ABLE_UNKNOWN || seen[0] != '\0')
		machine_report(m, "detect", of, result[so], why);
	return so;
}

bool
machine_possible(struct machine *m, enum kind k, const char *of)
{
	return k > UNPLUG || m->s->inside.site->driver->able == NULL ||
	    ask(m, k, of) != UNABLE;
}

static void
keep_possible(struct machine *m, enum kind k)
{
	struct list *l = &m->can[k];
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		if (machine_possible(m, k, l->v[i]))
			l->v[n++] = l->v[i];
	l->n = n;
}

static void
drop(struct list *l, const char *word)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i], word) != 0)
			l->v[n++] = l->v[i];
	l->n = n;
}

void
machine_outside(struct machine *m)
{
	if (m->s->inside.site->driver->able == NULL)
		return;
	keep_possible(m, PLUG);
	keep_possible(m, UNPLUG);
	switch (ask(m, MIGRATE, "live")) {
	case ABLE:
		list_add(&m->can[MIGRATE], "live");
		break;
	case UNABLE:
		drop(&m->can[MIGRATE], "live");
		break;
	case ABLE_UNKNOWN:
		break;
	}
}
