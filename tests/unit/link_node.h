/*
 * A real et-sshd-link, of which the test is the monitor.
 */
#ifndef LINK_NODE_H
#define LINK_NODE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

struct node {
	pid_t pid;
	int sock;
	struct msg got; /* the last message */
	double cpu; /* s that it took; once it has ended */
};

#define NODE_TIMEOUT 500 /* ms for a handshake */
#define NODE_STREAMS 64

void node_start(struct node *);
/* It must end by itself, with exit status 0, as its socket is closed. */
void node_stop(struct node *);

/* fd is given away. */
void node_dial(
    struct node *, uint64_t id, uint64_t number, uint8_t secret, int fd);
void node_accept(struct node *, uint64_t id, int fd);
void node_key(struct node *, uint64_t id, bool ok, uint8_t secret);
void node_stream(struct node *, uint64_t id, int fd);
void node_end(struct node *, uint64_t id, enum msg_link_result);

/* The next message must be this one of this stream; it is left in got. */
void node_expect(struct node *, enum msg_type, uint64_t id);
void node_expect_closed(struct node *, uint64_t id, const char *reason);
/* So many of streams, in any order. */
void node_expect_all_closed(struct node *, size_t streams, const char *reason);
/* No message has come. */
void node_expect_nothing(struct node *);

/* Its memory, in KiB. */
long node_memory(const struct node *);

/* The two ends of a TCP connection on this host, non-blocking. */
void tcp_pair(int fds[2]);
/* The two local ends of a stream: the test's is blocking. */
void local_pair(int fds[2]);

/* Read that many bytes within 10 s, or until the end; returns how many came. */
size_t read_all(int fd, void *, size_t size);
/* There is nothing more to read but the end. */
void expect_eof(int fd);

#endif
