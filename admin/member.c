#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "member.h"
#include "member_wire.h"
#include "store_url.h"

#define SCHEME "sqlite:"

bool
member_needed(const char *url)
{
	const char *path = url + strlen(SCHEME);
	char file[STORE_URL];

	if (store_url_several(url))
		return geteuid() != 0 &&
		       store_url_option(url, "passfile", file, sizeof(file)) &&
		       access(file, R_OK) == -1 && errno == EACCES;
	return geteuid() != 0 && strncmp(url, SCHEME, strlen(SCHEME)) == 0 &&
	       access(path, R_OK | W_OK) == -1 && errno == EACCES;
}

bool
member_may(const struct verb *verb, const struct args *args)
{
	return (verb->flags & (VERB_MEMBER | VERB_BY(3))) != 0 &&
	       args->value[ARG_CONF] == NULL &&
	       args->value[ARG_STORE] == NULL && args->ssh == NULL;
}

static int
member_connect(void)
{
	struct sockaddr_un to = {
	    .sun_family = AF_UNIX, .sun_path = MEMBER_SOCKET};
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), error;

	if (sock == -1 ||
	    connect(sock, (struct sockaddr *)&to, sizeof(to)) == 0)
		return sock;
	error = errno;
	close(sock);
	errno = error;
	return -1;
}

/* The words, each with its NUL.  -1: they are too long. */
static ssize_t
member_pack(char **argv, char text[MEMBER_TEXT])
{
	size_t len = 0, n;

	for (; *argv != NULL; argv++) {
		n = strlen(*argv) + 1;
		if (n > MEMBER_TEXT - len)
			return -1;
		memcpy(text + len, *argv, n);
		len += n;
	}
	return (ssize_t)len;
}

static int
send_words(int sock, char *text, size_t len)
{
	const int streams[MEMBER_STREAMS] = {
	    STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(streams))];
	} control;
	struct iovec iov = {.iov_base = text, .iov_len = len};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof(control.space)};

	memset(&control, 0, sizeof(control));
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(streams));
	memcpy(CMSG_DATA(&control.head), streams, sizeof(streams));
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == (ssize_t)len ? 0 : -1;
}

static int
hear_status(int sock)
{
	member_status status;
	ssize_t n;

	while ((n = recv(sock, &status, sizeof(status), 0)) == -1 &&
	       errno == EINTR)
		;
	if (n == sizeof(status))
		return status;
	return admin_fail("the et-admin service ended unexpectedly: see "
			  "journalctl -u 'et-admin@*'");
}

int
member_ask(char **argv)
{
	char text[MEMBER_TEXT];
	ssize_t len;
	int sock, status;

	if ((len = member_pack(argv, text)) == -1)
		return admin_usage("too many arguments");
	if ((sock = member_connect()) == -1 && errno == EACCES)
		return admin_fail(
		    "this command needs root: run it with sudo, or ask root to "
		    "add you to the group " MEMBER_GROUP
		    " (usermod -aG " MEMBER_GROUP " NAME) and log in again");
	if (sock == -1)
		return admin_fail("this command needs root: run it with sudo "
				  "(the group " MEMBER_GROUP
				  " has no socket " MEMBER_SOCKET
				  ", %s: systemctl start et-admin.socket)",
		    strerror(errno));
	status =
	    send_words(sock, text, (size_t)len) == 0
		? hear_status(sock)
		: (int)admin_fail(
		      "cannot send the command to the et-admin service: %s",
		      strerror(errno));
	close(sock);
	return status;
}
