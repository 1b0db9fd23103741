/*
 * A table that fills the terminal and is drawn anew when the store has changed,
 * every 2 seconds, and when the terminal gets another size, until q, Ctrl-C,
 * SIGINT, SIGTERM or SIGHUP.  Then the terminal is as it was.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include "admin.h"

struct frame {
	size_t		rows;	/* to show no more than these */
	size_t		shown;	/* so many were */
	bool		more;	/* there are */
	const char	*note;	/* for the last line, or "" */
};

/*
 * draw begins one table in the admin's output and fills it.  It is a usage error
 * where there is no terminal, and with --json.
 */
enum admin_exit	screen_run(struct admin *, const struct args *,
    enum store_result (*draw)(void *, struct frame *), void *);

#endif
