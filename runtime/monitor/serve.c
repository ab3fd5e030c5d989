/*
 * How does a browser see a run? Four paths, to be read only, on the loopback
 * address. A request is answered in one piece from what the journal says then;
 * it is read anew at most once a second, and less often where that takes long,
 * so that many who watch cost no more than one. Who asks under another name
 * than this machine's is sent away: a page elsewhere must not read this one.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "diag.h"
#include "look.h"
#include "os.h"
#include "serve.h"
#include "display.h"

enum { MOST_CONNECTIONS = 64, TIMEOUT = 10 /* s */, PAUSE = 20 };
#define SECOND INT64_C(1000000000)

static const char live_script[] =
	"\"use strict\";\n"
	"// The page again, put in the place of what is shown.\n"
	"async function again() {\n"
	"  let pause = 1000;\n"
	"  try {\n"
	"    const got = await fetch(\"/\", { cache: \"no-store\" });\n"
	"    if (!got.ok) throw new Error(got.status);\n"
	"    const page = new DOMParser().parseFromString(await got.text(),\n"
	"      \"text/html\");\n"
	"    const open = new Map();\n"
	"    for (const d of document.querySelectorAll(\"details\"))\n"
	"      open.set(d.id, d.open);\n"
	"    const next = page.querySelector(\"main\");\n"
	"    for (const d of next.querySelectorAll(\"details\"))\n"
	"      if (touched.has(d.id) && open.has(d.id))\n"
	"        d.open = open.get(d.id);\n"
	"    document.querySelector(\"main\").replaceWith(next);\n"
	"    document.title = page.title;\n"
	"    if (page.querySelector(\"script\") === null) return;\n"
	"  } catch (e) {\n"
	"    pause = 5000;\n"
	"    const line = document.querySelector(\"[role=status]\");\n"
	"    if (!line.textContent.startsWith(\"No answer\"))\n"
	"      line.prepend(\"No answer from camprun monitor. Last seen: \");\n"
	"  }\n"
	"  setTimeout(again, pause);\n"
	"}\n"
	"// What a person opened or closed stays so.\n"
	"const touched = new Set();\n"
	"document.addEventListener(\"click\", (e) => {\n"
	"  const d = e.target.closest(\"details\");\n"
	"  if (d !== null) touched.add(d.id);\n"
	"});\n"
	"setTimeout(again, 1000);\n";

struct server {
	struct look *l;
	struct diag *diag;
	int64_t looked, cost; /* when it was read last; how long that took */
	bool broken; /* the journal cannot be read any more */
};

/* --- the answers --- */

static void
put_page(struct server *s, struct buf *b)
{
	display_page(s->l, true, b);
}

static void
put_report(struct server *s, struct buf *b)
{
	display_page(s->l, false, b);
}

static void
put_json(struct server *s, struct buf *b)
{
	display_json(s->l, b);
}

static void
put_script(struct server *s, struct buf *b)
{
	(void)s;
	buf_str(b, live_script);
}

static const struct path {
	const char *path, *type;
	void (*put)(struct server *, struct buf *);
} paths[] = {
	{ "/", "text/html; charset=utf-8", put_page },
	{ "/report.html", "text/html; charset=utf-8", put_report },
	{ "/status.json", "application/json", put_json },
	{ "/live.js", "text/javascript; charset=utf-8", put_script },
};

static const struct path *
find_path(const char *url)
{
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strcmp(url, paths[i].path) == 0)
			return &paths[i];
	return NULL;
}

/* --- requests --- */

static enum MHD_Result
answer(struct MHD_Connection *c, unsigned status, const char *type,
    struct buf *b)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(b->len,
	    b->data, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (r == NULL) {
		buf_free(b);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Content-Type", type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Content-Security-Policy", "default-src "
	    "'none'; style-src 'unsafe-inline'; script-src 'self'; "
	    "connect-src 'self'; frame-ancestors 'none'");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, "Allow", "GET, HEAD");
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
refuse(struct MHD_Connection *c, unsigned status, const char *why)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s\n", why);
	return answer(c, status, "text/plain; charset=utf-8", &b);
}

/* A name that means this machine, with any port. */
static bool
is_own_name(const char *host)
{
	static const char *const own[] = { "127.0.0.1", "localhost", "[::1]" };
	size_t i, n;

	for (i = 0; host != NULL && i < sizeof(own) / sizeof(own[0]); i++) {
		n = strlen(own[i]);
		if (strncmp(host, own[i], n) == 0 &&
		    (host[n] == ':' || host[n] == '\0'))
			return true;
	}
	return false;
}

static bool
look_now(struct server *s)
{
	int64_t now = os_clock();
	int64_t pause = s->cost * PAUSE > SECOND ? s->cost * PAUSE : SECOND;

	if (s->looked != 0 && now - s->looked < pause)
		return !s->broken;
	s->broken = look_again(s->l, s->diag) != EXIT_DONE;
	s->looked = os_clock();
	s->cost = s->looked - now;
	return !s->broken;
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_size, void **request)
{
	struct server *s = data;
	const struct path *p = find_path(url);
	struct buf b = { 0 };

	(void)version;
	(void)upload;
	*upload_size = 0;
	if (*request == NULL) { /* the head only: wait for the rest */
		*request = s;
		return MHD_YES;
	}
	if (!is_own_name(MHD_lookup_connection_value(c, MHD_HEADER_KIND,
	    "Host")))
		return refuse(c, MHD_HTTP_FORBIDDEN, "this page is for this "
		    "machine only: ask for 127.0.0.1");
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "this is only "
		    "to look at: use camprun's commands");
	if (p == NULL)
		return refuse(c, MHD_HTTP_NOT_FOUND, "there is only /, "
		    "/report.html and /status.json");
	if (!look_now(s))
		return refuse(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "the journal "
		    "cannot be read: camprun status says why");
	p->put(s, &b);
	return answer(c, MHD_HTTP_OK, p->type, &b);
}

/* --- the server --- */

static unsigned
port_of(struct MHD_Daemon *d)
{
	const union MHD_DaemonInfo *i = MHD_get_daemon_info(d,
	    MHD_DAEMON_INFO_BIND_PORT);

	return i == NULL ? 0 : i->port;
}

int
serve(struct look *l, size_t port, const volatile sig_atomic_t *stop,
    struct diag *diag)
{
	struct server s = { .l = l, .diag = diag };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct MHD_Daemon *d = MHD_start_daemon(MHD_NO_FLAG, 0, NULL, NULL,
	    on_request, &s, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT, MHD_OPTION_END);

	if (d == NULL) {
		fprintf(stderr, "camprun: cannot listen on 127.0.0.1:%zu; is "
		    "something there already? --port=0 takes a free one\n",
		    port);
		return EXIT_SYSTEM;
	}
	printf("http://127.0.0.1:%u/\n", port_of(d));
	fflush(stdout);
	while (!*stop)
		if (MHD_run_wait(d, 500) != MHD_YES)
			break;
	MHD_stop_daemon(d);
	return EXIT_DONE;
}
