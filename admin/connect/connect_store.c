/*
 * The store's side of et-admin connect: a process that is the store's owner,
 * and has neither the key nor a way to ssh.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "connect.h"
#include "progress.h"
#include "when.h"

#define MINUTE (60 * INT64_C(1000000)) /* us */
#define LIFE (60 * MINUTE) /* the operator's, unless it is renewed */
#define RENEW (20 * MINUTE) /* of its life, then it is */
#define LOOK_MS 1000
#define LOOK_LONG_MS 60000 /* when there is nothing to tell any more */

struct clerk {
	struct admin *admin;
	struct connect_ask *ask;
	struct device device;
	struct connect_way way;
	char node[DEVICE_NAME]; /* the server that ssh connects to */
	char listen[sizeof(((struct node *)0)->listen)];
};

/* ---- where ---- */

static void
own_address(struct sockaddr_storage *server)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)server;
	struct sockaddr_in *four = (struct sockaddr_in *)server;

	if (server->ss_family == AF_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr))
		six->sin6_addr = in6addr_loopback;
	else if (server->ss_family == AF_INET &&
		 four->sin_addr.s_addr == htonl(INADDR_ANY))
		four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

/* "192.0.2.1:2222" or "[::]:2222": numbers alone. */
static int
read_address(char *text, struct sockaddr_storage *server)
{
	struct addrinfo *ai = NULL,
			hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
			    .ai_socktype = SOCK_STREAM};
	char *colon = strrchr(text, ':'), *host = text;
	size_t n;
	uint32_t port;

	if (colon == NULL || forward_parse_port(colon + 1, &port) == -1)
		return -1;
	*colon = '\0';
	n = strlen(host);
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		host++;
	}
	if (getaddrinfo(host, colon + 1, &hints, &ai) != 0)
		return -1;
	memset(server, 0, sizeof(*server));
	memcpy(server, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(ai);
	own_address(server);
	return 0;
}

/* Of a store that only one server has, that one: its name may have changed. */
static int
node_here(void *arg, const struct node *node)
{
	struct clerk *c = arg;
	const struct admin *a = c->admin;

	if (!store_node_lives(a->store, node) ||
	    (store_shared(a->store) && strcmp(node->name, a->node) != 0))
		return 0;
	memcpy(c->node, node->name, sizeof(c->node));
	snprintf(c->listen, sizeof(c->listen), "%.*s",
	    (int)strcspn(node->listen, ","), node->listen);
	return 1;
}

/* The first address of the server that runs here. */
static enum admin_exit
find_server(struct clerk *c)
{
	char said[sizeof(c->listen)];
	struct admin *a = c->admin;

	if (!store_server_runs(a->store))
		return admin_fail(
		    "no server is running on this store: start et-sshd");
	if (store_node_look(a->store, node_here, c) != STORE_OK)
		return admin_result(a, STORE_FAILED);
	snprintf(said, sizeof(said), "%s", c->listen);
	if (c->node[0] == '\0' && store_shared(a->store))
		return admin_fail(
		    "this machine's server, %s, is not alive: run et-admin "
		    "connect on one of those that are; see et-admin node list",
		    a->node);
	if (c->listen[0] == '\0')
		return admin_fail("the store does not have the server's listen "
				  "address: see et-admin status");
	if (read_address(c->listen, &c->way.server) == -1)
		return admin_fail("the store has \"%s\" as the server's listen "
				  "address, which is not an address and port",
		    said);
	return ADMIN_DONE;
}

static enum admin_exit
find_device(struct clerk *c)
{
	if (admin_device(c->admin, c->ask->device, &c->device) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!device_name_valid(c->device.name))
		return admin_fail("the store has a device \"%s\", which is not "
				  "a valid device id",
		    c->device.name);
	if (!c->device.enabled)
		return admin_fail(
		    "device %s is disabled: run et-admin device enable %s",
		    c->device.name, c->device.name);
	memcpy(c->way.device, c->device.name, sizeof(c->way.device));
	return ADMIN_DONE;
}

/* ---- who ---- */

static enum admin_exit
add_operator(struct clerk *c)
{
	struct oper *op = &c->ask->oper;
	struct admin *a = c->admin;
	enum store_result r;
	int64_t seq;

	op->role = OPERATOR_OPERATOR;
	snprintf(op->grants, sizeof(op->grants), OPERATOR_DEVICE "%s:%u",
	    c->device.name, c->ask->dport);
	op->created = when_now();
	op->expires = op->created + LIFE;
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	r = store_operator_add(a->store, op);
	if (change_commit(a, r, &seq, "connect %s port %u as %s",
		c->device.name, c->ask->dport, op->name) != ADMIN_DONE)
		return ADMIN_FAILED;
	/* Another node asks this one whether the operator may. */
	if (!change_applied(a, seq, c->node[0] != '\0' ? c->node : NULL))
		return admin_fail("the server does not answer: see et-admin "
				  "status and et-admin event tail");
	return ADMIN_DONE;
}

/* STORE_NONE: somebody has removed it, and so ended what it had open. */
static void
note_change(struct clerk *c, enum store_result r, const char *what)
{
	int64_t seq;

	if (r == STORE_NONE)
		store_rollback(c->admin->store);
	else
		change_commit(c->admin, r, &seq, "connect %s: %s %s",
		    c->device.name, c->ask->oper.name, what);
}

/* The wall clock may have been set either way meanwhile. */
static void
renew_operator(struct clerk *c)
{
	struct oper *op = &c->ask->oper;
	int64_t left = op->expires - when_now();
	struct store *s = c->admin->store;

	if ((left > LIFE - RENEW && left <= LIFE) ||
	    change_begin(c->admin) != ADMIN_DONE)
		return;
	op->expires = when_now() + LIFE;
	note_change(
	    c, store_operator_extend(s, op->id, op->expires), "renewed");
}

static void
remove_operator(struct clerk *c)
{
	struct oper *op = &c->ask->oper;

	if (op->id != 0 && change_begin(c->admin) == ADMIN_DONE)
		note_change(
		    c, store_operator_remove(c->admin->store, op->id), "ended");
}

/* ---- until ssh has ended ---- */

static void
clerk_attend(struct clerk *c, int sock)
{
	struct pollfd end = {.fd = sock, .events = POLLIN};
	struct progress p;
	bool told;

	progress_begin(&p, c->admin, &c->device, c->ask->dport);
	do {
		progress_look(&p);
		renew_operator(c);
		told = p.connected || p.reason[0] != '\0';
	} while (poll(&end, 1, told ? LOOK_LONG_MS : LOOK_MS) == 0);
	progress_look(&p);
	progress_end(&p);
}

/* The process ends with ssh, which a signal of the terminal may end. */
static void
ignore_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

enum admin_exit
connect_store(struct admin *a, struct connect_ask *ask, int sock)
{
	struct clerk c = {.admin = a, .ask = ask};
	enum admin_exit result;

	ignore_signals();
	if ((result = admin_enter(a, 0)) == ADMIN_DONE &&
	    (result = find_device(&c)) == ADMIN_DONE &&
	    (result = find_server(&c)) == ADMIN_DONE &&
	    (result = add_operator(&c)) == ADMIN_DONE &&
	    send(sock, &c.way, sizeof(c.way), MSG_NOSIGNAL) ==
		(ssize_t)sizeof(c.way))
		clerk_attend(&c, sock);
	remove_operator(&c);
	close(sock);
	return result;
}
