/*
 * The checks of et-sshd -t, which change nothing.
 */
#ifndef CHECK_H
#define CHECK_H

struct monitor;

/*
 * Does the store's directory exist, and may the keeper write to it; or, of a
 * store of PostgreSQL, is the file of passwords the keeper's alone?  Called
 * before privileges are dropped.  0, or -1 and a line on standard error.
 */
int check_store(const struct monitor *);

/*
 * For -t: check the directories of store and event log, and each address; one
 * in use by a running et-sshd is good.  Returns the number of errors, each of
 * which is a line on standard error.
 */
unsigned int check_start(const struct monitor *);

/* A hint to append to an error that systemd's unit may cause, or "". */
const char *check_hint(int error);

#endif
