/*
 * One message over a socketpair: what msg_recv lets through is whole, and
 * what it does not leaves no descriptor behind.
 */
#include "config.h"

#include <sys/socket.h>

#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "message.h"

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
check_good(
    int sock[2], const struct message *sent, const struct msg *got, int fd)
{
	struct msgq *q = msgq_new(sock[0], 1 << 20);
	const char *reason;
	struct msg again;
	int fd2;

	MUST(q != NULL);
	MUST(sent->len == msg_size(got->type));
	MUST(memcmp(got, &sent->msg, sent->len) == 0);
	MUST((sent->how & MESSAGE_FDS) == (fd != -1));
	MUST(strcmp(msg_name(got->type), "?") != 0);
	check_texts(got);
	/* Accepted once, it is accepted again. */
	MUST(msgq_send(q, got, fd) == MSG_OK);
	MUST(msg_recv(sock[1], &again, &fd2, &reason) == MSG_OK);
	MUST(memcmp(got, &again, sent->len) == 0);
	MUST((fd != -1) == (fd2 != -1));
	close(fd2);
	msgq_free(q);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};
	static struct message m;
	static struct msg got;
	const char *reason;
	unsigned int before = fuzz_descriptors();
	int sock[2], fd;

	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) == 0);
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
