#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "when.h"

#define KEY_TEXT 16384 /* of a public key's file, comments and all */

enum admin_exit
admin_device(struct admin *a, const char *name, struct device *device)
{
	char tidy[DEVICE_NAME];
	enum store_result result;

	result = store_device_find(a->store, name, device);
	if (result == STORE_NONE && device_name_tidy(name, tidy))
		result = store_device_find(a->store, tidy, device);
	if (result == STORE_NONE)
		return admin_fail("no such device: %s; et-admin device list "
				  "shows them",
		    name);
	return admin_result(a, result);
}

FILE *
admin_open(const struct admin *a, const char *path)
{
	if (strcmp(path, "-") == 0)
		return stdin;
	if (a->who == NULL)
		return fopen(path, "re");
	errno = EPERM;
	return NULL;
}

enum admin_exit
admin_key(struct admin *a, const char *path, struct key *key)
{
	FILE *fp = admin_open(a, path);
	bool from_stdin = fp == stdin;
	enum key_result result;
	char text[KEY_TEXT];
	size_t n;
	int failed;

	memset(key, 0, sizeof(*key));
	if (fp == NULL)
		return admin_fail("%s: %s; give a file with the public key, "
				  "or - for stdin",
		    path, strerror(errno));
	n = fread(text, 1, sizeof(text) - 1, fp);
	failed = ferror(fp) ? errno : 0;
	text[n] = '\0';
	if (!from_stdin)
		fclose(fp);
	if (failed != 0)
		return admin_fail("%s: %s", path, strerror(failed));
	if (n == sizeof(text) - 1 || strlen(text) != n)
		return admin_fail("%s: this is no public key's file",
		    from_stdin ? "stdin" : path);
	if ((result = key_parse(key, text)) != KEY_OK)
		return admin_fail("%s: %s", from_stdin ? "stdin" : path,
		    key_result_text(result));
	key->created = when_now();
	return ADMIN_DONE;
}
