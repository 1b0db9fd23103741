/*
 * Takes what a client sends from libssh: the key exchange, then messages; and
 * says why the connection ends when libssh gives it up.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#define RECEIVE_TURNS 16 /* of libssh's reads in one turn, for fairness */

struct session;

/* Take what is there, up to a login that waits for its verdict. */
void receive_packets(struct session *);

/* Go on with the first key exchange; it may begin with our version string. */
void receive_kex(struct session *);

/* The session ends if the connection is gone. */
void receive_check_dead(struct session *);

#endif
