/*
 * The progress of a request for a device's port, as the store has it: one line
 * on stderr, which is written over on a terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "admin.h"

struct progress {
	struct admin	*admin;
	struct device	device;
	uint32_t	dport;
	int64_t		since;		/* us since the epoch */
	bool		terminal;
	bool		line;		/* stands on the terminal now */
	bool		connected;	/* there is a way to the port */
	char		said[320];
	char		reason[256];	/* why there is none any more, or "" */
};

void	progress_begin(struct progress *, struct admin *,
    const struct device *, uint32_t dport);

/* Look, and say what is new.  Nothing more is said once it is connected. */
void	progress_look(struct progress *);

/* Take the line away. */
void	progress_end(struct progress *);

#endif
