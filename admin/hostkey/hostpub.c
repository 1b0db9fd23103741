#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostpub.h"
#include "keygen.h"

/* The public half's file, for who may not read the private one. */
static int
read_pub(const char *path, char line[KEYGEN_LINE])
{
	char pub[4096];
	struct key key;
	FILE *fp;
	char *end;
	bool good;

	snprintf(pub, sizeof(pub), "%s.pub", path);
	if ((fp = fopen(pub, "re")) == NULL)
		return -1;
	good = fgets(line, KEYGEN_LINE, fp) != NULL &&
	       key_parse(&key, line) == KEY_OK &&
	       (end = strchr(line, ' ')) != NULL;
	fclose(fp);
	if (!good)
		return -1;
	end[1 + strcspn(end + 1, " \n")] = '\0';
	return 0;
}

enum admin_exit
hostpub_find(struct admin *a, char **line, int most, int *n)
{
	char error[KEYGEN_ERROR] = "", text[KEYGEN_LINE];
	struct key key;
	int i;

	for (i = 0, *n = 0; i < a->conf->hostkeys && *n < most; i++) {
		if (access(a->conf->hostkey[i], F_OK) == -1)
			continue;
		if (a->member)
			snprintf(error, sizeof(error),
			    "%s.pub, which members of the admin group need, "
			    "does not exist: create it as root with ssh-keygen "
			    "-y",
			    a->conf->hostkey[i]);
		if ((a->member || keygen_public(a->conf->hostkey[i], &key, text,
				      error) == -1) &&
		    read_pub(a->conf->hostkey[i], text) == -1)
			return admin_fail("%s: %s", a->conf->hostkey[i], error);
		if ((line[*n] = strdup(text)) == NULL)
			return admin_fail("out of memory");
		++*n;
	}
	if (*n > 0)
		return ADMIN_DONE;
	return admin_fail("no host keys to pin: run et-admin hostkey generate");
}
