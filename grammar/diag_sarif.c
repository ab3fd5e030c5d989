/*
 * How do code scanning services read findings? As SARIF 2.1.0: one run whose
 * rules are the whole table of findings, so that a rule keeps its index from
 * run to run. Lines may move between runs, so each result carries a
 * fingerprint of what it says and about which object.
 */
#include <string.h>

#include "diag_print.h"
#include "intern.h"

#ifndef CAMPGEN_VERSION
#define CAMPGEN_VERSION "0"
#endif

static void
add_string(struct buf *b, const char *s)
{
	buf_json(b, s, strlen(s));
}

static void
add_text(struct buf *b, const char *key, const char *text)
{
	buf_printf(b, "\"%s\":{\"text\":", key);
	add_string(b, text);
	buf_char(b, '}');
}

/* "SPONSOR_CONTAINS" as a name of several words: SponsorContains. */
static void
add_name(struct buf *b, const char *id)
{
	bool first = true;

	buf_str(b, "\"name\":\"");
	for (; *id != '\0'; id++) {
		if (*id != '_')
			buf_char(b, first || *id < 'A' ? *id :
			    (char)(*id - 'A' + 'a'));
		first = *id == '_';
	}
	buf_str(b, "\",");
}

/* What to do, and an example if there is one. Services ask for help in every
 * rule; what needs nothing done is help enough in its description. */
static void
add_help(struct buf *b, const struct diag_info *info,
    const struct diag_rule *rule)
{
	struct buf text = { 0 };

	buf_str(&text, info->hint[0] != '\0' ? info->hint : info->title);
	if (rule != NULL && rule->example != NULL)
		buf_printf(&text, "\n\n%s", rule->example);
	buf_str(b, ",\"help\":{\"text\":");
	buf_json(b, text.data, text.len);
	buf_char(b, '}');
	buf_free(&text);
}

static void
add_rule(struct buf *b, const struct diag_info *info,
    const struct diag_rule *rule)
{
	buf_printf(b, "{\"id\":\"%s\",", info->code);
	if (rule != NULL)
		add_name(b, rule->name);
	add_text(b, "shortDescription", info->title);
	if (rule != NULL) {
		buf_char(b, ',');
		add_text(b, "fullDescription", rule->explain);
	}
	add_help(b, info, rule);
	buf_printf(b, ",\"defaultConfiguration\":{\"level\":\"%s\"}}",
	    diag_level_name((enum diag_level)info->level));
}

static bool
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || strchr("/._-~", c) != NULL;
}

/* A path as a relative or file URI. */
static void
add_uri(struct buf *b, const char *path)
{
	const unsigned char *p = (const unsigned char *)path;

	buf_str(b, path[0] == '/' ? "\"file://" : "\"");
	for (; *p != '\0'; p++)
		if (is_plain(*p))
			buf_char(b, (char)*p);
		else
			buf_printf(b, "%%%02X", *p);
	buf_char(b, '"');
}

static void
add_location(struct buf *b, const char *path, const struct spot *s)
{
	buf_str(b, "\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
	add_uri(b, path);
	buf_char(b, '}');
	if (s->line != 0)
		buf_printf(b, ",\"region\":{\"startLine\":%llu,"
		    "\"startColumn\":%llu,\"endLine\":%llu,"
		    "\"endColumn\":%llu}",
		    (unsigned long long)s->line, (unsigned long long)s->col,
		    (unsigned long long)s->end_line,
		    (unsigned long long)s->end_col);
	buf_char(b, '}');
}

static void
add_locations(struct buf *b, const struct shown *v)
{
	const char *mark = "";

	buf_str(b, ",\"locations\":[");
	if (v->item->at.src == NULL && v->item->dn == NAME_NONE) {
		buf_char(b, ']');
		return;
	}
	buf_char(b, '{');
	if (v->item->at.src != NULL) {
		add_location(b, v->item->at.src->path, &v->spot);
		mark = ",";
	}
	if (v->item->dn != NAME_NONE) {
		buf_printf(b, "%s\"logicalLocations\":[{"
		    "\"kind\":\"object\",\"fullyQualifiedName\":", mark);
		add_string(b, name_str(v->item->dn));
		buf_str(b, "}]");
	}
	buf_str(b, "}]");
}

static void
add_related(struct buf *b, const struct shown *v)
{
	const struct diag_note *note;
	size_t k = 0;

	buf_str(b, ",\"relatedLocations\":[");
	for (note = v->item->notes; note != NULL; note = note->next, k++) {
		buf_str(b, k == 0 ? "{" : ",{");
		if (note->at.src != NULL) {
			add_location(b, note->at.src->path, &v->note[k]);
			buf_char(b, ',');
		}
		add_text(b, "message", note->text);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static uint64_t
hash_bytes(uint64_t h, const char *s, size_t n)
{
	for (; n > 0; s++, n--)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t
hash_more(uint64_t h, const char *s)
{
	return hash_bytes(h, s, strlen(s));
}

/* The text without how many more there are like it: that may change. */
static size_t
text_len(const char *s)
{
	const char *more = strstr(s, " (and ");

	return more != NULL ? (size_t)(more - s) : strlen(s);
}

static uint64_t
fingerprint(const struct diag_item *item)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	h = hash_more(h, diag_info[item->code].code);
	h = hash_more(h, item->at.src == NULL ? "" : item->at.src->path);
	h = hash_more(h, name_str(item->dn));
	return hash_bytes(h, item->text, text_len(item->text));
}

static void
add_result(struct buf *b, const struct shown *v)
{
	const struct diag_item *item = v->item;

	buf_printf(b, "{\"ruleId\":\"%s\",\"ruleIndex\":%d,\"level\":\"%s\",",
	    diag_info[item->code].code, (int)item->code,
	    diag_level_name(item->level));
	add_text(b, "message", item->text);
	add_locations(b, v);
	if (item->notes != NULL)
		add_related(b, v);
	if (item->excuse != NULL) {
		buf_printf(b, ",\"suppressions\":[{\"kind\":\"%s\","
		    "\"status\":\"accepted\",\"justification\":",
		    item->excuse->in_source ? "inSource" : "external");
		add_string(b, item->excuse->reason);
		buf_str(b, "}]");
	}
	buf_printf(b, ",\"partialFingerprints\":{\"finding/v1\":\"%016llx\"}}",
	    (unsigned long long)fingerprint(item));
}

static void
add_tool(struct report *r)
{
	struct buf *b = &r->out;
	int i;

	buf_str(b, "\"tool\":{\"driver\":{\"name\":");
	add_string(b, r->program);
	buf_str(b, ",\"version\":\"" CAMPGEN_VERSION "\",\"rules\":[\n");
	for (i = 0; i < DIAG_COUNT; i++) {
		add_rule(b, &diag_info[i], r->rule == NULL ? NULL :
		    &r->rule[i]);
		buf_str(b, i + 1 < DIAG_COUNT ? ",\n" : "\n");
	}
	buf_str(b, "]}},\n");
}

static void
add_notification(struct report *r, const char *level, const char *text,
    size_t n)
{
	buf_printf(&r->out, "{\"level\":\"%s\",\"message\":{\"text\":", level);
	buf_json(&r->out, text, n);
	buf_str(&r->out, "}}");
}

/* What could not be done or shown is said where services show such things. */
static void
add_invocation(struct report *r)
{
	struct buf rest = { 0 };
	bool more = diag_rest(r, &rest);

	buf_printf(&r->out, "\"invocations\":[{\"executionSuccessful\":%s",
	    r->is_partial ? "false" : "true");
	if (more || r->is_partial)
		buf_str(&r->out, ",\"toolExecutionNotifications\":[");
	if (r->is_partial)
		add_notification(r, "error", DIAG_PARTIAL,
		    strlen(DIAG_PARTIAL));
	if (more) {
		buf_str(&r->out, r->is_partial ? "," : "");
		add_notification(r, "note", rest.data, rest.len);
	}
	buf_str(&r->out, more || r->is_partial ? "]}],\n" : "}],\n");
	buf_free(&rest);
}

void
diag_print_sarif(struct report *r)
{
	size_t i;

	buf_str(&r->out, "{\"$schema\":\"https://json.schemastore.org/"
	    "sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n");
	add_tool(r);
	add_invocation(r);
	buf_str(&r->out, "\"columnKind\":\"unicodeCodePoints\","
	    "\"results\":[\n");
	for (i = 0; i < r->n; i++) {
		add_result(&r->out, &r->v[i]);
		buf_str(&r->out, i + 1 < r->n ? ",\n" : "\n");
	}
	buf_str(&r->out, "]}]}\n");
}
