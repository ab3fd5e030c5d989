/*
 * Are the attributes of an element what they must be? Each is declared with
 * what it holds; text and number go to where the records are made. A mistyped
 * name is answered with the nearest known one.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "campaign_read.h"
#include "diag.h"
#include "dn.h"
#include "near.h"

void
names_add(struct names *l, const char *name, size_t len)
{
	if (l->n == 64 || len >= sizeof(l->text[0]))
		return;
	memcpy(l->text[l->n], name, len);
	l->text[l->n][len] = '\0';
	l->v[l->n] = l->text[l->n];
	l->n++;
}

void
attrs_compile(struct shape *s, const char *p)
{
	while (*p != '\0') {
		struct declared *d = &s->attr[s->nattr++];

		assert(s->nattr <= ATTRS_MAX);
		d->name = p;
		d->len = strcspn(p, "!?");
		d->mandatory = p[d->len] == '!';
		d->kind = p[d->len + 1];
		p += d->len + 2;
		p += strspn(p, " ");
	}
}

static size_t
declared_index(const struct shape *s, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < s->nattr; i++)
		if (s->attr[i].len == len &&
		    memcmp(s->attr[i].name, name, len) == 0)
			break;
	return i;
}

uint32_t
read_text(const struct reader *r, const char *attr)
{
	const struct shape *s = &r->shape[r->element];
	size_t i = declared_index(s, attr, strlen(attr));

	assert(i < s->nattr);
	return r->text[i];
}

int64_t
read_number(const struct reader *r, const char *attr, int64_t absent)
{
	const struct shape *s = &r->shape[r->element];
	size_t i = declared_index(s, attr, strlen(attr));

	assert(i < s->nattr);
	return r->text[i] == NAME_NONE ? absent : r->number[i];
}

uint32_t
read_decimal(const struct reader *r, const char *attr)
{
	char text[24];
	int64_t n = read_number(r, attr, 0);

	if (read_text(r, attr) == NAME_NONE)
		return NAME_NONE;
	return intern(text, (size_t)snprintf(text, sizeof(text), "%" PRId64,
	    n));
}

static struct place
attr_place(const struct reader *r, const char *name, size_t len)
{
	struct place p = campaign_place(r->campaign, r->pos);

	p.what = SRC_XMLATTR + intern(name, len);
	return p;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void
text_trim(const char **s, size_t *n)
{
	while (*n > 0 && is_blank(**s)) {
		++*s;
		--*n;
	}
	while (*n > 0 && is_blank((*s)[*n - 1]))
		--*n;
}

/* A whole number from least to most, base 0 as the standard's SMF reads it. */
static bool
parse_number(const char *s, size_t n, int64_t least, uint64_t most,
    int64_t *out)
{
	char text[72], *end;
	uint64_t u;

	text_trim(&s, &n);
	if (n == 0 || n >= sizeof(text) || (n == 1 && !(*s >= '0' && *s <= '9')))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	errno = 0;
	if (*text == '-') {
		*out = strtoll(text, &end, 0);
		return errno == 0 && *end == '\0' && *out >= least;
	}
	u = strtoull(text, &end, 0);
	*out = (int64_t)u;
	return errno == 0 && *end == '\0' && u <= most;
}

static bool
has_prefix(const char *s, size_t n, const char *prefix)
{
	size_t len = strlen(prefix);

	return n > len && memcmp(s, prefix, len) == 0;
}

static bool
parse_operation(uint32_t text, int64_t *out)
{
	static const char *const names[] = { "SA_IMM_ATTR_VALUES_ADD",
		"SA_IMM_ATTR_VALUES_DELETE", "SA_IMM_ATTR_VALUES_REPLACE" };

	for (*out = 0; *out < 3; ++*out)
		if (strcmp(name_str(text), names[*out]) == 0)
			return true;
	return false;
}

/* NULL if the text is of the kind, else what it should be. */
static const char *
fault_of(char kind, const char *s, size_t n, uint32_t text, int64_t *number)
{
	switch (kind) {
	case 'u':
		return parse_number(s, n, 0, UINT32_MAX, number) ? NULL :
		    "a number from 0 to 4294967295";
	case 'U':
		return parse_number(s, n, 0, UINT64_MAX, number) ? NULL :
		    "a number of 64 bits";
	case 't':
		return parse_number(s, n, INT64_MIN, INT64_MAX, number) ?
		    NULL : "a time in nanoseconds";
	case 'b':
		return parse_number(s, n, 0, 1, number) ? NULL : "0 or 1";
	case 'o':
		return parse_operation(text, number) ? NULL :
		    "SA_IMM_ATTR_VALUES_ADD, _DELETE or _REPLACE";
	case 'v':
		*number = type_from_imm_name(name_str(text));
		return *number != TYPE_COUNT ? NULL :
		    "a type such as SA_IMM_ATTR_SASTRINGT";
	case 'c':
		return has_prefix(s, n, "safSmfCampaign=") ? NULL :
		    "\"safSmfCampaign=...\"";
	case 'q':
		return has_prefix(s, n, "safSmfProc=") ? NULL :
		    "\"safSmfProc=...\"";
	default:
		return NULL;
	}
}

static bool
is_dn_kind(char kind, const char *s, size_t n)
{
	return kind == 'd' || (kind == 'p' && !(n == 1 && *s == '='));
}

static void
take_attr(struct reader *r, size_t i, const char *s, size_t n)
{
	const struct declared *d = &r->shape[r->element].attr[i];
	const char *fault;

	if (d->kind != 's')
		text_trim(&s, &n);
	r->text[i] = intern(s, n);
	if (is_dn_kind(d->kind, s, n)) {
		fault = dn_fault(s, n);
		if (fault != NULL)
			diag_report(r->diag, DIAG_CAMPAIGN_DN,
			    attr_place(r, d->name, d->len), NAME_NONE,
			    "\"%.100s\" is no name of an object: it %s",
			    name_str(r->text[i]), fault);
		return;
	}
	fault = fault_of(d->kind, s, n, r->text[i], &r->number[i]);
	if (fault != NULL) {
		diag_report(r->diag, DIAG_CAMPAIGN_VALUE,
		    attr_place(r, d->name, d->len), NAME_NONE,
		    "\"%.*s\" is \"%.100s\" but must be %s", (int)d->len,
		    d->name, name_str(r->text[i]), fault);
		r->number[i] = 0;
	}
}

static void
unknown_attr(struct reader *r, const char *name)
{
	const struct shape *s = &r->shape[r->element];
	struct names known = { .n = 0 };
	size_t i;

	for (i = 0; i < s->nattr; i++)
		names_add(&known, s->attr[i].name, s->attr[i].len);
	diag_report(r->diag, DIAG_CAMPAIGN_ATTRIBUTE,
	    attr_place(r, name, strlen(name)), NAME_NONE,
	    "\"%.100s\" is no attribute of \"%.*s\"", name, (int)s->len,
	    s->name);
	near_note(r->diag, name, known.v, known.n);
}

static void
extension_attr(struct reader *r, const char *name, const char *s, size_t n)
{
	static const struct {
		const char *name;
		size_t at;
	} known[] = {
		{ "reason", offsetof(struct reader, reason) },
		{ "risk", offsetof(struct reader, risk) },
		{ "moves", offsetof(struct reader, moves) },
		{ "actions", offsetof(struct reader, actions) },
		{ "on", offsetof(struct reader, on) },
		{ "source", offsetof(struct reader, source) },
		{ "target", offsetof(struct reader, target) },
		{ "schedule", offsetof(struct reader, schedule) },
		{ "bound", offsetof(struct reader, bound) },
		{ "phase", offsetof(struct reader, phase) },
	};
	struct names names = { .n = 0 };
	uint32_t id = intern(s, n);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0) {
			memcpy((char *)r + known[i].at, &id, sizeof(id));
			return;
		}
		names_add(&names, known[i].name, strlen(known[i].name));
	}
	diag_report(r->diag, DIAG_CAMPAIGN_ATTRIBUTE,
	    campaign_place(r->campaign, r->pos), NAME_NONE,
	    "\"cg:%.100s\" is no attribute of a campaign", name);
	near_note(r->diag, name, names.v, names.n);
}

static bool
is_type_of_value(const char *uri, const char *name, const char *s, size_t n)
{
	return strcmp(uri, XSI_NAMESPACE) == 0 && strcmp(name, "type") == 0 &&
	    base64_is_type(s, n);
}

static void
check_mandatory(struct reader *r)
{
	const struct shape *s = &r->shape[r->element];
	size_t i;

	for (i = 0; i < s->nattr; i++)
		if (s->attr[i].mandatory && r->text[i] == NAME_NONE)
			diag_report(r->diag, DIAG_CAMPAIGN_NO_ATTRIBUTE,
			    campaign_place(r->campaign, r->pos), NAME_NONE,
			    "\"%.*s\" has no attribute \"%.*s\"", (int)s->len,
			    s->name, (int)s->attr[i].len, s->attr[i].name);
}

void
attrs_take(struct reader *r, int n, const unsigned char **v)
{
	const struct shape *s = &r->shape[r->element];
	int k;
	size_t i;

	memset(r->text, 0, sizeof(r->text));
	r->reason = r->risk = r->source = r->target = NAME_NONE;
	r->schedule = r->bound = r->phase = NAME_NONE;
	r->moves = r->actions = r->on = NAME_NONE;
	r->now.base64 = false;
	for (k = 0; k < n; k++, v += 5) {
		const char *name = (const char *)v[0];
		const char *uri = (const char *)v[2];
		const char *text = (const char *)v[3];
		size_t len = (size_t)(v[4] - v[3]);

		if (uri == NULL) {
			i = declared_index(s, name, strlen(name));
			if (i < s->nattr)
				take_attr(r, i, text, len);
			else
				unknown_attr(r, name);
		} else if (strcmp(uri, "urn:campgen:1") == 0) {
			extension_attr(r, name, text, len);
		} else if (is_type_of_value(uri, name, text, len)) {
			r->now.base64 = true;
		}
	}
	check_mandatory(r);
}
