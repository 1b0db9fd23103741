/*
 * The words and options of one call of et-admin.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stdint.h>

enum arg {
	ARG_CONF,
	ARG_STORE,
	ARG_JSON,
	ARG_HELP,
	ARG_VERSION,
	ARG_KEY,
	ARG_ALIAS,
	ARG_TAG,
	ARG_ROLE,
	ARG_STATE,
	ARG_TTL,
	ARG_WAIT,
	ARG_TIMEOUT,
	ARG_SSH,
	ARG_ALL,
	ARG_LAST,
	ARG_FOLLOW,
	ARG_HOST,
	ARG_DEVICE,
	ARG_USES,
	ARG_SERVER,
	ARG_VIRTUAL,
	ARG_CHECK,
	ARG_PORT,
	ARG_OPERATOR,
	ARG_NEW_KEY,
	ARG_YES,
	ARG_KEEP,
	ARG_FORCE,
	ARG_COLUMNS,
	ARG_WATCH,
	ARG_FORMAT,
	ARG_DEVICES,
	ARG_SINCE,
	ARG_CSV,
	ARG_FOR,
	ARG_SORT,
	ARG_WHERE,
	ARG_WIDE,
	ARG_RUN,
	ARG_READER,
	ARG_NODE,
	ARG_COUNT /* how many there are */
};
_Static_assert(ARG_COUNT <= 64, "ARG_BIT has a bit for each");
#define ARG_BIT(a) (UINT64_C(1) << (a))
#define ARG_GLOBAL                                                    \
	(ARG_BIT(ARG_CONF) | ARG_BIT(ARG_STORE) | ARG_BIT(ARG_JSON) | \
	    ARG_BIT(ARG_HELP) | ARG_BIT(ARG_VERSION))

#define ARGS_TAGS 32

struct args {
	char **word; /* ends with NULL */
	int words;
	const char *value[ARG_COUNT]; /* "" for one without; NULL */
	const char *tag[ARGS_TAGS]; /* each --tag */
	int tags;
	const char *device[ARGS_TAGS]; /* each --device */
	int devices;
	const char *where[ARGS_TAGS]; /* each --where */
	int wheres;
	char **ssh; /* all after --ssh, or NULL */
};

/* How args_parse takes the words. */
enum args_order {
	ARGS_FIRST, /* stop at the first word */
	ARGS_MIXED, /* words and options in any order */
	ARGS_PLAIN /* after the first word all are words */
};

/*
 * Read options (those in allowed) and words from argv, which ends with NULL.
 * Returns how many of argv were used, or -1 having said on stderr what is
 * wrong.  What args holds from an earlier call stays; args->word must have
 * room for argc + 1.
 */
int args_parse(struct args *, int argc, char **argv, uint64_t allowed,
    enum args_order);

/* Print a line for each option in set, for the help. */
void args_help(uint64_t set);

#endif
