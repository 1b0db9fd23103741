#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launch.h"
#include "launcher.h"
#include "msg.h"

/* Programs lie beside et-sshd; of an installed one, in its libexec folder. */
static int
find_folder(char folder[PATH_MAX])
{
	ssize_t n;
	char *slash;

	n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
	if (n <= 0)
		return -1;
	folder[n] = '\0';
	if ((slash = strrchr(folder, '/')) == NULL)
		return -1;
	*slash = '\0';
	if (strcmp(folder, ETPH_SBINDIR) == 0)
		snprintf(folder, PATH_MAX, "%s", ETPH_LIBEXECDIR);
	return 0;
}

/*
 * Open the programs before privileges are dropped: the users that run them need
 * no access to the folder, and an upgrade does not mix versions.
 */
static int
open_binaries(struct launcher *l, char *error, size_t size)
{
	char folder[PATH_MAX], path[PATH_MAX + 32];
	int i, fd;

	if (find_folder(folder) == -1) {
		snprintf(error, size, "/proc/self/exe: %s", strerror(errno));
		return -1;
	}
	for (i = 0; i < LAUNCH_ROLES; i++) {
		snprintf(
		    path, sizeof(path), "%s/%s", folder, launcher_names[i]);
		if ((fd = open(path, O_PATH | O_CLOEXEC)) != -1) {
			/* Above MSG_FD, which becomes the child's socket. */
			l->binary[i] = fcntl(fd, F_DUPFD_CLOEXEC, MSG_FD + 1);
			close(fd);
		}
		if (l->binary[i] == -1) {
			snprintf(error, size, "%s: %s", path, strerror(errno));
			return -1;
		}
	}
	return 0;
}

void
launch_stop(int launcher, pid_t pid)
{
	int status;

	close(launcher);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
}

int
launch_start(const struct account *a, enum store_reach reach, pid_t *launcher,
    char *error, size_t size)
{
	struct launcher *l;
	int sv[2] = {-1, -1}, i;
	pid_t pid;

	*launcher = -1;
	if ((l = calloc(1, sizeof(*l))) == NULL) {
		snprintf(error, size, "out of memory");
		return -1;
	}
	for (i = 0; i < LAUNCH_ROLES; i++)
		l->binary[i] = -1;
	l->account = *a;
	l->reach = reach;
	if (open_binaries(l, error, size) == -1)
		goto fail;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == -1 ||
	    (pid = fork()) == -1) {
		snprintf(error, size, "launcher: %s", strerror(errno));
		goto fail;
	}
	if (pid == 0) {
		close(sv[0]);
		l->sock = sv[1];
		launcher_main(l, a);
	}
	for (i = 0; i < LAUNCH_ROLES; i++)
		close(l->binary[i]);
	close(sv[1]);
	free(l);
	*launcher = pid;
	return sv[0];
fail:
	for (i = 0; i < LAUNCH_ROLES; i++)
		if (l->binary[i] != -1)
			close(l->binary[i]);
	for (i = 0; i < 2; i++)
		if (sv[i] != -1)
			close(sv[i]);
	free(l);
	return -1;
}

int
launch_child(int launcher, enum launch_role role, uint32_t tag, int fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = {.buf = {0}};
	struct launcher_request rq = {.role = role, .tag = tag};
	struct iovec iov = {.iov_base = &rq, .iov_len = sizeof(rq)};
	struct msghdr hdr = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&hdr);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(launcher, &hdr, MSG_NOSIGNAL | MSG_DONTWAIT) ==
		       sizeof(rq)
		   ? 0
		   : -1;
}

int
launch_kill(int launcher, uint32_t tag)
{
	const struct launcher_request rq = {.role = LAUNCHER_KILL, .tag = tag};

	return send(launcher, &rq, sizeof(rq), MSG_NOSIGNAL | MSG_DONTWAIT) ==
		       sizeof(rq)
		   ? 0
		   : -1;
}

int
launch_read(int launcher, struct launch_report *r)
{
	ssize_t n;

	do
		n = recv(launcher, r, sizeof(*r), MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	return n == sizeof(*r) ? 1 : -1;
}
