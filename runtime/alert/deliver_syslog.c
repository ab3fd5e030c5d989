/*
 * What does an alert look like in the system's log? One message of RFC 5424:
 * its event is the MSGID, the facts are structured data, so that a collector
 * can sort by them. On TCP each message has its length in front (RFC 6587).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "buf.h"
#include "deliver.h"
#include "policy.h"

enum { FACILITY_DAEMON = 3, LONGEST = 8000 };

static unsigned
level(enum severity s)
{
	static const unsigned levels[] = { [SEVERITY_INFO] = 6,
		[SEVERITY_NOTICE] = 5, [SEVERITY_WARNING] = 4,
		[SEVERITY_ERROR] = 3, [SEVERITY_CRITICAL] = 2 };

	return levels[s];
}

/* A value of structured data. */
static void
put_param(struct buf *b, const char *name, const char *value)
{
	const char *p;

	buf_printf(b, " %s=\"", name);
	for (p = value; *p != '\0'; p++) {
		if (strchr("\"\\]", *p) != NULL)
			buf_char(b, '\\');
		buf_char(b, (unsigned char)*p < ' ' ? ' ' : *p);
	}
	buf_char(b, '"');
}

/* A field of the header: nothing but what can be printed, and no blanks. */
static void
put_field(struct buf *b, const char *s, size_t most)
{
	size_t i;

	for (i = 0; s[i] != '\0' && i < most; i++)
		buf_char(b, s[i] > ' ' && s[i] < 127 ? s[i] : '_');
	buf_char(b, ' ');
}

static void
put_message(struct buf *b, const struct message *m)
{
	const struct alert_info *i = alert_info(m->what);
	char t[MESSAGE_TIME];
	size_t from;

	message_time(m, t);
	buf_printf(b, "<%u>1 %s ", FACILITY_DAEMON * 8 + level(i->severity),
	    t);
	put_field(b, m->host, 255);
	buf_printf(b, "camprun %ld %s [campgen@32473", (long)getpid(),
	    i->name);
	put_param(b, "id", m->id);
	put_param(b, "campaign", m->campaign);
	if (m->object[0] != '\0')
		put_param(b, "object", m->object);
	put_param(b, "state", m->state);
	buf_str(b, "] \xEF\xBB\xBF");
	from = b->len;
	message_line(m, b);
	for (; from < b->len; from++)
		if ((unsigned char)b->data[from] < ' ')
			b->data[from] = ' ';
	if (b->len > LONGEST)
		b->len = LONGEST;
}

/* A datagram socket, as logging daemons have; some have a stream. */
static int
dial_path(const char *path, char *why)
{
	static const int kinds[] = { SOCK_DGRAM, SOCK_STREAM };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = -1, err = ENAMETOOLONG;
	size_t i;

	for (i = 0; i < 2 && strlen(path) < sizeof(to.sun_path); i++) {
		memcpy(to.sun_path, path, strlen(path) + 1);
		fd = socket(AF_UNIX, kinds[i] | SOCK_CLOEXEC, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&to,
		    sizeof(to)) == 0)
			return fd;
		err = errno;
		close(fd);
		fd = -1;
	}
	snprintf(why, DELIVER_WHY, "%.200s: %s", path, strerror(err));
	return fd;
}

/* All of it, however it goes into the socket. */
static bool
send_all(int fd, const char *p, size_t n, char *why)
{
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k) {
		k = send(fd, p, n, MSG_NOSIGNAL);
		if (k <= 0 && errno != EINTR) {
			snprintf(why, DELIVER_WHY, "cannot send: %s",
			    strerror(errno));
			return false;
		}
		if (k < 0)
			k = 0;
	}
	return true;
}

/* A collector that is gone says so only when it is read from; one that keeps
 * silent took it. */
static bool
took_it(int fd, char *why)
{
	struct timeval patience = { .tv_sec = 1 };
	char byte;
	ssize_t n;

	shutdown(fd, SHUT_WR);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	do
		n = recv(fd, &byte, 1, 0);
	while (n > 0 || (n < 0 && errno == EINTR));
	if (n == 0 || errno == EAGAIN || errno == EWOULDBLOCK)
		return true;
	snprintf(why, DELIVER_WHY, "the connection broke: %s",
	    strerror(errno));
	return false;
}

bool
deliver_syslog(const struct policy_channel *c, const struct message *m,
    char *why)
{
	bool tcp = strncmp(c->syslog, "tcp:", 4) == 0, ok;
	bool udp = strncmp(c->syslog, "udp:", 4) == 0;
	int fd = tcp ? dial(c->syslog + 4, SOCK_STREAM, why) :
	    udp ? dial(c->syslog + 4, SOCK_DGRAM, why) :
	    dial_path(c->syslog, why);
	struct buf text = { 0 }, all = { 0 };

	if (fd < 0)
		return false;
	put_message(&text, m);
	if (tcp)
		buf_printf(&all, "%zu ", text.len);
	buf_add(&all, text.data, text.len);
	ok = send_all(fd, all.data, all.len, why) &&
	    (!tcp || took_it(fd, why));
	close(fd);
	buf_free(&text);
	buf_free(&all);
	return ok;
}
