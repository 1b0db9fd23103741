/* Checks what a start needs of the system, without changing anything. */
#ifndef CHECK_H
#define CHECK_H

struct monitor;

/*
 * Is the store's directory there, and may the keeper write to it?  Before
 * privileges are given up.  0, or -1 and a line on standard error.
 */
int check_store(const struct monitor *);

/*
 * For -t: the store's directory, the event log's, and each address.  One that
 * a running et-sshd has is good.  How many things are wrong; each is said.
 */
unsigned int check_start(const struct monitor *);

/* Behind an error: " (what to do)" where systemd's unit may be why, or "". */
const char *check_hint(int error);

#endif
