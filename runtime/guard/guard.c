/*
 * Was all of a command's output made on one machine? The machine below is
 * asked for before and after; only if both answers are one the output is
 * shown. An answer that does not come is none: what nobody can vouch for is
 * not shown either.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm.h"
#include "guarded.h"
#include "identity.h"
#include "intern.h"
#include "os.h"
#include "tell.h"

/* While a machine moves nobody may know where it is, for a moment. */
enum { TRIES = 20 };
#define PAUSE INT64_C(100000000) /* ns */

/* --- looking --- */

static struct sight
look(const struct guard *g)
{
	const struct driver *d = g->site->driver;
	struct sight s;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (i > 0)
			os_sleep(PAUSE);
		s.why[0] = '\0';
		s.is = d->identify(d->self, g->site->w, g->vm, &s.id, s.why);
		if (s.is != IDENTIFIED_UNKNOWN || guarded_told() != 0)
			break;
	}
	return s;
}

static int
refuse(const struct guard *g, const struct sight *s)
{
	if (s->is == IDENTIFIED_DOWN)
		fprintf(stderr, "camprun: \"%s\" does not run: there is "
		    "nothing to guard, and the command was not run\n",
		    name_str(g->vm));
	else
		fprintf(stderr, "camprun: nobody knows on which machine \"%s\" "
		    "runs: %s; the command was not run\n", name_str(g->vm),
		    s->why);
	return GUARD_FAILED;
}

/* --- the command --- */

/* Why it did not come to its own end. */
static int
say_end(const struct guard *g, enum guarded_end end, int code)
{
	const char *name = g->argv[0];

	switch (end) {
	case GUARDED_NO_START:
		fprintf(stderr, "camprun: cannot run \"%s\": %s\n", name,
		    strerror(code));
		return code == ENOENT ? GUARD_MISSING : GUARD_CANNOT;
	case GUARDED_LATE:
		fprintf(stderr, "camprun: \"%s\" took longer than --timeout "
		    "says and was ended; its output is thrown away\n", name);
		return GUARD_LATE;
	case GUARDED_FLOOD:
		fprintf(stderr, "camprun: \"%s\" said more than %llu MiB "
		    "and was ended, its output thrown away; --limit=MIB holds "
		    "more\n", name, (unsigned long long)(g->most >> 20));
		return GUARD_FAILED;
	default:
		fprintf(stderr, "camprun: cannot hold what \"%s\" says: %s; it "
		    "was ended, its output thrown away\n", name,
		    strerror(code));
		return GUARD_FAILED;
	}
}

static int
release(const struct guard *g, struct guarded *c, int status)
{
	int err = hold_release(&c->err, STDERR_FILENO);
	int other = hold_release(&c->out, STDOUT_FILENO);

	if (err == 0)
		err = other;
	if (err == 0)
		return status;
	fprintf(stderr, "camprun: cannot write what \"%s\" said: %s\n",
	    g->argv[0], strerror(-err));
	return GUARD_FAILED;
}

static bool
is_one(const struct run *r)
{
	return r->after.is == IDENTIFIED &&
	    identity_same(&r->before.id, &r->after.id);
}

/* One run: true: it is over, with that status. */
static bool
run_once(const struct guard *g, struct guarded *c, size_t number, int *status)
{
	struct run r = { .number = number, .before = look(g) };
	enum guarded_end end;
	int code, err;

	*status = r.before.is == IDENTIFIED ? 128 + guarded_told() :
	    refuse(g, &r.before);
	if (r.before.is != IDENTIFIED || guarded_told() != 0)
		return true;
	end = guarded_run(c, &code);
	if (end != GUARDED_EXIT && end != GUARDED_SIGNAL) {
		*status = say_end(g, end, code);
		return true;
	}
	r.status = end == GUARDED_EXIT ? code : 128 + code;
	r.after = look(g);
	r.same = is_one(&r);
	r.time = os_now();
	err = tell_event(g, &r);
	if (err != 0)
		fprintf(stderr, "camprun: cannot write events: %s\n",
		    strerror(err));
	if (r.same) {
		*status = release(g, c, r.status);
		return true;
	}
	*status = GUARD_INCONSISTENT;
	hold_discard(&c->out);
	hold_discard(&c->err);
	tell_moved(g, &r, number <= g->repeat && guarded_told() == 0);
	return number > g->repeat || guarded_told() != 0;
}

int
guard_run(const struct guard *g)
{
	struct guarded c = { .argv = g->argv, .limit = g->limit,
		.most = g->most, .input = -1 };
	int64_t began = os_now();
	size_t number = 1;
	int status = GUARD_FAILED;

	if (g->repeat > 0)
		c.input = guarded_keep_input(g->most, g->folder);
	if (c.input < -1) {
		fprintf(stderr, "camprun: cannot keep the command's input for "
		    "another run: %s\n", strerror(-(c.input + 1)));
		return GUARD_FAILED;
	}
	guarded_signals();
	hold_begin(&c.out, g->folder);
	hold_begin(&c.err, g->folder);
	while (!run_once(g, &c, number, &status))
		number++;
	hold_end(&c.out);
	hold_end(&c.err);
	alarm_end(g, began);
	if (c.input >= 0)
		close(c.input);
	return status;
}
