/*
 * Steps to a connection, a listener or a socket that nobody passed.
 */
#include "config.h"

#include <sys/un.h>

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"

#define TARGET ((struct sockaddr *)&prey.target)

/* With data, a socket that is not connected connects itself. */
static int
net_sendto(int fd, int flags)
{
	return step_result(
	    sendto(fd, "x", 1, flags, TARGET, sizeof(prey.target)));
}

static int
net_sendmsg(int fd, int flags, void *name, socklen_t len)
{
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_name = name,
	    .msg_namelen = len,
	    .msg_iov = &iov,
	    .msg_iovlen = 1};

	return step_result(sendmsg(fd, &m, flags | MSG_NOSIGNAL));
}

static int
net_fastopen_listener(void)
{
	shutdown(prey.listener, SHUT_RDWR);
	return net_sendto(prey.listener, MSG_FASTOPEN);
}

static int
net_fastopen_listener_sendmsg(void)
{
	shutdown(prey.listener, SHUT_RDWR);
	return net_sendmsg(
	    prey.listener, MSG_FASTOPEN, TARGET, sizeof(prey.target));
}

static int
net_fastopen_connected(void)
{
	return net_sendto(prey.connected, MSG_FASTOPEN);
}

static int
net_fastopen_shut(void)
{
	shutdown(prey.connected, SHUT_RDWR);
	return net_sendto(prey.connected, MSG_FASTOPEN);
}

static int
net_fastopen_reset(void)
{
	return net_sendto(prey.reset, MSG_FASTOPEN);
}

static int
net_fastopen_reset_sendmsg(void)
{
	return net_sendmsg(
	    prey.reset, MSG_FASTOPEN, TARGET, sizeof(prey.target));
}

/* The flag among others, and bits above those that the kernel looks at. */
static int
net_fastopen_mixed(void)
{
	return net_sendto(
	    prey.reset, MSG_FASTOPEN | MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE);
}

static int
net_sendto_name(void)
{
	return net_sendto(prey.reset, MSG_NOSIGNAL);
}

/* The filter cannot see the name; without the flag TCP does not use it. */
static int
net_sendmsg_name(void)
{
	return net_sendmsg(prey.reset, 0, TARGET, sizeof(prey.target));
}

static int
net_sendmsg_listener(void)
{
	shutdown(prey.listener, SHUT_RDWR);
	return net_sendmsg(prey.listener, 0, TARGET, sizeof(prey.target));
}

static int
net_sendmsg_unix_name(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX, .sun_path = "\0other"};

	return net_sendmsg(prey.pair[0], 0, &sun, sizeof(sun));
}

/* A descriptor may be sent; the monitor ends who sends it one. */
static int
net_send_descriptor(void)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = {.buf = {0}};
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &prey.store, sizeof(int));
	return step_result(sendmsg(prey.pair[0], &m, 0));
}

static int
net_connect(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return errno;
	return step_result(connect(fd, TARGET, sizeof(prey.target)));
}

static int
net_connect_fastopen(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd == -1 ? errno : net_sendto(fd, MSG_FASTOPEN);
}

static int
net_connect_reset(void)
{
	return step_result(connect(prey.reset, TARGET, sizeof(prey.target)));
}

/* Makes a connected socket one that may connect elsewhere. */
static int
net_disconnect(void)
{
	const struct sockaddr sa = {.sa_family = AF_UNSPEC};

	return step_result(connect(prey.connected, &sa, sizeof(sa)));
}

static int
net_unix(const struct sockaddr_un *sun, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return errno;
	return step_result(connect(fd, (const struct sockaddr *)sun, len));
}

static int
net_unix_path(void)
{
	const struct sockaddr_un sun = {
	    .sun_family = AF_UNIX, .sun_path = "/run/systemd/notify"};

	return net_unix(&sun, sizeof(sun));
}

static int
net_unix_abstract(void)
{
	const struct sockaddr_un sun = {
	    .sun_family = AF_UNIX, .sun_path = "\0other"};

	return net_unix(&sun, sizeof(sun));
}

static int
net_listen_new(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd == -1 ? errno : step_result(listen(fd, 1));
}

/* Without bind(2) the kernel chooses a port. */
static int
net_listen_reset(void)
{
	return step_result(listen(prey.reset, 1));
}

static int
net_listen_again(void)
{
	shutdown(prey.listener, SHUT_RDWR);
	return step_result(listen(prey.listener, 1));
}

static int
net_bind_reset(void)
{
	const struct sockaddr_in any = {.sin_family = AF_INET};

	return step_result(
	    bind(prey.reset, (const struct sockaddr *)&any, sizeof(any)));
}

/* A pair's end with a name in the abstract, for others to find. */
static int
net_bind_unix(void)
{
	const struct sockaddr_un sun = {.sun_family = AF_UNIX};

	return step_result(bind(prey.pair[0], (const struct sockaddr *)&sun,
	    sizeof(sun.sun_family)));
}

/* What a peer has passed: a descriptor from elsewhere. */
static int
net_accept_flags(void)
{
	fcntl(prey.listener, F_SETFL, O_NONBLOCK);
	return step_result(accept4(prey.listener, NULL, NULL, SOCK_CLOEXEC));
}

static const struct step net[] = {
    STEP("fastopen-listener", net_fastopen_listener),
    STEP("fastopen-listener-sendmsg", net_fastopen_listener_sendmsg),
    STEP("fastopen-connected", net_fastopen_connected),
    STEP("fastopen-shut", net_fastopen_shut),
    STEP("fastopen-reset", net_fastopen_reset),
    STEP("fastopen-reset-sendmsg", net_fastopen_reset_sendmsg),
    STEP("fastopen-mixed", net_fastopen_mixed),
    STEP("fastopen-new-socket", net_connect_fastopen),
    STEP("sendto-name", net_sendto_name),
    STEP("sendmsg-name", net_sendmsg_name),
    STEP("sendmsg-name-listener", net_sendmsg_listener),
    STEP("sendmsg-name-unix", net_sendmsg_unix_name),
    STEP("send-descriptor", net_send_descriptor),
    STEP("connect-new-socket", net_connect),
    STEP("connect-reset", net_connect_reset),
    STEP("connect-unspec", net_disconnect),
    STEP("unix-path", net_unix_path),
    STEP("unix-abstract", net_unix_abstract),
    STEP("listen-new-socket", net_listen_new),
    STEP("listen-reset", net_listen_reset),
    STEP("listen-again", net_listen_again),
    STEP("bind-reset", net_bind_reset),
    STEP("bind-unix", net_bind_unix),
    STEP("accept4-passed", net_accept_flags),
};
const struct steps steps_net = {net, sizeof(net) / sizeof(net[0])};
