/*
 * How does an alert get to a web service? As JSON by POST. A token comes from a
 * file, so that the policy, which many may read, holds none.
 */
#include <stdio.h>

#include "buf.h"
#include "deliver.h"
#include "policy.h"
#include "web.h"

static bool
is_good(long answer)
{
	return answer >= 200 && answer < 300;
}

static bool
add_token(struct curl_slist **head, const char *path, char *why)
{
	char token[4096], line[4200];

	if (path == NULL)
		return true;
	if (!read_secret(path, token, sizeof(token), why))
		return false;
	snprintf(line, sizeof(line), "Authorization: Bearer %s", token);
	*head = curl_slist_append(*head, line);
	return true;
}

bool
deliver_webhook(const struct policy_channel *c, const struct message *m,
    char *why)
{
	CURL *t = web_new(c, c->webhook, "http,https", why);
	struct curl_slist *head = NULL;
	struct buf b = { 0 };
	bool ok = false;

	if (t == NULL)
		return false;
	head = curl_slist_append(head, "Content-Type: application/json");
	head = curl_slist_append(head, "Expect:");
	message_json(m, &b);
	buf_char(&b, '\n');
	curl_easy_setopt(t, CURLOPT_POSTFIELDS, b.data);
	curl_easy_setopt(t, CURLOPT_POSTFIELDSIZE, (long)b.len);
	curl_easy_setopt(t, CURLOPT_USERAGENT, "camprun/" CAMPGEN_VERSION);
	if (add_token(&head, c->secret_file, why)) {
		curl_easy_setopt(t, CURLOPT_HTTPHEADER, head);
		ok = web_carry_out(t, is_good, why);
	} else {
		curl_easy_cleanup(t);
	}
	curl_slist_free_all(head);
	buf_free(&b);
	return ok;
}
