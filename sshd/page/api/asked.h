/*
 * The parameters of a request, each checked before it is used.  A parameter that
 * is absent or empty leaves the default.  Functions return 0, or -1 with one
 * line in error, which becomes the 400's text; the line has no text of the
 * client's in it.
 */
#ifndef ASKED_H
#define ASKED_H

#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "fleet.h"

#define ASKED_ERROR	160
#define ASKED_TEXT	200	/* bytes of q */
#define ASKED_LIMIT	200	/* rows of a page */
#define ASKED_ROWS	50	/* rows of a page, unless limit= says */
#define ASKED_OFFSET	10000000
#define ASKED_IDS	200	/* ids of /api/rows */

struct asked {
	/* The value of a query parameter, decoded; NULL: it is absent. */
	const char	*(*get)(void *arg, const char *name);
	void		*arg;
	const char	*id;	/* the word of the path: of /api/device/ID */
};

/* The parameter's value, or NULL for one that is absent or empty. */
const char	*asked_value(const struct asked *, const char *name);

/* A number of digits alone, from 0 to max. */
int	asked_number(const struct asked *, const char *name, int64_t max,
    int64_t *number, char error[ASKED_ERROR]);

/* A text of at most max bytes, without control characters; NULL: absent. */
int	asked_text(const struct asked *, const char *name, size_t max,
    const char **text, char error[ASKED_ERROR]);

/*
 * Call back with each part of a list ("a,b", parts below DEVICE_NAME bytes, at
 * most "most" of them), until that returns other than 0, which is -1 then.
 */
int	asked_each(const struct asked *, const char *name, size_t most,
    int (*)(void *, const char *part), void *arg, char error[ASKED_ERROR]);

/*
 * What a request asks of the fleet: q, tag (a list), state, wrong, where
 * (conditions with ";" between), sort, desc, offset, limit.
 */
struct asked_fleet {
	struct fleet_query query;
	char		tags[FLEET_TAGS][DEVICE_NAME];
};
int	asked_fleet(const struct asked *, int64_t now, struct asked_fleet *,
    char error[ASKED_ERROR]);

#endif
