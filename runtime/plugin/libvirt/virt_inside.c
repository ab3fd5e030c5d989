/*
 * How does a program run in a guest? The guest's agent starts it and keeps what
 * it says; it is asked until the program has ended. Whoever waits for this
 * process ends it when its time is up; what runs in the guest runs on then.
 */
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "link.h"
#include "os.h"
#include "agent.h"

enum { CANNOT = 255, ANSWER = 10 /* s */ };
#define FIRST INT64_C(10000000) /* ns between two questions, growing */
#define LAST INT64_C(500000000)

static int
cannot(const char *why)
{
	dprintf(STDERR_FILENO, "the guest's agent: %s\n", why != NULL ? why :
	    virGetLastErrorMessage());
	return CANNOT;
}

static char *
say(virDomainPtr d, const struct buf *words)
{
	return virDomainQemuAgentCommand(d, words->data, ANSWER, 0);
}

static void
pass_on(int fd, const struct buf *b)
{
	size_t at = 0;
	ssize_t n;

	for (; at < b->len; at += (size_t)n) {
		n = write(fd, b->data + at, b->len - at);
		if (n <= 0)
			return;
	}
}

/* One question; -1: it still runs. */
static int
ask(virDomainPtr d, const struct buf *words)
{
	struct buf out = { 0 }, err = { 0 };
	struct agent_end e;
	char *answer = say(d, words);
	int status = -1;

	if (answer == NULL)
		status = cannot(NULL);
	else if (!agent_end(answer, &e, &out, &err))
		status = cannot("nobody understands what it says");
	else if (e.exited) {
		pass_on(STDOUT_FILENO, &out);
		pass_on(STDERR_FILENO, &err);
		status = e.status;
	}
	free(answer);
	buf_free(&out);
	buf_free(&err);
	return status;
}

static int
follow(virDomainPtr d, long long pid)
{
	struct buf words = { 0 };
	int64_t pause = FIRST;
	int status;

	agent_status(&words, pid);
	while ((status = ask(d, &words)) < 0) {
		os_sleep(pause);
		pause = pause * 2 < LAST ? pause * 2 : LAST;
	}
	buf_free(&words);
	return status;
}

static int
run_in(virDomainPtr d, char *const *argv)
{
	struct buf words = { 0 };
	char *answer;
	long long pid;
	int status;

	agent_exec(&words, argv);
	answer = say(d, &words);
	pid = answer == NULL ? -1 : agent_pid(answer);
	status = answer == NULL ? cannot(NULL) : pid < 0 ?
	    cannot("it does not say what it has started") : follow(d, pid);
	free(answer);
	buf_free(&words);
	return status;
}

int
virt_inside(void *vm)
{
	struct vm *v = vm;
	virConnectPtr c = link_open(v->at, 2);
	virDomainPtr d = c == NULL ? NULL : link_find(c, v);
	int status = d == NULL ? cannot(NULL) : run_in(d, v->argv);

	if (d != NULL)
		virDomainFree(d);
	link_close(c);
	return status;
}
