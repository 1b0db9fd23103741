/*
 * What history.c keeps in memory and hours_write.c writes.  Private to them.
 */
#ifndef HOURS_PART_H
#define HOURS_PART_H

#include "health_field.h"
#include "hours.h"

#define SLOTS 3600

/*
 * A device's texts are two sets, as it sends those of its health in one poll of
 * several only.
 */
enum { HISTORY_PLACE /* client and address */, HISTORY_HEALTH, HISTORY_SETS };

struct running_number {
	char		 key[HISTORY_KEY - 1];	/* 8 letters have no NUL */
	uint16_t	 n;
	uint8_t		 decimals;
	float		 least, most;		/* seven digits */
	double		 mean;
};

struct running {
	int64_t		 hour;		/* history_hour of the first figure */
	uint64_t	 bytes_in;
	uint64_t	 bytes_out;
	uint32_t	 hash[HISTORY_SETS]; /* of texts noted last; 0: none */
	uint16_t	 polls;
	uint8_t		 fields;
	uint8_t		 noted;		/* in this hour: a bit for each set */
	struct running_number number[];
};

/* The devices whose ids lie between two multiples of HISTORY_BLOCK. */
struct hours_block {
	struct hours_block *next;	/* of the same slot */
	int64_t		 number;	/* id / HISTORY_BLOCK */
	struct running	*of[HISTORY_BLOCK];
};

/* Texts that are to be compared with the store's. */
struct hours_note {
	struct hours_note *next;
	struct msg_heartbeat beat;
};

struct hours {
	struct hours_block *slot[SLOTS];
	int64_t		 done;		/* slots up to this second, of 1970 */
	int64_t		 upto;		/* the same, once it is committed; or 0 */
	bool		 ends;
	struct hours_note *notes;	/* oldest first */
	struct hours_note **notes_end;
	unsigned int	 nnotes;
	unsigned int	 may_note;	/* before the next write */
	struct running	**written[HISTORY_ROWS];
	size_t		 nwritten;
	size_t		 notes_written;
};

/* Whether the value of key is a text that lasts, as a model or a version. */
bool		 hours_text(const char *key, const char *value);
/* Whether the value of key is a number, and which. */
bool		 hours_number(const char *key, const char *value,
    double *number, unsigned int *decimals);

#endif
