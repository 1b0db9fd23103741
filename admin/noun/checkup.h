/*
 * The checks of the server (doctor_server.h), each of which finds what is wrong.
 */
#ifndef CHECKUP_H
#define CHECKUP_H

#include "admin.h"

#define CHECKUP_TEXT 512

struct checkup {
	struct admin	*admin;
	const char	*check;		/* the one under way */
	const struct device *device;	/* the one looked at */
	/* What the check says if it finds nothing; or "". */
	char		 well[2 * CHECKUP_TEXT];
	unsigned long	 found;
	unsigned long	 advice;	/* of these: nothing is wrong, only told */
	enum store_result result;
};

/* A row: what it is of, why it is wrong, and what to do. */
void	checkup_find(struct checkup *, const char *kind, const char *name,
    const char *problem, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Whether the nodes of the store fit together. */
enum store_result	nodes_check(struct checkup *);

#endif
