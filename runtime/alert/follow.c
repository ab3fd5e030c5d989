/*
 * What is the life of a follower? It reads the journal from its beginning, puts
 * into the outbox what the rules want told and is not in there, and delivers.
 * When the run has ended it goes on until all is told, or for some seconds;
 * the rest is the next one's. Nobody waits for it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "campaign.h"
#include "cli.h"
#include "diag.h"
#include "follow.h"
#include "happening.h"
#include "inputs.h"
#include "intern.h"
#include "os.h"
#include "outbox.h"
#include "policy.h"
#include "post.h"
#include "sieve.h"
#include "statedir.h"
#include "tail.h"

#define SECOND INT64_C(1000000000)
#define LOOK (SECOND / 10)
enum { LINGER = 10 /* seconds after the end of the run */ };

struct follower {
	struct statedir *dir;
	struct inputs in;
	struct actions *a;
	struct policy *policy;
	struct tail tail;
	struct teller *teller;
	struct sieve *sieve;
	struct outbox *box;
	struct post *post;
	char *path; /* of the state directory, whole */
	const struct happening *h; /* at hand */
	int err; /* of the outbox */
};

/* --- what is to be told --- */

static void
put_in(void *arg, size_t channel)
{
	struct follower *f = arg;
	struct message m = { .what = f->h->what, .time = f->h->time,
		.id = f->h->id, .text = f->h->text,
		.campaign = name_str(f->in.campaign->name),
		.object = f->h->object == NAME_NONE ? "" :
		    name_str(f->h->object),
		.host = message_host(), .state = f->path };
	int err = outbox_add(f->box, channel, &m);

	if (f->err == 0)
		f->err = err;
}

static void
tell(void *arg, const struct happening *h)
{
	struct follower *f = arg;

	f->h = h;
	sieve_take(f->sieve, h, put_in, f);
}

static void
take(void *arg, const struct record *r, uint32_t crc)
{
	teller_record(arg, r, crc);
}

static int
failure(const struct diag *d, const char *what, const char *path, int err)
{
	return d->nerror > 0 ? EXIT_ERRORS :
	    cli_failure("camprun", what, path, -err);
}

/* --- reading the run --- */

static int
read_policy(struct follower *f, struct diag *d)
{
	char *path = statedir_file(f->dir, "policy.yaml");
	int status = EXIT_DONE;

	f->policy = statedir_get(f->dir, "policy") == NULL ? NULL :
	    policy_load(path, d);
	if (f->policy == NULL && statedir_get(f->dir, "policy") != NULL)
		status = cli_failure("camprun", "read", path, errno);
	free(path);
	return d->nerror > 0 ? EXIT_ERRORS : status;
}

static int
read_run(struct follower *f, struct diag *d)
{
	int status = inputs_read_kept(&f->in, f->dir, d);

	if (status == EXIT_DONE)
		status = read_policy(f, d);
	if (status != EXIT_DONE)
		return status;
	f->a = actions_make(f->in.campaign, f->in.source, "tell of", d);
	return f->a == NULL ? EXIT_ERRORS : EXIT_DONE;
}

static int
begin(struct follower *f, const char *state, struct diag *d)
{
	uint32_t identity = 0;
	int err, status;

	f->path = realpath(state, NULL);
	err = statedir_look(state, d, &f->dir);
	if (err != 0)
		return failure(d, "open", state, err);
	status = read_run(f, d);
	if (status != EXIT_DONE)
		return status;
	err = journal_identity(state, &identity);
	if (err == 0)
		err = tail_open(&f->tail, state);
	if (err != 0)
		return failure(d, "read the journal of", state, err);
	f->teller = teller_new(f->a, f->policy, identity, tell, f);
	f->sieve = sieve_new(f->policy);
	return EXIT_DONE;
}

static void
end(struct follower *f)
{
	post_free(f->post);
	outbox_close(f->box);
	sieve_free(f->sieve);
	teller_free(f->teller);
	tail_close(&f->tail);
	policy_free(f->policy);
	actions_free(f->a);
	inputs_free(&f->in);
	statedir_close(f->dir);
	free(f->path);
}

/* --- life --- */

static bool
is_over(long parent, const volatile sig_atomic_t *stop)
{
	return *stop || parent == 0 || (long)getppid() != parent;
}

/* One follower at a time: the one before may still be at work for a moment. */
static int
take_outbox(struct follower *f, const char *state, long parent,
    const volatile sig_atomic_t *stop)
{
	int64_t until = 0, now;
	int err;

	while ((err = outbox_open(state, &f->box)) == -EAGAIN) {
		now = os_clock();
		if (until == 0 && is_over(parent, stop))
			until = now + (LINGER + 2) * SECOND;
		if (until != 0 && now > until)
			break;
		os_sleep(LOOK / 2);
	}
	return err;
}

/* Reads what is new, and what it comes to. */
static int
look(struct follower *f, bool over)
{
	int err = tail_more(&f->tail, take, f->teller);

	if (err == 0)
		teller_time(f->teller, os_now());
	if (err == 0 && over)
		teller_end(f->teller, os_now());
	if (err == 0)
		err = f->err;
	return err == 0 ? outbox_sync(f->box) : err;
}

static int
live(struct follower *f, long parent, const volatile sig_atomic_t *stop)
{
	bool over = false, seen = false;
	int64_t until = 0;
	int err = 0;

	while (err == 0) {
		over = over || is_over(parent, stop);
		if (!seen)
			err = look(f, over && parent != 0);
		seen = over;
		if (over && until == 0)
			until = os_clock() + LINGER * SECOND;
		if (err == 0)
			err = post_go(f->post, over);
		if (over && ((outbox_left(f->box) == 0 &&
		    !post_is_busy(f->post)) || os_clock() > until))
			break;
		if (err == 0)
			post_wait(f->post, LOOK);
	}
	return err;
}

int
follow(const char *state, long parent, const volatile sig_atomic_t *stop,
    struct diag *d, size_t *left)
{
	struct follower f = { 0 };
	int status = begin(&f, state, d), err;

	if (status == EXIT_DONE) {
		err = take_outbox(&f, state, parent, stop);
		if (err == 0) {
			f.post = post_new(f.box, f.policy);
			err = live(&f, parent, stop);
			*left = outbox_left(f.box);
		}
		if (err != 0)
			status = cli_failure("camprun", "tell of the run in",
			    state, -err);
	}
	end(&f);
	return status;
}
