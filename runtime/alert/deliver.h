/* One alert over one channel. All of these may block for as long as what they
 * talk to likes: they are called in a process of their own (worker.h). */
#ifndef CG_DELIVER_H
#define CG_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"

struct buf;
struct policy_channel;

enum { DELIVER_WHY = 300 };

/* Was it told, as far as the channel lets anybody know? If not, why says the
 * reason, for an operator. */
bool deliver(const struct policy_channel *, const struct message *, char *why);

/* --- the channels: deliver_*.c --- */

/* RFC 5424, into a local socket or over UDP or TCP (RFC 6587's counts). */
bool deliver_syslog(const struct policy_channel *, const struct message *,
    char *why);
/* By a program with the interface of sendmail, or to a server. */
bool deliver_mail(const struct policy_channel *, const struct message *,
    char *why);
/* SNMP v2c (RFC 3416): a trap, or an inform that is acknowledged. */
bool deliver_trap(const struct policy_channel *, const struct message *,
    char *why);
/* JSON by HTTP POST; told is what is answered by 2xx. */
bool deliver_webhook(const struct policy_channel *, const struct message *,
    char *why);
/* JSON on standard input; status 0 is told. */
bool deliver_program(const struct policy_channel *, const struct message *,
    char *why);

/* --- what they share --- */

/* Runs a program, a NULL-terminated list of words, with that input: did it
 * end with status 0? Otherwise why has what it said on standard error. */
bool feed(const char *const *words, const char *input, size_t n, char *why);

/* A socket that is connected to HOST:PORT, with either kind of address; -1
 * and why. */
int dial(const char *address, int socket_type, char *why);

/* The first line of a file that only its owner may read; false and why. */
bool read_secret(const char *path, char *out, size_t size, char *why);

#endif
