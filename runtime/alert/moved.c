/*
 * Which moves are news? All that the guard has kept is read and goes through
 * the rules, so that what they say of repetitions holds from one guarded
 * command to the next; only what is not older than the first move of the
 * command that asks is put into the outbox, and what is in there already is not
 * put in again.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "crc32c.h"
#include "happening.h"
#include "intern.h"
#include "moved.h"
#include "os.h"
#include "outbox.h"
#include "policy.h"
#include "post.h"
#include "sieve.h"
#include "text.h"

#define LOOK INT64_C(100000000) /* ns */
#define LINGER INT64_C(10000000000)

struct teller {
	char *folder; /* STATE/guard */
	char *state; /* as alerts name it */
	const struct moved_options *o;
	struct sieve *sieve;
	struct outbox *box;
	const struct happening *h; /* at hand */
	int err; /* of the outbox */
};

/* --- what is to be told --- */

static void
put_in(void *arg, size_t channel)
{
	struct teller *t = arg;
	struct message m = { .what = t->h->what, .time = t->h->time,
		.id = t->h->id, .text = t->h->text, .campaign = "none",
		.object = name_str(t->h->object), .host = message_host(),
		.state = t->state };
	int err;

	if (t->h->time < t->o->since)
		return;
	err = outbox_add(t->box, channel, &m);
	if (t->err == 0)
		t->err = err;
}

/* One line; those of a campaign are its own to tell, and name no command. */
static void
take_line(struct teller *t, const char *line, size_t n)
{
	json_t *o = json_loadb(line, n, 0, NULL);
	const char *vm = json_string_value(json_object_get(o, "vm"));
	const char *text = json_string_value(json_object_get(o, "text"));
	struct happening h = { .what = ALERT_MACHINE_MOVED,
		.time = json_integer_value(json_object_get(o, "t")),
		.text = text };

	if (vm != NULL && text != NULL &&
	    json_object_get(o, "command") != NULL) {
		h.object = intern_str(vm);
		snprintf(h.id, sizeof(h.id), "moved-%" PRId64 "-%08x", h.time,
		    crc32c(0, line, n));
		t->h = &h;
		sieve_take(t->sieve, &h, put_in, t);
	}
	json_decref(o);
}

static int
take_all(struct teller *t)
{
	char *path = text_below(t->folder, "moves"), *text = NULL, *p, *feed;
	size_t n;
	int err = os_read_all(path, &text, &n);

	free(path);
	for (p = text; err == 0 && (feed = strchr(p, '\n')) != NULL;
	    p = feed + 1)
		take_line(t, p, (size_t)(feed - p));
	free(text);
	if (err == -ENOENT)
		err = 0;
	if (err == 0)
		err = t->err;
	return err == 0 ? outbox_sync(t->box) : err;
}

/* --- delivering --- */

/* Another command's may be at work for a moment. */
static int
take_outbox(struct teller *t)
{
	int64_t until = os_clock() + LINGER;
	int err;

	while ((err = outbox_open(t->folder, &t->box)) == -EAGAIN &&
	    os_clock() < until && !*t->o->stop)
		os_sleep(LOOK / 2);
	return err;
}

static int
deliver_all(struct teller *t)
{
	struct post *post = post_new(t->box, t->o->policy);
	int64_t until = os_clock() + LINGER;
	int err;

	do {
		err = post_go(post, true);
		if (err != 0 || (outbox_left(t->box) == 0 &&
		    !post_is_busy(post)))
			break;
		post_wait(post, LOOK);
	} while (os_clock() < until && !*t->o->stop);
	post_free(post);
	return err;
}

int
moved_tell(const struct moved_options *o, size_t *left)
{
	struct teller t = { .o = o, .folder = text_below(o->state, "guard"),
		.state = o->moment ? NULL : realpath(o->state, NULL),
		.sieve = sieve_new(o->policy) };
	int err;

	if (t.state == NULL)
		t.state = text_join("", "");
	err = take_outbox(&t);
	if (err == 0)
		err = take_all(&t);
	if (err == 0)
		err = deliver_all(&t);
	*left = t.box == NULL ? 0 : outbox_left(t.box);
	outbox_close(t.box);
	sieve_free(t.sieve);
	free(t.state);
	free(t.folder);
	return err == 0 ? EXIT_DONE : cli_failure("camprun",
	    "tell what is in", o->state, -err);
}
