/*
 * et-sshd-page: the page of one operator's connection.  Started by et-sshd,
 * never by hand.  The page opens the store as its owner, for reading and with
 * what the operator sees, gives up the owner's user, seals itself, and only then
 * gets visitors.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin.h"
#include "api.h"
#include "page.h"
#include "reserve.h"
#include "seal.h"
#include "serve.h"
#include "store_owner.h"
#include "talk.h"
#include "when.h"

/* Check MSG_FD: only et-sshd starts this program with such a socket. */
static int
check_socket(void)
{
	socklen_t len = sizeof(int);
	int type = 0;

	if (getsockopt(MSG_FD, SOL_SOCKET, SO_TYPE, &type, &len) == -1 ||
	    type != SOCK_SEQPACKET || fcntl(MSG_FD, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return fcntl(MSG_FD, F_SETFL, O_NONBLOCK);
}

static void __attribute__((noreturn)) main_fail(const char *why)
{
	fprintf(stderr, "et-sshd-page: %s\n", why);
	exit(EXIT_FAILURE);
}

/* Receive the store and the operator, and open the one for the other. */
static void
open_store(struct page *p)
{
	char url[MSG_URL], error[STORE_ERROR];

	talk_await(MSG_STORE_OPEN, &p->in);
	memcpy(url, p->in.store_open.url, sizeof(url));
	memcpy(p->node, p->in.store_open.node, sizeof(p->node));
	talk_await(MSG_OPERATOR, &p->in);
	p->who.id = p->in.oper.id;
	p->who.role = (enum operator_role)p->in.oper.role;
	memcpy(p->who.name, p->in.oper.name, sizeof(p->who.name));
	memcpy(p->who.grants, p->in.oper.grants, sizeof(p->who.grants));
	talk_await(MSG_PAGE, &p->in);
	p->port = p->in.page.port;
	p->metrics = p->in.page.metrics != 0;
	if (store_open(&p->store, url, STORE_WITHIN | STORE_READ | STORE_SMALL,
		error) != STORE_OK)
		main_fail(error);
	if (store_shared(p->store))
		when_follow(store_clock(p->store));
	if (p->who.role != OPERATOR_ADMIN &&
	    store_limit(p->store, &p->who) != STORE_OK)
		main_fail(store_error(p->store));
}

int
main(int argc, char *argv[])
{
	static struct page page;
	const char *why;

	if (store_owner_enter(argc, argv) == -1 || check_socket() == -1) {
		fprintf(stderr,
		    "et-sshd-page: started by et-sshd, never by hand\n");
		return 2;
	}
	umask(077);
	admin_by_ssh();
	signal(SIGPIPE, SIG_IGN);
	mallopt(M_ARENA_MAX, 1);
	open_store(&page);
	tzset();
	reserve_start();
	/*
	 * Not epoll(7): it goes on to report a stream to a device that is closed
	 * here, as long as the monitor has its duplicate, and libev then makes
	 * another epoll descriptor, which the seal forbids.
	 */
	if ((page.loop = ev_loop_new(EVFLAG_NOENV | EVBACKEND_POLL)) == NULL ||
	    api_start(&page) == -1 || serve_prepare(&page) == -1)
		main_fail("out of memory");
	if (store_owner_leave() == -1)
		main_fail(strerror(errno));
	if ((why = seal_enter()) != NULL)
		main_fail(why);
	serve_run(&page);
	return EXIT_SUCCESS;
}
