/* T11: reader, schema and manual of policies know the same keys and events. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "buf.h"
#include "policy_of.h"

/* Events are told by name, severity and number in two documents. */
static void
documents_have_the_events(void **state)
{
	static const char *const files[] = { "grammar/schema/policy.5",
		"grammar/schema/CAMPGEN-MIB.txt" };
	char line[400], want[200];
	size_t i;
	int a;

	(void)state;
	for (i = 0; i < 2; i++)
		for (a = 0; a < ALERT_COUNT; a++) {
			const struct alert_info *info =
			    alert_info((enum alert)a);
			FILE *f = fopen(files[i], "r");
			bool found = false;

			assert_non_null(f);
			if (i == 0)
				snprintf(want, sizeof(want), ".It Li %s\n",
				    info->name);
			else
				snprintf(want, sizeof(want), "    ::= "
				    "{ campgenNotifications %u }\n",
				    info->number);
			while (!found && fgets(line, sizeof(line), f) != NULL)
				found = strcmp(line, want) == 0;
			if (found && i == 0) {
				assert_non_null(fgets(line, sizeof(line), f));
				snprintf(want, sizeof(want), "(%s) ",
				    severity_name(info->severity));
				found = strncmp(line, want, strlen(want)) == 0;
			}
			fclose(f);
			if (!found)
				fail_msg("%s has no %s", files[i], info->name);
			assert_int_equal(alert_find(info->name), a);
		}
}

/* --- keys --- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum { MOST_KEYS = 512 };

struct names {
	char *v[MOST_KEYS];
	size_t n;
};

static void
add_name(struct names *l, const char *section, const char *key)
{
	struct buf b = { 0 };

	assert_true(l->n < 256);
	assert_true(l->n < MOST_KEYS);
	buf_printf(&b, "%s%s%s", section, key == NULL ? "" : ".",
	    key == NULL ? "" : key);
	buf_char(&b, '\0');
	l->v[l->n++] = b.data;
}

static void
assert_reader_has(struct names *l, const char *where)
{
	struct names reader = { { NULL }, 0 };
	const char *key;
	size_t i;

	for (i = 0; (key = policy_key(i)) != NULL; i++)
		add_name(&reader, key, NULL);
	assert_true(reader.n > 8);
	qsort(reader.v, reader.n, sizeof(reader.v[0]), by_text);
	qsort(l->v, l->n, sizeof(l->v[0]), by_text);
	for (i = 0; i < reader.n && i < l->n; i++)
		if (strcmp(reader.v[i], l->v[i]) != 0)
			fail_msg("%s has %s, the reader %s", where, l->v[i],
			    reader.v[i]);
	assert_int_equal(reader.n, l->n);
	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	for (i = 0; i < reader.n; i++)
		free(reader.v[i]);
}

/* The reader refuses what 32 bits do not hold, so the schema does. */
static void
has_maximum(const char *key, const json_t *value)
{
	const char *type = json_string_value(json_object_get(value, "type"));

	if (type != NULL && strcmp(type, "integer") == 0 &&
	    !json_is_integer(json_object_get(value, "maximum")))
		fail_msg("the schema has no maximum of %s", key);
}

static void
schema_has_the_reader_s_keys(void **state)
{
	json_t *schema = json_load_file("grammar/schema/policy.json", 0, NULL);
	json_t *section, *rule, *value;
	struct names l = { { NULL }, 0 };
	const char *name, *key;

	(void)state;
	assert_non_null(schema);
	json_object_foreach(json_object_get(schema, "properties"), name,
	    section) {
		add_name(&l, name, NULL);
		rule = json_object_get(section, "items");
		if (rule == NULL)
			rule = section;
		json_object_foreach(json_object_get(rule, "properties"), key,
		    value) {
			add_name(&l, name, key);
			has_maximum(key, value);
		}
	}
	json_decref(schema);
	assert_reader_has(&l, "the schema");
}

static void
manual_has_the_reader_s_keys(void **state)
{
	FILE *f = fopen("grammar/schema/policy.5", "r");
	char line[256], section[64] = "", word[64];
	struct names l = { { NULL }, 0 };

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, ".Ss %63s", word) == 1 &&
		    strcmp(word, "Values") != 0) {
			snprintf(section, sizeof(section), "%s", word);
			add_name(&l, section, NULL);
		} else if (sscanf(line, ".It Cm %63s", word) == 1) {
			add_name(&l, section, word);
		}
	}
	fclose(f);
	assert_reader_has(&l, "the manual");
}

/* The manual's example is a policy. */
static void
manual_s_example_is_right(void **state)
{
	FILE *f = fopen("grammar/schema/policy.5", "r");
	struct buf b = { 0 };
	struct policy *p;
	char line[256];
	bool inside = false;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, ".Ed", 3) == 0)
			inside = false;
		if (inside)
			buf_str(&b, line);
		if (strncmp(line, ".Bd -literal", 12) == 0)
			inside = true;
	}
	fclose(f);
	buf_char(&b, '\0');
	p = good(b.data);
	assert_int_equal(policy_demand(p, id("safEE=a"),
	    id("safVersion=1,safEEType=LargeGuest"), 0), 16);
	policy_free(p);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_have_the_events),
		cmocka_unit_test(schema_has_the_reader_s_keys),
		cmocka_unit_test(manual_has_the_reader_s_keys),
		cmocka_unit_test(manual_s_example_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
