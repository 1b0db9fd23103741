/*
 * The store's owner: the user who owns the directory that the store is in, and
 * so decides what each name in it stands for.
 */
#ifndef OWNER_H
#define OWNER_H

#define OWNER_ERROR 256

/*
 * As root: become the owner of the directory of the store at url for good, in
 * that account's group alone, without a capability and with no-new-privs
 * (prctl(2)), before a path in that directory is used.  Where root alone can
 * change the directory and the way to it, root stays root.  Anybody else stays
 * who they are.  Returns 0, or -1 with the reason: then the store must not be
 * opened.
 */
int	owner_become(const char *url, char error[OWNER_ERROR]);

/*
 * The same for a store that is no file: as root become the server's user, who
 * owns the file of its passwords.
 */
int	owner_become_user(const char *user, char error[OWNER_ERROR]);

#endif
