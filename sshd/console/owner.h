/*
 * The store's owner, as which a console opens the store.  Where consoles have a
 * user of their own, et-sshd starts them as that user with CAP_SETUID,
 * CAP_SETGID and two arguments, the owner's UID and GID.
 */
#ifndef OWNER_H
#define OWNER_H

/*
 * Become the owner in effect alone, and give up every capability, before any
 * input is read.  Without arguments nothing changes.  Returns 0, or -1 and
 * errno.
 */
int owner_enter(int argc, char *argv[]);

/*
 * Become the console's user for good.  This takes no capability, since the real
 * and the saved UID have been its own all the time.  Returns 0, or -1 and
 * errno.
 */
int owner_leave(void);

#endif
