/*
 * Records as tables and objects: the columns of each kind in one place, so
 * that a list and a part of "device show" look alike.
 */
#ifndef SHOW_H
#define SHOW_H

#include "admin.h"
#include "fleet.h"
#include "show_health.h"
#include "when.h"

enum show {
	SHOW_KEY,
	SHOW_FORWARD,
	SHOW_PERMIT,
	SHOW_OPERATOR,
	SHOW_SESSION,
	SHOW_HEARTBEAT
};

/*
 * Begin a table of these, or a part of the record before (see output.h).  With
 * output_nodes forwards have their node, and sessions are NODE/ID.
 */
void	show_table(struct output *, enum show);
void	show_part(struct output *, enum show);

/*
 * Begin a table of devices.  Columns of health are shown for the n fields that
 * are named, or all of them with wide.  The columns have to last.
 */
void	show_device_table(struct output *, struct show_columns *,
    const char *const *field, size_t n, bool wide);

/* Each prints a row, in a table or part of its kind. */
/* served: a server runs, so that the state of a device is known. */
void	show_device(struct output *, const struct fleet_row *, bool served);
void	show_key(struct output *, const char *device, const struct key *);
void	show_forward(struct output *, const struct forward *);
void	show_permit(struct output *, const struct permit *);
void	show_operator(struct output *, const struct oper *);
void	show_session(struct output *, const struct session *);
void	show_heartbeat(struct output *, const struct heartbeat *);

/*
 * The forwards that a session holds by virtual permits, as each takes them.
 * Returns 0, or -1 when one of them said that it is enough.
 */
int	show_standing(const struct session *,
    int (*each)(void *, const struct forward *), void *);

/* Is it online now? */
enum device_state	show_state(const struct device *);

/* The column "last seen". */
void	show_seen(struct output *, const struct device *);

/* Was its key at two places at once, not long ago? */
bool	show_twice(const struct device *);

/* When its next poll is due, us since the epoch; 0: not known, connected. */
int64_t	show_due(const struct device *);

/* "expected in 45 s, every 60 s", for a device with such a time. */
#define SHOW_EXPECTED (2 * WHEN_TEXT + 24)
const char	*show_expected(const struct device *, char out[SHOW_EXPECTED]);

/* The column "next poll". */
void	show_next(struct output *, const struct device *);

/* A device with all that belongs to it. */
enum store_result	show_whole_device(struct admin *, const struct device *);

#endif
