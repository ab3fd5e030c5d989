/*
 * What does a fault file say? Each line is
 *
 *	[PERCENT%] fail|half|hang|stray|wander|delay TIME  [undo/|rollback/]ACTION:DN-GLOB[:TIMES]
 *
 * or "room MIB": what all simulated snapshots together may take. There
 * ACTION may be * and TIMES is 1 without a PERCENT, no limit with one.
 * Lines that are empty or begin with # say nothing.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "duration.h"
#include "fault_read.h"
#include "near.h"

enum { LONGEST = 8192, WHY = 512 };

static const struct {
	const char *word;
	enum mishap mishap;
} kinds[] = {
	{ "fail", MISHAP_FAIL },
	{ "half", MISHAP_HALF },
	{ "hang", MISHAP_HANG },
	{ "delay", MISHAP_DELAY },
	{ "stray", MISHAP_STRAY },
	{ "wander", MISHAP_WANDER },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct line {
	const struct src *src;
	struct diag *d;
	uint32_t off; /* of the line, in bytes */
	const char *text, *at; /* at: where the next word begins */
};

static bool
wrong(const struct line *l, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool
wrong(const struct line *l, const char *where, const char *fmt, ...)
{
	struct place p = { l->src, l->off + (uint32_t)(where - l->text),
		SRC_TOKEN };
	char text[WHY];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return diag_report(l->d, DIAG_FAULT_LINE, p, NAME_NONE, "%s", text);
}

/* The next word, of at most size - 1 bytes; where it begins. */
static const char *
take_word(struct line *l, char *word, size_t size)
{
	const char *start;
	size_t n;

	l->at += strspn(l->at, " \t");
	start = l->at;
	l->at += strcspn(l->at, " \t");
	n = (size_t)(l->at - start) < size ? (size_t)(l->at - start) : size - 1;
	memcpy(word, start, n);
	word[n] = '\0';
	return start;
}

/* "5%" or "0.25%", at most four digits behind the point, as millionths. */
static bool
parse_percent(const char *s, uint32_t *chance)
{
	uint32_t v = 0;
	int digits = 0, behind = -1;

	for (; *s != '%' && *s != '\0'; s++) {
		if (*s == '.' && behind < 0 && digits > 0) {
			behind = 0;
			continue;
		}
		if (*s < '0' || *s > '9' || v > FAULT_ALWAYS || behind == 4)
			return false;
		v = v * 10 + (uint32_t)(*s - '0');
		digits++;
		behind += behind >= 0;
	}
	for (behind = behind < 0 ? 0 : behind; behind < 4; behind++)
		v = v > FAULT_ALWAYS ? v : v * 10;
	*chance = v;
	return digits > 0 && s[0] == '%' && s[1] == '\0' && v > 0 &&
	    v <= FAULT_ALWAYS;
}

static bool
take_kind(const struct line *l, const char *where, const char *word,
    struct fault *f)
{
	const char *known[KINDS];
	size_t i;

	for (i = 0; i < KINDS; i++) {
		known[i] = kinds[i].word;
		if (strcmp(kinds[i].word, word) == 0) {
			f->mishap = kinds[i].mishap;
			return true;
		}
	}
	wrong(l, where, "\"%.60s\" is none of fail, half, hang, stray, "
	    "wander, delay", word);
	near_note(l->d, word, known, KINDS);
	return false;
}

static bool
take_delay(struct line *l, struct fault *f)
{
	char word[64];
	const char *where = take_word(l, word, sizeof(word)), *should =
	    duration_parse(word, &f->delay);

	if (should == NULL)
		return true;
	return wrong(l, word[0] == '\0' ? l->text : where, "the delay "
	    "\"%s\" must be %s", word, should);
}

static void
suggest_action(struct line *l, const char *what)
{
	const char *known[VERB_COUNT];
	char word[64];
	int v;

	if (strncmp(what, "undo/", 5) == 0)
		what += 5;
	else if (strncmp(what, "rollback/", 9) == 0)
		what += 9;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(what, ":"), what);
	for (v = 0; v < VERB_COUNT; v++)
		known[v] = verb_name((enum verb)v);
	if (verb_find(word) == VERB_COUNT && word[0] != '\0')
		near_note(l->d, word, known, VERB_COUNT);
}

static bool
take_what(struct line *l, struct fault *f)
{
	char why[WHY];

	l->at += strspn(l->at, " \t");
	if (*l->at == '\0')
		return wrong(l, l->text + strspn(l->text, " \t"), "the line "
		    "does not say what it hits: %s",
		    "[undo/|rollback/]ACTION:DN-GLOB[:TIMES]");
	if (fault_parse(l->at, true, f, why))
		return true;
	wrong(l, l->at, "%s", why);
	suggest_action(l, l->at);
	return false;
}

/* How much room simulated snapshots have. */
static void
take_room(struct faults *all, struct line *l)
{
	char word[64], *end;
	const char *where = take_word(l, word, sizeof(word));
	unsigned long mib = strtoul(word, &end, 10);

	if (word[0] < '0' || word[0] > '9' || *end != '\0' ||
	    mib > UINT32_MAX)
		wrong(l, where, "\"%s\" must be a number of MiB", word);
	all->room = (int64_t)mib + 1;
}

static bool
is_room(struct line *l)
{
	const char *start = l->at;
	char word[64];

	take_word(l, word, sizeof(word));
	if (strcmp(word, "room") == 0)
		return true;
	l->at = start;
	return false;
}

static bool
parse_line(struct line *l, struct fault *f)
{
	char word[64];
	const char *where = take_word(l, word, sizeof(word));

	*f = (struct fault){ .times = 1, .chance = FAULT_ALWAYS };
	if (strchr(word, '%') != NULL) {
		if (!parse_percent(word, &f->chance))
			return wrong(l, where, "\"%.60s\" must be more than 0%% "
			    "and at most 100%%, with at most four digits "
			    "behind the point", word);
		f->times = UINT32_MAX;
		where = take_word(l, word, sizeof(word));
		if (word[0] == '\0')
			where = l->text;
	}
	return take_kind(l, where, word, f) && (f->mishap != MISHAP_DELAY ||
	    take_delay(l, f)) && take_what(l, f);
}

static void
take_line(struct faults *all, struct line *l, char *text, size_t n)
{
	struct fault f;

	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	text[n] = '\0';
	l->text = l->at = text;
	if (strlen(text) != n) {
		wrong(l, text, "the line holds a NUL byte");
		return;
	}
	if (text[strspn(text, " \t")] == '\0' ||
	    text[strspn(text, " \t")] == '#')
		return;
	if (is_room(l))
		take_room(all, l);
	else if (parse_line(l, &f))
		fault_push(all, &f);
}

bool
fault_read(struct faults *all, const struct src *src, struct diag *d)
{
	struct line l = { .src = src, .d = d };
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	bool ok;

	rewind(src->file);
	errno = 0;
	while ((n = getline(&text, &cap, src->file)) > 0) {
		if (n > LONGEST) {
			l.text = text;
			wrong(&l, text, "the line is longer than %d bytes",
			    LONGEST);
		} else {
			take_line(all, &l, text, (size_t)n);
		}
		if (l.off > SRC_WHOLE - (uint64_t)n - 1) {
			errno = EFBIG;
			break;
		}
		l.off += (uint32_t)n;
	}
	ok = feof(src->file) != 0;
	free(text);
	return ok;
}
