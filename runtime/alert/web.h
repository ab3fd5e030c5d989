/* What webhooks and mail servers share: one transfer by libcurl. */
#ifndef CG_WEB_H
#define CG_WEB_H

#include <curl/curl.h>
#include <stdbool.h>

struct policy_channel;

/* A transfer that only speaks these protocols ("http,https"), follows nobody
 * elsewhere and ends in time; NULL and why. */
CURL *web_new(const struct policy_channel *, const char *url,
    const char *protocols, char *why);

/* Carries it out; ok says which answers are good. Frees the transfer. */
bool web_carry_out(CURL *, bool (*ok)(long answer), char *why);

#endif
