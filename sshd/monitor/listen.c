#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "listen.h"

#define BACKLOG 4096

/* "192.0.2.1:2222", "[2001:db8::1]:2222" */
static int
split_address(const char *text, char host[LISTEN_NAME], char port[8])
{
	const char *colon = strrchr(text, ':'), *end = colon;

	if (colon == NULL || strlen(colon + 1) == 0 || strlen(colon + 1) >= 8)
		return -1;
	if (*text == '[') {
		text++;
		end--;
		if (end <= text || *end != ']')
			return -1;
	} else if (memchr(text, ':', (size_t)(colon - text)) != NULL)
		return -1;
	if (end == text || (size_t)(end - text) >= LISTEN_NAME)
		return -1;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	return 0;
}

static struct addrinfo *
resolve_numeric(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *ai = NULL;
	int error;

	/* glibc takes "*" for a numeric address. */
	if (strcmp(host, "*") == 0)
		return NULL;
	error = getaddrinfo(host, port, &hints, &ai);
	if (error == EAI_MEMORY)
		errno = ENOMEM;
	return error == 0 ? ai : NULL;
}

static int
bind_one(const struct addrinfo *ai, int backlog)
{
	int fd, one = 1, saved;

	fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    (ai->ai_family != AF_INET6 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) ==
		    0) &&
	    bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, backlog) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

void
listen_peer(const struct sockaddr *sa, char addr[64], uint32_t *port)
{
	const struct sockaddr_in *v4 = (const void *)sa;
	const struct sockaddr_in6 *v6 = (const void *)sa;
	struct in_addr mapped;

	*port = 0;
	snprintf(addr, 64, "?");
	if (sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, addr, 64);
		*port = ntohs(v4->sin_port);
	} else if (sa->sa_family == AF_INET6) {
		if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
			memcpy(&mapped, v6->sin6_addr.s6_addr + 12, 4);
			inet_ntop(AF_INET, &mapped, addr, 64);
		} else
			inet_ntop(AF_INET6, &v6->sin6_addr, addr, 64);
		*port = ntohs(v6->sin6_port);
	}
}

static void
name_it(struct listen *l)
{
	struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(ss);
	char addr[64];

	if (getsockname(l->fd, (struct sockaddr *)&ss, &len) == -1)
		return;
	listen_peer((struct sockaddr *)&ss, addr, &l->port);
	snprintf(l->name, sizeof(l->name),
	    ss.ss_family == AF_INET6 ? "[%.54s]:%u" : "%.54s:%u", addr,
	    l->port);
}

int
listen_valid(const char *text)
{
	char host[LISTEN_NAME], port[8];
	struct addrinfo *ai;

	if (split_address(text, host, port) == -1 ||
	    strspn(port, "0123456789") != strlen(port) ||
	    strtoul(port, NULL, 10) > 65535 ||
	    (ai = resolve_numeric(host, port)) == NULL)
		return 0;
	freeaddrinfo(ai);
	return 1;
}

/* The address of "ADDRESS:PORT", to be freed; NULL: it is none. */
static struct addrinfo *
resolve_text(const char *text)
{
	char host[LISTEN_NAME], port[8];

	return listen_valid(text) && split_address(text, host, port) == 0
		   ? resolve_numeric(host, port)
		   : NULL;
}

static uint32_t
port_of(const struct addrinfo *ai)
{
	uint32_t port;
	char addr[64];

	listen_peer(ai->ai_addr, addr, &port);
	return port;
}

bool
listen_reachable(const char *text)
{
	struct addrinfo *ai = resolve_text(text);
	const struct sockaddr_in *v4;
	const struct sockaddr_in6 *v6;
	bool reachable;

	if (ai == NULL)
		return false;
	v4 = (const void *)ai->ai_addr;
	v6 = (const void *)ai->ai_addr;
	reachable = port_of(ai) != 0 &&
		    (ai->ai_family == AF_INET
			    ? v4->sin_addr.s_addr != htonl(INADDR_ANY)
			    : !IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr));
	freeaddrinfo(ai);
	return reachable;
}

int
listen_connect(const char *text, uint32_t port)
{
	struct addrinfo *ai = resolve_text(text);
	int fd = -1, saved;

	errno = EINVAL;
	if (ai != NULL && port_of(ai) == port)
		fd = socket(ai->ai_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd != -1 && connect(fd, ai->ai_addr, ai->ai_addrlen) == -1 &&
	    errno != EINPROGRESS) {
		saved = errno;
		close(fd);
		fd = -1;
		errno = saved;
	}
	saved = errno;
	if (ai != NULL)
		freeaddrinfo(ai);
	errno = saved;
	return fd;
}

struct listen *
listen_one(const char *option, const char *text, char error[CONF_ERROR])
{
	char host[LISTEN_NAME], port[8];
	struct addrinfo *ai = NULL;
	struct listen *l;
	int saved;

	if (split_address(text, host, port) == -1 ||
	    (ai = resolve_numeric(host, port)) == NULL) {
		snprintf(error, CONF_ERROR,
		    "%s %s: not ADDRESS:PORT "
		    "(as in 0.0.0.0:2222 or [::]:2222)",
		    option, text);
		errno = EINVAL;
		return NULL;
	}
	if ((l = calloc(1, sizeof(*l))) != NULL &&
	    (l->fd = bind_one(ai, BACKLOG)) == -1) {
		free(l);
		l = NULL;
	}
	saved = errno;
	if (l == NULL)
		snprintf(error, CONF_ERROR, "%s %s: %s%s", option, text,
		    strerror(errno),
		    errno == EACCES ? " (ports below 1024 need root or "
				      "CAP_NET_BIND_SERVICE)"
				    : "");
	else
		name_it(l);
	freeaddrinfo(ai);
	errno = saved;
	return l;
}

/* An address family that the kernel lacks is skipped, as sshd(8) does. */
static bool
listen_passed_over(const char *error)
{
	if (errno != EAFNOSUPPORT)
		return false;
	fprintf(stderr, "et-sshd: %s: address skipped\n", error);
	return true;
}

static struct listen *
listen_pool(const char *text, enum pool pool, char error[CONF_ERROR])
{
	struct listen *l = listen_one(pool_option(pool), text, error);

	if (l != NULL)
		l->pool = pool;
	return l;
}

struct listen *
listen_open(const struct conf *conf, char error[CONF_ERROR])
{
	size_t i, n = conf->nlisten + conf->noperator_listen;
	struct listen *first = NULL, **last = &first;
	bool devices;
	int saved;

	for (i = 0; i < n; i++) {
		devices = i < conf->nlisten;
		*last =
		    devices
			? listen_pool(conf->listen[i], POOL_LISTEN, error)
			: listen_pool(conf->operator_listen[i - conf->nlisten],
			      POOL_OPERATORS, error);
		if (*last != NULL)
			last = &(*last)->next;
		else if (!devices || !listen_passed_over(error))
			break;
	}
	if (i == n && first != NULL && first->pool == POOL_LISTEN)
		return first;
	saved = errno;
	listen_close(first);
	errno = saved;
	return NULL;
}

void
listen_close(struct listen *l)
{
	struct listen *next;

	for (; l != NULL; l = next) {
		next = l->next;
		close(l->fd);
		free(l);
	}
}

int
listen_again(const struct listen *l)
{
	struct addrinfo *ai = resolve_text(l->name);

	/* A port that the kernel chose is no longer bound; others are. */
	if (ai != NULL) {
		(void)!bind(l->fd, ai->ai_addr, ai->ai_addrlen);
		freeaddrinfo(ai);
	}
	return listen(l->fd, BACKLOG);
}

int
listen_address_valid(const char *address)
{
	struct addrinfo *ai = resolve_numeric(address, "0");

	if (ai == NULL)
		return 0;
	freeaddrinfo(ai);
	return 1;
}

int
listen_forward(const char *address, uint32_t port)
{
	struct addrinfo *ai;
	char text[16];
	int fd;

	snprintf(text, sizeof(text), "%u", port);
	errno = EADDRNOTAVAIL;
	if (port > 65535 || (ai = resolve_numeric(address, text)) == NULL)
		return -1;
	fd = bind_one(ai, 128);
	freeaddrinfo(ai);
	return fd;
}

bool
listen_no_room(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM;
}
