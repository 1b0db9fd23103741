/*
 * Takes what a client sends from libssh: the key exchange, then messages; and
 * says why the connection ends when libssh gives it up.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#define RECEIVE_TURNS 16 /* reads of libssh in one turn, for fairness */

struct session;

/* Take the packets that have come, up to a login that waits for its verdict. */
void receive_packets(struct session *);

/*
 * Proceed with the first key exchange; the server's version string may begin
 * it.
 */
void receive_kex(struct session *);

/* End the session if its connection is gone. */
void receive_check_dead(struct session *);

#endif
