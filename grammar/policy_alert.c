/*
 * Who is told of what (U9)? Channels say how, rules say what goes where. A
 * name that is misspelt would be an alert that never comes, so all names are
 * looked at when the policy is read.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "near.h"
#include "policy_rules.h"

#define SECOND INT64_C(1000000000)

static const struct alert_info infos[] = {
#define ALERT(id, number, name, severity, meaning) \
	{ number, name, SEVERITY_##severity, meaning },
#include "alerts.def"
#undef ALERT
};

static const char *const severities[] = { "info", "notice", "warning", "error",
	"critical" };

const struct alert_info *
alert_info(enum alert a)
{
	return &infos[a];
}

enum alert
alert_find(const char *name)
{
	int a;

	for (a = 0; a < ALERT_COUNT; a++)
		if (strcmp(infos[a].name, name) == 0)
			break;
	return (enum alert)a;
}

const char *
severity_name(enum severity s)
{
	return severities[s];
}

/* --- reading --- */

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* HOST:PORT; a host that has colons of its own stands in brackets. */
static bool
is_address(const char *s)
{
	const char *port = strrchr(s, ':');
	char *end;
	long n = port == NULL ? 0 : strtol(port + 1, &end, 10);

	return port != NULL && port > s && port[1] >= '0' && port[1] <= '9' &&
	    *end == '\0' && n > 0 && n < 65536 &&
	    (memchr(s, ':', (size_t)(port - s)) == NULL ||
	    (s[0] == '[' && port[-1] == ']'));
}

static bool
is_syslog(const char *s)
{
	return s[0] == '/' || ((begins(s, "udp:") || begins(s, "tcp:")) &&
	    is_address(s + 4));
}

static bool
is_url(const char *s)
{
	return (begins(s, "http://") && s[7] != '\0') ||
	    (begins(s, "https://") && s[8] != '\0');
}

static bool
is_server(const char *s)
{
	return (begins(s, "smtp://") && s[7] != '\0') ||
	    (begins(s, "smtps://") && s[8] != '\0');
}

/* One line of a header. */
static bool
is_line(const char *s)
{
	return strpbrk(s, "\r\n") == NULL;
}

static bool
is_mailbox(const char *s)
{
	return is_line(s) && strchr(s, '@') != NULL && s[0] != '-' &&
	    strpbrk(s, " \t<>\"") == NULL;
}

/* Addresses with commas between. */
static bool
are_mailboxes(const char *s)
{
	char one[512];
	size_t n;

	for (;; s++) {
		s += strspn(s, " ");
		n = strcspn(s, ",");
		if (n >= sizeof(one))
			return false;
		memcpy(one, s, n);
		while (n > 0 && one[n - 1] == ' ')
			n--;
		one[n] = '\0';
		if (!is_mailbox(one))
			return false;
		s += strcspn(s, ",");
		if (*s == '\0')
			return true;
	}
}

static bool
is_path(const char *s)
{
	return s[0] == '/';
}

static void
check_form(const struct policy *p, const struct rule *r, struct diag *d)
{
	const struct {
		const char *key, *value;
		bool (*right)(const char *);
		const char *what;
	} forms[] = {
		{ "syslog", r->syslog, is_syslog,
		    "the path of a socket, udp:HOST:PORT or tcp:HOST:PORT" },
		{ "mail", r->mail, are_mailboxes,
		    "addresses like ops@example.org with commas between" },
		{ "from", r->sender, is_mailbox,
		    "an address like camprun@example.org" },
		{ "server", r->server, is_server,
		    "smtp://HOST:PORT or smtps://HOST:PORT" },
		{ "trap", r->trap, is_address, "HOST:PORT" },
		{ "community", r->community, is_line, "one line" },
		{ "webhook", r->webhook, is_url,
		    "a URL that begins with http:// or https://" },
		{ "secret-file", r->secret_file, is_path,
		    "the whole path of a file" },
	};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].value != NULL && !forms[i].right(forms[i].value))
			diag_report(d, DIAG_POLICY_TYPE, rule_at(p, r),
			    NAME_NONE, "\"%s\" must be %s, not \"%.100s\"",
			    forms[i].key, forms[i].what, forms[i].value);
}

/* A channel is of one kind, and what else is said goes with that. */
static void
check_kind(const struct policy *p, const struct rule *r, struct diag *d)
{
	const struct {
		const char *key;
		bool said, fits;
	} also[] = {
		{ "from", r->sender != NULL, r->mail != NULL },
		{ "sendmail", r->sendmail.v != NULL, r->mail != NULL &&
		    r->server == NULL },
		{ "server", r->server != NULL, r->mail != NULL },
		{ "community", r->community != NULL, r->trap != NULL },
		{ "inform", r->inform != TRI_UNKNOWN, r->trap != NULL },
		{ "secret-file", r->secret_file != NULL, r->webhook != NULL ||
		    (r->trap != NULL && r->community == NULL) },
	};
	int kinds = (r->syslog != NULL) + (r->mail != NULL) +
	    (r->trap != NULL) + (r->webhook != NULL) + (r->program.v != NULL);
	size_t i;

	if (kinds != 1)
		diag_report(d, DIAG_POLICY_CHANNEL, rule_at(p, r), NAME_NONE,
		    kinds == 0 ? "the channel \"%.100s\" leads nowhere" :
		    "the channel \"%.100s\" is of several kinds at once",
		    r->name);
	for (i = 0; i < sizeof(also) / sizeof(also[0]) && kinds == 1; i++)
		if (also[i].said && !also[i].fits)
			diag_report(d, DIAG_POLICY_CHANNEL, rule_at(p, r),
			    NAME_NONE, "\"%s\" says nothing in the channel "
			    "\"%.100s\"", also[i].key, r->name);
	if (r->program.v != NULL && r->program.n == 0)
		diag_report(d, DIAG_POLICY_TYPE, rule_at(p, r), NAME_NONE,
		    "\"program\" must be words, the first of them the whole "
		    "path of a program");
}

static bool
is_channel(const struct rules *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->v[i].name, name) == 0)
			return true;
	return false;
}

static void
check_twice(const struct policy *p, struct diag *d)
{
	const struct rules *c = &p->section[POLICY_CHANNELS];
	size_t i, k;

	for (i = 0; i < c->n; i++) {
		for (k = 0; k < i; k++)
			if (strcmp(c->v[i].name, c->v[k].name) == 0)
				break;
		if (k == i)
			continue;
		diag_report(d, DIAG_POLICY_TWICE, rule_at(p, &c->v[i]),
		    NAME_NONE, "the channel \"%.100s\" is here for the second "
		    "time", c->v[i].name);
		diag_note(d, rule_at(p, &c->v[k]), "it is here first");
	}
}

static void
check_goals(const struct policy *p, const struct rule *r, struct diag *d)
{
	const struct rules *c = &p->section[POLICY_CHANNELS];
	const char **known = mem_alloc(c->n, sizeof(*known));
	size_t i;

	for (i = 0; i < c->n; i++)
		known[i] = c->v[i].name;
	for (i = 0; i < r->goal.n; i++) {
		if (is_channel(c, r->goal.v[i]))
			continue;
		diag_report(d, DIAG_POLICY_WORD, rule_at(p, r), NAME_NONE,
		    "\"channels\" has no channel \"%.100s\"", r->goal.v[i]);
		near_note(d, r->goal.v[i], known, c->n);
	}
	if (r->goal.n == 0)
		diag_report(d, DIAG_POLICY_MISSING, rule_at(p, r), NAME_NONE,
		    "\"to\" names no channel");
	free(known);
}

static void
check_events(const struct policy *p, const struct rule *r, struct diag *d)
{
	const char *known[ALERT_COUNT];
	size_t i;
	int a;

	for (a = 0; a < ALERT_COUNT; a++)
		known[a] = infos[a].name;
	for (i = 0; i < r->nlist; i++) {
		for (a = 0; a < ALERT_COUNT; a++)
			if (glob_match(r->list[i].glob, infos[a].name))
				break;
		if (a < ALERT_COUNT)
			continue;
		diag_report(d, DIAG_POLICY_WORD, rule_at(p, r), NAME_NONE,
		    "there is no event \"%.100s\"", r->list[i].glob);
		near_note(d, r->list[i].glob, known, ALERT_COUNT);
	}
}

void
policy_check_alerts(const struct policy *p, struct diag *d)
{
	const struct rules *c = &p->section[POLICY_CHANNELS];
	const struct rules *a = &p->section[POLICY_ALERTS];
	size_t i;

	for (i = 0; i < c->n; i++) {
		check_kind(p, &c->v[i], d);
		check_form(p, &c->v[i], d);
	}
	check_twice(p, d);
	for (i = 0; i < a->n; i++) {
		check_goals(p, &a->v[i], d);
		check_events(p, &a->v[i], d);
	}
}

/* --- asking --- */

size_t
policy_nchannel(const struct policy *p)
{
	return policy_rules(p, POLICY_CHANNELS)->n;
}

static const char *const *
words_of(const struct texts *t)
{
	return t->v == NULL ? NULL : (const char *const *)t->v;
}

struct policy_channel
policy_channel(const struct policy *p, size_t i)
{
	const struct rule *r = &p->section[POLICY_CHANNELS].v[i];

	return (struct policy_channel){ .name = r->name, .syslog = r->syslog,
		.mail = r->mail, .trap = r->trap, .webhook = r->webhook,
		.program = words_of(&r->program), .sender = r->sender,
		.server = r->server, .community = r->community,
		.secret_file = r->secret_file,
		.sendmail = words_of(&r->sendmail),
		.inform = r->inform == TRI_YES,
		.timeout = r->max > 0 ? r->max : 10 * SECOND };
}

size_t
policy_nalert(const struct policy *p)
{
	return policy_rules(p, POLICY_ALERTS)->n;
}

bool
policy_alert_fits(const struct policy *p, size_t i, enum alert a, uint32_t dn)
{
	const struct rule *r = &p->section[POLICY_ALERTS].v[i];
	size_t k;

	if ((uint32_t)infos[a].severity + 1 < r->severity ||
	    (r->match.glob != NULL && dn == NAME_NONE) ||
	    !pattern_fits(&r->match, dn))
		return false;
	for (k = 0; k < r->nlist; k++)
		if (glob_match(r->list[k].glob, infos[a].name))
			return true;
	return r->nlist == 0;
}

bool
policy_alert_goes(const struct policy *p, size_t i, size_t channel)
{
	const struct rule *r = &p->section[POLICY_ALERTS].v[i];
	const char *name = p->section[POLICY_CHANNELS].v[channel].name;
	size_t k;

	for (k = 0; k < r->goal.n; k++)
		if (strcmp(r->goal.v[k], name) == 0)
			return true;
	return false;
}

int64_t
policy_alert_window(const struct policy *p, size_t i)
{
	const struct rule *r = &p->section[POLICY_ALERTS].v[i];

	return r->once == TRI_YES ? INT64_MAX : r->longest > 0 ? r->longest :
	    0;
}
