#include "config.h"

#include <sys/stat.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cursor.h"

#define SUMMED 256 /* bytes before the offset */

/* FNV-1a: against chance, not against an adversary. */
static bool
cursor_sum(int fd, int64_t offset, uint64_t *sum)
{
	int64_t from = offset > SUMMED ? offset - SUMMED : 0;
	unsigned char bytes[SUMMED];
	ssize_t n = pread(fd, bytes, (size_t)(offset - from), from), i;

	*sum = UINT64_C(0xcbf29ce484222325);
	for (i = 0; i < n; i++) {
		*sum ^= bytes[i];
		*sum *= UINT64_C(0x100000001b3);
	}
	return n == offset - from;
}

void
cursor_seal(struct cursor *c, int fd)
{
	(void)cursor_sum(fd, c->offset, &c->sum);
}

bool
cursor_fits(const struct cursor *c, int fd)
{
	struct stat st;
	uint64_t sum;

	return fstat(fd, &st) == 0 && st.st_ino == c->inode &&
	       st.st_size >= c->offset && cursor_sum(fd, c->offset, &sum) &&
	       sum == c->sum;
}

json_t *
cursor_json(const struct cursor *c)
{
	char sum[24];

	snprintf(sum, sizeof(sum), "%016" PRIx64, c->sum);
	return json_pack("{s:b, s:I, s:I, s:s, s:s}", "known", c->known,
	    "inode", (json_int_t)c->inode, "offset", (json_int_t)c->offset,
	    "sum", sum, "time", c->time);
}

void
cursor_load(struct cursor *c, const json_t *json)
{
	json_int_t inode = 0, offset = 0;
	const char *sum = "", *time = "";
	int known = 0;

	memset(c, 0, sizeof(*c));
	if (json_unpack((json_t *)(uintptr_t)json, "{s:b, s:I, s:I, s:s, s:s}",
		"known", &known, "inode", &inode, "offset", &offset, "sum",
		&sum, "time", &time) == -1 ||
	    offset < 0 || strlen(time) >= ALERT_TIME)
		return;
	c->known = known;
	c->inode = (uint64_t)inode;
	c->offset = offset;
	c->sum = strtoull(sum, NULL, 16);
	memcpy(c->time, time, strlen(time) + 1);
}
