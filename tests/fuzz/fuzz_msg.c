/*
 * One message over a socketpair: what msg_recv lets through is whole, and
 * what it does not leaves no descriptor behind.  What is whole arrives so often
 * as it is sent, even if it has to wait.
 */
#include "config.h"

#include <sys/socket.h>

#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "message.h"

#define QUEUED 3 /* messages */

#define ENDS(field) MUST(memchr(field, '\0', sizeof(field)) != NULL)

/* The text of strangers, where it comes from furthest outside. */
static void
check_texts(const struct msg *m)
{
	uint32_t i;

	switch (m->type) {
	case MSG_LOGIN:
		ENDS(m->login.user);
		ENDS(m->login.algorithm);
		ENDS(m->login.client);
		ENDS(m->login.kex);
		ENDS(m->login.cipher);
		break;
	case MSG_POLL:
		ENDS(m->poll.health);
		break;
	case MSG_BYE:
		ENDS(m->bye.reason);
		break;
	case MSG_DEVICE:
		MUST(m->devices.n <= MSG_DEVICES);
		for (i = 0; i < m->devices.n; i++)
			ENDS(m->devices.list[i].tags);
		break;
	default:
		break;
	}
}

static void
receive_same(int sock, const struct msg *sent, bool with_fd)
{
	static struct msg got;
	const char *reason;
	int fd;

	MUST(msg_recv(sock, &got, &fd, &reason) == MSG_OK);
	MUST(memcmp(sent, &got, msg_size(sent->type)) == 0);
	MUST((fd != -1) == with_fd);
	if (fd != -1)
		close(fd);
}

/* More than the socket holds, and then more than the queue does. */
static void
check_queue(int sock[2], const struct msg *m, int fd)
{
	size_t size = msg_size(m->type), n = 0;
	struct msgq *q = msgq_new(sock[0], QUEUED * size);

	MUST(q != NULL);
	while (msgq_send(q, m, fd) == MSG_OK)
		n++;
	MUST(n > QUEUED && msgq_pending(q) == QUEUED * size);
	MUST(msgq_descriptors(q) == (fd != -1 ? QUEUED : 0));
	for (; n > 0; n--) {
		receive_same(sock[1], m, fd != -1);
		MUST(msgq_flush(q) == MSG_OK);
	}
	MUST(msgq_pending(q) == 0);
	msgq_free(q);
}

static void
check_good(
    int sock[2], const struct message *sent, const struct msg *got, int fd)
{
	MUST(sent->len == msg_size(got->type));
	MUST(memcmp(got, &sent->msg, sent->len) == 0);
	MUST((sent->how & MESSAGE_FDS) == (fd != -1));
	MUST(strcmp(msg_name(got->type), "?") != 0);
	check_texts(got);
	/* Accepted once, it is accepted again. */
	check_queue(sock, got, fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};
	static struct message m;
	static struct msg got;
	const char *reason;
	unsigned int before = fuzz_descriptors();
	int sock[2], fd, room = 2 * sizeof(m.msg);

	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) == 0);
	setsockopt(sock[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	MUST(msg_recv(sock[1], &got, &fd, &reason) == MSG_AGAIN);
	message_read(&m, &in);
	if (message_send(&m, sock[0], STDERR_FILENO)) {
		switch (msg_recv(sock[1], &got, &fd, &reason)) {
		case MSG_OK:
			check_good(sock, &m, &got, fd);
			break;
		case MSG_BAD:
			MUST(fd == -1 && *reason != '\0');
			break;
		case MSG_EOF:
			MUST(m.len == 0);
			break;
		case MSG_AGAIN:
			MUST(false);
		}
		if (fd != -1)
			close(fd);
	}
	close(sock[0]);
	MUST(msg_recv(sock[1], &got, &fd, &reason) == MSG_EOF);
	close(sock[1]);
	MUST(fuzz_descriptors() == before);
	return 0;
}
