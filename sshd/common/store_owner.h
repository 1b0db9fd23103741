/*
 * The store's owner, as which a console or a page opens the store.  Where these
 * have a user of their own, et-sshd starts them as that user with CAP_SETUID,
 * CAP_SETGID and two arguments, the owner's UID and GID.
 */
#ifndef STORE_OWNER_H
#define STORE_OWNER_H

/*
 * Become the owner in effect alone, and give up every capability, before any
 * input is read.  Without arguments nothing changes.  Returns 0, or -1 and
 * errno.
 */
int store_owner_enter(int argc, char *argv[]);

/*
 * Become the process's own user for good.  This takes no capability, since the real
 * and the saved UID have been its own all the time.  Returns 0, or -1 and
 * errno.
 */
int store_owner_leave(void);

#endif
