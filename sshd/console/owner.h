/*
 * The store's owner, as whom a console opens the store.  Where consoles have a
 * user of their own, et-sshd starts them as that user with CAP_SETUID, CAP_SETGID
 * and two arguments, the owner's UID and GID.
 */
#ifndef OWNER_H
#define OWNER_H

/*
 * Become the owner in effect alone, and hold no capability any more: before a
 * byte of anybody's is read.  Without arguments there is nothing to do.  Returns
 * 0, or -1 and errno.
 */
int owner_enter(int argc, char *argv[]);

/*
 * Be the console's user for good.  It takes no capability, since the real and
 * the saved uid have been its all the time.  Returns 0, or -1 and errno.
 */
int owner_leave(void);

#endif
