/*
 * The messages from the worker to the monitor (msg.h).  An ask returns at once;
 * dispatch.h hands the answer to the module that asked.
 */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct console_streams;
struct worker;

/* The reason when a descriptor was not taken: RLIMIT_NOFILE is reached. */
#define ASK_NO_DESCRIPTOR "the worker has no descriptor left"
/* The reason when malloc(3) failed. */
#define ASK_NO_MEMORY "the worker is out of memory"

void ask_ready(struct worker *);

/*
 * Ask whether this key may log in under this name (RFC 4252 7).  Answer:
 * auth_answer.
 */
void ask_offer(struct session *, const char *user, const char *algorithm,
    const uint8_t *key, size_t keylen);

/*
 * Ask the monitor to verify the login that signature.c saw last.  Answer:
 * auth_answer.
 */
void ask_login(struct session *);

/*
 * Ask whether text is a token; "": whether a password may be tried.  Answer:
 * auth_answer, or enrol_verdict after a login by a key.
 */
void ask_token(struct session *, const char *text);

/* Ask for the installer.  Answer: enrol_file. */
void ask_fetch(struct session *);

/* Ask the monitor to register this device.  Answer: enrol_enrolled. */
void ask_enroll(struct session *, const char *name, const char *key);

/*
 * Report a poll and ask for the inbox; health is passed on unread.  Answer:
 * poll_answer.
 */
void ask_poll(struct session *, unsigned int version, const char *health,
    unsigned int dropped);

/*
 * Report the beginning of a wait.  Answers: poll_wanted, until the session
 * ends.
 */
void ask_wait(struct session *, const char *health, unsigned int dropped);

/* Ask for a forward of this server port.  Answer: global_answer. */
void ask_listen(struct session *, uint32_t port);

void ask_cancel(struct session *, uint32_t port);
void ask_refused(
    struct session *, const char *what, bool limit, const char *detail);
/* Report that the connection of this id (ACCEPTED) has ended. */
void ask_bridge_close(struct session *, uint32_t port, uint32_t id, uint64_t in,
    uint64_t out, const char *reason);

/* Ask for a channel to this port of a device.  Answer: jump_answer. */
void ask_reach(struct session *, uint32_t id, const char *name, uint32_t port);
/* Report the outcome of a JOIN (enum msg_join_result). */
void ask_joined(struct session *, uint64_t jump, uint32_t result);
/*
 * Report that the operator's channel of a jump has ended; bytes as in
 * ask_bridge_close.
 */
void ask_jump_closed(struct session *, uint32_t id, uint64_t in, uint64_t out,
    const char *reason);

void ask_command(struct session *, uint32_t id, bool shell,
    const struct console_streams *, const char *text);
void ask_hung_up(struct session *, uint32_t id, uint64_t in, uint64_t out);
void ask_bye(struct worker *, uint64_t number, uint64_t in, uint64_t out,
    const char *reason);

/* Answer the monitor's PING. */
void ask_pong(struct worker *);

#endif
