/*
 * A whole worker in this process, between a monitor that is a stand-in and an
 * SSH client made by hand, with one connection.  Nothing waits for anything:
 * each acts when scene_settle lets it, so the same acts have the same outcome.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "peer.h"
#include "standin.h"

#define SCENE_VISITORS 16

/* SERVICE_REQUEST for ssh-userauth (RFC 4253, section 10). */
#define SCENE_SERVICE "\5\0\0\0\14ssh-userauth"

/* A USERAUTH_REQUEST with a token (RFC 4252, section 8). */
#define SCENE_TOKEN \
	"\62\0\0\0\6enroll\0\0\0\16ssh-connection\0\0\0\10password\0" \
	"\0\0\0\11id.secret"

struct worker;

struct scene {
	struct worker *worker;
	struct standin *monitor;
	struct peer *peer;
	int fd; /* the client's socket */
	int visitors[SCENE_VISITORS]; /* who came to its ports */
	size_t nvisitors;
	unsigned int heard[256]; /* messages from the server, by type */
	bool client_deaf; /* reads nothing */
	bool visitors_deaf;
};

/* Once, before the first scene.  Returns NULL, or why not. */
const char *scene_start(void);

/*
 * A connection that was accepted and greeted, and a client that has said
 * nothing.  False: out of memory or of descriptors.
 */
bool scene_begin(struct scene *, const struct standin_use *);

/* The client closes, the worker ends.  Everything is freed. */
void scene_end(struct scene *);

/*
 * Let all act until nobody has anything to do.  False: that does not come to
 * an end.
 */
bool scene_settle(struct scene *);

/* The connection's timer (idle, keepalive, closing) has run out. */
void scene_time_passes(struct scene *);

/* Exchange keys; and log in, which the monitor must grant.  False: it did not come about. */
bool scene_exchange_keys(struct scene *);
bool scene_log_in(struct scene *, enum msg_role);

/*
 * A login request, with a signature that only the stand-in may call good.
 * Returns its length.
 */
size_t scene_login(uint8_t *out, size_t size);

/* Somebody is there (standin_visit, -1: none); what they are sent is read. */
void scene_take_visitor(struct scene *, int fd);

/* The server closed the connection, and the worker has said BYE. */
bool scene_is_over(const struct scene *);

/* What is wrong with how it went (a static string); NULL: nothing. */
const char *scene_wrong(const struct scene *);

#endif
