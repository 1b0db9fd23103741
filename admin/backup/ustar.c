#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "draft.h"
#include "ustar.h"

#define BLOCK 512

struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char owner[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char unused[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

static const char zeros[BLOCK];

/* The sum of its bytes, with blanks for the sum itself. */
static unsigned int
ustar_sum(struct header h)
{
	const unsigned char *p = (const unsigned char *)&h;
	unsigned int sum = 0;
	size_t i;

	memset(h.checksum, ' ', sizeof(h.checksum));
	for (i = 0; i < sizeof(h); i++)
		sum += p[i];
	return sum;
}

static size_t
ustar_padding(int64_t size)
{
	return (size_t)((BLOCK - size % BLOCK) % BLOCK);
}

int
ustar_put(int fd, const struct ustar *u)
{
	struct header h = {.type = '0'};

	memcpy(h.name, u->name, strnlen(u->name, sizeof(h.name) - 1));
	memcpy(h.owner, u->owner, strnlen(u->owner, sizeof(h.owner) - 1));
	memcpy(h.group, "root", 4);
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	snprintf(h.mode, sizeof(h.mode), "%07o", u->mode & 0777);
	snprintf(h.uid, sizeof(h.uid), "%07o", 0);
	snprintf(h.gid, sizeof(h.gid), "%07o", 0);
	snprintf(h.size, sizeof(h.size), "%011llo",
	    (unsigned long long)u->size & 077777777777ULL);
	snprintf(h.mtime, sizeof(h.mtime), "%011llo",
	    (unsigned long long)u->mtime & 077777777777ULL);
	snprintf(h.checksum, sizeof(h.checksum), "%06o", ustar_sum(h));
	h.checksum[7] = ' ';
	return draft_write(fd, &h, sizeof(h));
}

int
ustar_put_padding(int fd, int64_t size)
{
	return draft_write(fd, zeros, ustar_padding(size));
}

int
ustar_put_end(int fd)
{
	static const char end[2 * BLOCK];

	return draft_write(fd, end, sizeof(end));
}

/* Octal digits that fill the field but for its end; -1: it has others. */
static int64_t
ustar_number(const char *field, size_t size)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i + 1 < size; i++) {
		if (field[i] < '0' || field[i] > '7')
			return -1;
		n = n * 8 + (field[i] - '0');
	}
	return field[i] == '\0' ? n : -1;
}

static bool
ustar_read_header(const struct header *h, struct ustar *u)
{
	int64_t mode = ustar_number(h->mode, sizeof(h->mode));

	if (memcmp(h->magic, "ustar", 6) != 0 || h->type != '0' ||
	    ustar_number(h->checksum, 7) != (int64_t)ustar_sum(*h) ||
	    h->name[sizeof(h->name) - 1] != '\0' ||
	    h->owner[sizeof(h->owner) - 1] != '\0' || h->prefix[0] != '\0' ||
	    mode < 0 || mode > 0777)
		return false;
	memcpy(u->name, h->name, sizeof(u->name));
	memcpy(u->owner, h->owner, sizeof(u->owner));
	u->mode = (unsigned int)mode;
	u->size = ustar_number(h->size, sizeof(h->size));
	u->mtime = ustar_number(h->mtime, sizeof(h->mtime));
	return u->size >= 0 && u->mtime >= 0;
}

enum ustar_result
ustar_get(int fd, struct ustar *u)
{
	struct header h;
	ssize_t n = draft_read(fd, &h, sizeof(h));

	if (n == -1)
		return USTAR_FAILED;
	if (n != sizeof(h))
		return USTAR_DAMAGED;
	if (memcmp(&h, zeros, sizeof(h)) == 0)
		return USTAR_END;
	return ustar_read_header(&h, u) ? USTAR_FILE : USTAR_DAMAGED;
}

enum ustar_result
ustar_get_padding(int fd, int64_t size)
{
	char padding[BLOCK];
	size_t len = ustar_padding(size);
	ssize_t n = draft_read(fd, padding, len);

	if (n == -1)
		return USTAR_FAILED;
	if (n != (ssize_t)len || memcmp(padding, zeros, len) != 0)
		return USTAR_DAMAGED;
	return USTAR_FILE;
}
