#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "place.h"
#include "unit.h"

int
place_make(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct place *p;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return -1;
	snprintf(p->dir, sizeof(p->dir), "%.40s/et-unit-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(p->dir) == NULL) {
		free(p);
		return -1;
	}
	snprintf(p->path, sizeof(p->path), "%s/store.db", p->dir);
	snprintf(p->url, sizeof(p->url), "sqlite:%s", p->path);
	*state = p;
	return 0;
}

int
place_remove(void **state)
{
	struct place *p = *state;
	char name[512];
	struct dirent *e;
	DIR *d;

	if ((d = opendir(p->dir)) != NULL) {
		while ((e = readdir(d)) != NULL) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(
			    name, sizeof(name), "%s/%s", p->dir, e->d_name);
			unlink(name);
		}
		closedir(d);
	}
	rmdir(p->dir);
	free(p);
	return 0;
}

struct store *
place_open(const struct place *p, unsigned int flags)
{
	char error[STORE_ERROR];
	struct store *s;

	if (store_open(&s, p->url, flags, error) != STORE_OK)
		fail_msg("%s: %s", p->url, error);
	return s;
}

void
place_key(struct key *k, unsigned int n)
{
	uint8_t blob[51] = "\0\0\0\013ssh-ed25519\0\0\0\040";

	memcpy(blob + 19, &n, sizeof(n));
	assert_int_equal(key_parse_blob(k, blob, sizeof(blob)), KEY_OK);
	k->created = 1;
}

int64_t
place_device(struct store *s, const char *name, unsigned int n)
{
	struct device d = {.enabled = true, .created = 1};
	struct key k;

	snprintf(d.name, sizeof(d.name), "%s", name);
	place_key(&k, n);
	if (store_device_add(s, &d, &k) != STORE_OK)
		fail_msg("%s: %s", name, store_error(s));
	return d.id;
}
