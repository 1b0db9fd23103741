/*
 * Archives in the format ustar of POSIX.1-2017 (pax(1p), "ustar Interchange
 * Format"): regular files alone, by names of less than 100 bytes.
 */
#ifndef USTAR_H
#define USTAR_H

#include <stdint.h>

#define USTAR_NAME	100
#define USTAR_OWNER	32
#define USTAR_MAX	(INT64_C(8) * 1024 * 1024 * 1024 - 1)	/* of a file */

struct ustar {
	char		name[USTAR_NAME];
	char		owner[USTAR_OWNER];	/* the user's name */
	unsigned int	mode;		/* 0 to 0777 */
	int64_t		size;		/* 0 to USTAR_MAX */
	int64_t		mtime;		/* seconds since the epoch */
};

enum ustar_result {
	USTAR_FILE,	/* a header: size bytes and the padding follow */
	USTAR_END,
	USTAR_DAMAGED,	/* or truncated, or not as ustar_put writes it */
	USTAR_FAILED	/* see errno */
};

/* Write a header; then come size bytes.  -1: see errno. */
int	ustar_put(int fd, const struct ustar *);
/* After size bytes: fill up the block. */
int	ustar_put_padding(int fd, int64_t size);
int	ustar_put_end(int fd);

enum ustar_result ustar_get(int fd, struct ustar *);
enum ustar_result ustar_get_padding(int fd, int64_t size);

#endif
