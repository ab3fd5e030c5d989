/*
 * When is a channel tried? At once when there is something for it; after a
 * failure after a second, then two, four, up to five minutes, until something
 * gets through. Other channels do not notice.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "deliver.h"
#include "os.h"
#include "outbox.h"
#include "policy.h"
#include "post.h"
#include "worker.h"

#define SECOND INT64_C(1000000000)
enum { LONGEST = 300 /* seconds */, IMPATIENT = 2 };

struct lane { /* one channel */
	struct policy_channel channel;
	struct worker worker;
	struct letter *v[WORKER_MOST];
	int64_t pause, next; /* the last pause; when it is tried again */
};

struct post {
	struct outbox *box;
	struct lane *lane;
	size_t n;
};

struct post *
post_new(struct outbox *box, const struct policy *p)
{
	struct post *t = mem_alloc(1, sizeof(*t));
	size_t i;

	*t = (struct post){ .box = box, .n = policy_nchannel(p) };
	t->lane = mem_alloc(t->n + 1, sizeof(*t->lane));
	for (i = 0; i < t->n; i++)
		t->lane[i] = (struct lane){ .channel = policy_channel(p, i) };
	return t;
}

void
post_free(struct post *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n; i++)
		worker_stop(&t->lane[i].worker);
	free(t->lane);
	free(t);
}

static void
pause_lane(struct lane *l)
{
	l->pause = l->pause == 0 ? SECOND : l->pause * 2;
	if (l->pause > LONGEST * SECOND)
		l->pause = LONGEST * SECOND;
	l->next = os_clock() + l->pause;
}

/* All that the worker has to say now. */
static int
hear(struct post *t, struct lane *l)
{
	char why[DELIVER_WHY];
	int err = 0;

	while (err == 0 && l->worker.pid != 0) {
		struct letter *at = l->worker.at < l->worker.n ?
		    l->v[l->worker.at] : NULL;

		switch (worker_hear(&l->worker, why)) {
		case WORD_TOLD:
			l->pause = 0;
			err = outbox_told(t->box, at);
			break;
		case WORD_FAILED:
			pause_lane(l);
			err = outbox_failed(t->box, at, why);
			break;
		case WORD_OVER:
			break;
		case WORD_NONE:
			return 0;
		}
	}
	return err;
}

static void
start(struct post *t, struct lane *l, bool impatient)
{
	const struct message *m[WORKER_MOST];
	int64_t now = os_clock();
	size_t i, n;

	if (impatient && l->next - now > IMPATIENT * SECOND)
		l->next = now + IMPATIENT * SECOND;
	if (now < l->next)
		return;
	n = outbox_left_for(t->box, (size_t)(l - t->lane), l->v, WORKER_MOST);
	for (i = 0; i < n; i++)
		m[i] = l->v[i]->m;
	if (n > 0 && worker_start(&l->worker, &l->channel, m, n) != 0)
		pause_lane(l); /* no process to be had now */
}

int
post_go(struct post *t, bool impatient)
{
	size_t i;
	int err = 0;

	for (i = 0; i < t->n && err == 0; i++) {
		err = hear(t, &t->lane[i]);
		if (err == 0 && t->lane[i].worker.pid == 0)
			start(t, &t->lane[i], impatient);
	}
	return err == 0 ? outbox_sync(t->box) : err;
}

bool
post_is_busy(const struct post *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->lane[i].worker.pid != 0)
			return true;
	return false;
}

void
post_wait(const struct post *t, int64_t ns)
{
	struct pollfd *v = mem_alloc(t->n + 1, sizeof(*v));
	nfds_t n = 0;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->lane[i].worker.pid != 0)
			v[n++] = (struct pollfd){ .events = POLLIN,
				.fd = t->lane[i].worker.fd };
	poll(v, n, (int)(ns / 1000000));
	free(v);
}
