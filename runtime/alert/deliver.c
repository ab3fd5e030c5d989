/*
 * Which way does an alert go? And what several of these ways need: addresses,
 * files with secrets.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver.h"
#include "policy.h"

bool
deliver(const struct policy_channel *c, const struct message *m, char *why)
{
	why[0] = '\0';
	if (c->syslog != NULL)
		return deliver_syslog(c, m, why);
	if (c->mail != NULL)
		return deliver_mail(c, m, why);
	if (c->trap != NULL)
		return deliver_trap(c, m, why);
	if (c->webhook != NULL)
		return deliver_webhook(c, m, why);
	return deliver_program(c, m, why);
}

/* Host and port of HOST:PORT or [HOST]:PORT. */
static bool
part(const char *address, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(address, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - address);

	if (n > 1 && address[0] == '[') {
		address++;
		n -= 2;
	}
	if (colon == NULL || n == 0 || n >= size)
		return false;
	memcpy(host, address, n);
	host[n] = '\0';
	*port = colon + 1;
	return true;
}

static int
first_that_answers(const struct addrinfo *list)
{
	const struct addrinfo *a;
	int fd = -1;

	for (a = list; a != NULL && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC,
		    a->ai_protocol);
		if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
			int err = errno;

			close(fd);
			fd = -1;
			errno = err;
		}
	}
	return fd;
}

int
dial(const char *address, int socket_type, char *why)
{
	struct addrinfo hints = { .ai_socktype = socket_type }, *list = NULL;
	char host[512];
	const char *port;
	int fd, err;

	if (!part(address, host, sizeof(host), &port)) {
		snprintf(why, DELIVER_WHY, "%.200s is no address", address);
		return -1;
	}
	err = getaddrinfo(host, port, &hints, &list);
	if (err != 0) {
		snprintf(why, DELIVER_WHY, "%.200s: %s", address,
		    gai_strerror(err));
		return -1;
	}
	fd = first_that_answers(list);
	if (fd < 0)
		snprintf(why, DELIVER_WHY, "%.200s: %s", address,
		    strerror(errno));
	freeaddrinfo(list);
	return fd;
}

bool
read_secret(const char *path, char *out, size_t size, char *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0) {
		snprintf(why, DELIVER_WHY, "%.200s: %s", path,
		    strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	n = read(fd, out, size - 1);
	close(fd);
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		snprintf(why, DELIVER_WHY, "%.200s can be read by others: "
		    "chmod 600 it", path);
		return false;
	}
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	if (out[0] != '\0')
		return true;
	snprintf(why, DELIVER_WHY, "%.200s has no first line", path);
	return false;
}
