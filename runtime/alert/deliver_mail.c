/*
 * How does an alert get to people by mail? The same text for a program with
 * sendmail's interface, which knows where mail goes here, or for a server. The
 * id makes the Message-ID, so that mail that came twice is seen as one.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base64.h"
#include "buf.h"
#include "deliver.h"
#include "policy.h"
#include "web.h"

/* --- the text --- */

/* A header's value: one line; what is not ASCII as RFC 2047 has it. */
static void
put_header(struct buf *b, const char *key, const char *value)
{
	bool plain = true;
	const char *p;

	buf_printf(b, "%s: ", key);
	for (p = value; *p != '\0'; p++)
		plain &= (unsigned char)*p >= ' ' && (unsigned char)*p < 127;
	if (plain) {
		buf_str(b, value);
	} else {
		buf_str(b, "=?utf-8?B?");
		base64_encode(b, value, strlen(value));
		buf_str(b, "?=");
	}
	buf_str(b, "\r\n");
}

static void
put_date(struct buf *b, const struct message *m)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t s = (time_t)(m->time / 1000000000);
	struct tm tm;

	gmtime_r(&s, &tm);
	buf_printf(b, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static const char *
sender(const struct policy_channel *c, const struct message *m, char *out,
    size_t size)
{
	if (c->sender != NULL)
		return c->sender;
	snprintf(out, size, "camprun@%.200s", m->host);
	return out;
}

static void
put_fact(struct buf *b, const char *what, const char *value)
{
	if (value[0] != '\0')
		buf_printf(b, "%s: %s\r\n", what, value);
}

static void
put_text(struct buf *b, const struct message *m)
{
	const struct alert_info *i = alert_info(m->what);
	char t[MESSAGE_TIME];

	message_time(m, t);
	buf_printf(b, "%s\r\n\r\n", m->text);
	put_fact(b, "Event", i->name);
	put_fact(b, "Severity", severity_name(i->severity));
	put_fact(b, "Campaign", m->campaign);
	put_fact(b, "About", m->object);
	put_fact(b, "Time", t);
	put_fact(b, "Host", m->host);
	put_fact(b, "Run", m->state);
	put_fact(b, "Alert", m->id);
}

/* May it stand in a mail as it is: ASCII, in lines that are not too long? */
static bool
is_plain(const struct buf *t)
{
	size_t i, column = 0;

	for (i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->data[i];

		column = c == '\n' ? 0 : column + 1;
		if (column > 900 || c > 126 || (c < ' ' && c != '\n' &&
		    c != '\r'))
			return false;
	}
	return true;
}

static void
put_body(struct buf *b, const struct message *m)
{
	enum { LINE = 76 };
	struct buf text = { 0 }, code = { 0 };
	size_t at, n;

	put_text(&text, m);
	if (is_plain(&text)) {
		buf_str(b, "Content-Transfer-Encoding: 7bit\r\n\r\n");
		buf_add(b, text.data, text.len);
	} else {
		buf_str(b, "Content-Transfer-Encoding: base64\r\n\r\n");
		base64_encode(&code, text.data, text.len);
	}
	for (at = 0; at < code.len; at += LINE) {
		n = code.len - at < LINE ? code.len - at : LINE;
		buf_add(b, code.data + at, n);
		buf_str(b, "\r\n");
	}
	buf_free(&text);
	buf_free(&code);
}

static void
put_mail(struct buf *b, const struct policy_channel *c,
    const struct message *m)
{
	const struct alert_info *i = alert_info(m->what);
	char from[256], subject[300];

	put_header(b, "From", sender(c, m, from, sizeof(from)));
	put_header(b, "To", c->mail);
	snprintf(subject, sizeof(subject), "[%s] %s: %.150s%s%.60s",
	    severity_name(i->severity), i->name, m->campaign,
	    m->object[0] == '\0' ? "" : ", ", m->object);
	put_header(b, "Subject", subject);
	put_date(b, m);
	buf_printf(b, "Message-ID: <%s@%s>\r\n", m->id, m->host);
	buf_str(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n");
	put_body(b, m);
}

/* --- the ways --- */

/* Lines end as lines of files do. */
static bool
by_program(const struct policy_channel *c, const struct buf *mail, char *why)
{
	static const char *const usual[] = { "/usr/sbin/sendmail", "-oi", "-t",
		NULL };
	struct buf b = { 0 };
	bool ok;
	size_t i;

	for (i = 0; i < mail->len; i++)
		if (mail->data[i] != '\r')
			buf_char(&b, mail->data[i]);
	ok = feed(c->sendmail != NULL ? c->sendmail : usual, b.data, b.len,
	    why);
	buf_free(&b);
	return ok;
}

struct source { /* of a mail that is being sent */
	const char *p;
	size_t n;
};

static size_t
more(char *out, size_t size, size_t n, void *arg)
{
	struct source *s = arg;
	size_t k = size * n < s->n ? size * n : s->n;

	memcpy(out, s->p, k);
	s->p += k;
	s->n -= k;
	return k;
}

static bool
is_good(long answer)
{
	return answer >= 200 && answer < 300;
}

static struct curl_slist *
receivers(const char *list)
{
	struct curl_slist *to = NULL;
	char one[600];
	size_t n;

	for (; *list != '\0'; list += n + (list[n] != '\0')) {
		list += strspn(list, " ");
		n = strcspn(list, ",");
		snprintf(one, sizeof(one), "<%.*s>", (int)(n < 500 ? n : 500),
		    list);
		to = curl_slist_append(to, one);
	}
	return to;
}

static bool
by_server(const struct policy_channel *c, const struct message *m,
    const struct buf *mail, char *why)
{
	struct source s = { mail->data, mail->len };
	CURL *t = web_new(c, c->server, "smtp,smtps", why);
	struct curl_slist *to;
	char from[256], angle[300];
	bool ok;

	if (t == NULL)
		return false;
	to = receivers(c->mail);
	snprintf(angle, sizeof(angle), "<%s>", sender(c, m, from,
	    sizeof(from)));
	curl_easy_setopt(t, CURLOPT_MAIL_FROM, angle);
	curl_easy_setopt(t, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(t, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(t, CURLOPT_READFUNCTION, more);
	curl_easy_setopt(t, CURLOPT_READDATA, &s);
	ok = web_carry_out(t, is_good, why);
	curl_slist_free_all(to);
	return ok;
}

bool
deliver_mail(const struct policy_channel *c, const struct message *m,
    char *why)
{
	struct buf mail = { 0 };
	bool ok;

	put_mail(&mail, c, m);
	ok = c->server != NULL ? by_server(c, m, &mail, why) :
	    by_program(c, &mail, why);
	buf_free(&mail);
	return ok;
}
