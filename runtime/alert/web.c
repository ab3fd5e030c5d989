/*
 * How are HTTP and SMTP spoken? By libcurl, which knows TLS and whom to trust;
 * proxies are those of the environment, as for other programs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "policy.h"
#include "web.h"

static size_t
ignore(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

CURL *
web_new(const struct policy_channel *c, const char *url,
    const char *protocols, char *why)
{
	const char *trusted = getenv("SSL_CERT_FILE"); /* as OpenSSL has it */
	CURL *t;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	t = curl_easy_init();
	if (t == NULL) {
		snprintf(why, DELIVER_WHY, "libcurl does not start");
		return NULL;
	}
	curl_easy_setopt(t, CURLOPT_URL, url);
	curl_easy_setopt(t, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(t, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(t, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t, CURLOPT_TIMEOUT_MS,
	    (long)(c->timeout / 1000000) + 1);
	curl_easy_setopt(t, CURLOPT_WRITEFUNCTION, ignore);
	if (trusted != NULL && trusted[0] != '\0')
		curl_easy_setopt(t, CURLOPT_CAINFO, trusted);
	return t;
}

bool
web_carry_out(CURL *t, bool (*ok)(long), char *why)
{
	long answer = 0;
	CURLcode e = curl_easy_perform(t);
	bool told;

	curl_easy_getinfo(t, CURLINFO_RESPONSE_CODE, &answer);
	told = e == CURLE_OK && ok(answer);
	if (e != CURLE_OK && answer != 0)
		snprintf(why, DELIVER_WHY, "%s (answer %ld)",
		    curl_easy_strerror(e), answer);
	else if (e != CURLE_OK)
		snprintf(why, DELIVER_WHY, "%s", curl_easy_strerror(e));
	else if (!told)
		snprintf(why, DELIVER_WHY, "it answered %ld", answer);
	curl_easy_cleanup(t);
	return told;
}
