#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "name.h"
#include "when.h"

#define KEY_TEXT 16384 /* of a public key's file, comments and all */

enum store_result
admin_device_find(struct admin *a, const char *name, struct device *device)
{
	return store_device_named(a->store, name, device);
}

enum admin_exit
admin_device(struct admin *a, const char *name, struct device *device)
{
	enum store_result result = admin_device_find(a, name, device);

	if (result == STORE_NONE)
		return admin_fail(
		    "no such device: %s; see et-admin device list", name);
	return admin_result(a, result);
}

enum admin_exit
admin_new_name(const char *what, const char *name)
{
	char why[NAME_WHY];

	if (name_allowed(name, why))
		return ADMIN_DONE;
	return admin_fail("%s \"%s\" is not allowed: %s", what, name, why);
}

enum admin_exit
admin_new_id(const char *typed, char id[DEVICE_NAME])
{
	char low[DEVICE_NAME], why[NAME_WHY];

	name_canonical(typed, id);
	if (name_allowed(id, why)) {
		if (strcmp(typed, id) != 0)
			admin_note("%s is stored as %s", typed, id);
		return ADMIN_DONE;
	}
	name_lower(typed, low);
	name_allowed(low, why);
	return admin_fail("device id \"%s\" is not allowed: %s", typed, why);
}

FILE *
admin_open(const struct admin *a, const char *path)
{
	if (strcmp(path, "-") == 0)
		return stdin;
	if (a->who == NULL && !a->member)
		return fopen(path, "re");
	errno = EPERM;
	return NULL;
}

static size_t
read_key(FILE *fp, char text[KEY_TEXT], int *failed)
{
	size_t n = fread(text, 1, KEY_TEXT - 1, fp);

	*failed = ferror(fp) ? errno : 0;
	text[n] = '\0';
	return n;
}

enum admin_exit
admin_key(struct admin *a, const char *path, struct key *key)
{
	const char *name = path;
	enum key_result result;
	char text[KEY_TEXT];
	FILE *fp;
	size_t n;
	int failed;

	memset(key, 0, sizeof(*key));
	if (strcmp(path, "-") == 0) {
		name = "stdin";
		n = read_key(stdin, text, &failed);
	} else if ((fp = admin_open(a, path)) != NULL) {
		n = read_key(fp, text, &failed);
		fclose(fp);
	} else
		return admin_fail(
		    "%s: %s; name a file with the public key, or - for stdin",
		    path, strerror(errno));
	if (failed != 0)
		return admin_fail("%s: %s", path, strerror(failed));
	if (n == sizeof(text) - 1 || strlen(text) != n)
		return admin_fail("%s: not a public key file", name);
	if ((result = key_parse(key, text)) != KEY_OK)
		return admin_fail("%s: %s", name, key_result_text(result));
	key->created = when_now();
	return ADMIN_DONE;
}
