/*
 * Was it told to stop? A signal says so in one word; nothing else is done in
 * its handler. camprun's own run counts its signals instead: see watch.c.
 */
#include <stddef.h>

#include "stop.h"

static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

void
stop_heed_also(int sig)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigaction(sig, &act, NULL);
}

const volatile sig_atomic_t *
stop_heed(void)
{
	stop_heed_also(SIGINT);
	stop_heed_also(SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	return &stop;
}
