#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "manifest.h"

/* A file's name alone, as other programs show it, not hidden and no way. */
static bool
manifest_plain(const char *name)
{
	const char *c;

	if (*name == '\0' || *name == '.')
		return false;
	for (c = name; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 127 || *c == '/' || *c == '\\')
			return false;
	return true;
}

bool
manifest_knows(const char *name)
{
	static const char *const folders[] = {
	    MANIFEST_CONF_FOLDER, MANIFEST_HOSTKEYS};
	size_t i, n;

	if (strlen(name) >= USTAR_NAME)
		return false;
	if (strcmp(name, MANIFEST_CONF) == 0 ||
	    strcmp(name, MANIFEST_LOG_KEY) == 0 ||
	    strcmp(name, MANIFEST_STORE) == 0)
		return true;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		n = strlen(folders[i]);
		if (strncmp(name, folders[i], n) == 0)
			return manifest_plain(name + n);
	}
	return false;
}

/* ---- write ---- */

static json_t *
manifest_member(const struct member *m)
{
	char mode[8];

	snprintf(mode, sizeof(mode), "%04o", m->mode & 0777);
	return json_pack("{s:s, s:I, s:s, s:s, s:s}", "name", m->name, "size",
	    (json_int_t)m->size, "mode", mode, "owner", m->owner, "sha256",
	    m->sha256);
}

char *
manifest_text(const struct manifest *m)
{
	json_t *files = json_array(), *all;
	char *text;
	int i;

	for (i = 0; i < m->members; i++)
		json_array_append_new(files, manifest_member(&m->member[i]));
	all = json_pack("{s:i, s:s, s:s, s:i, s:s, s:o}",
	    "et-phone-home-backup", MANIFEST_FORMAT, "date", m->date, "version",
	    m->version, "schema", m->schema, "node", m->node, "files", files);
	text = all == NULL
		   ? NULL
		   : json_dumps(all, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	json_decref(all);
	return text;
}

/* ---- read ---- */

static int
manifest_string(json_t *of, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(of, key));

	if (text == NULL || strlen(text) >= size)
		return -1;
	snprintf(out, size, "%s", text);
	return 0;
}

static int
manifest_read_member(json_t *one, struct member *m)
{
	char mode[8];
	unsigned int bits;

	m->size = json_integer_value(json_object_get(one, "size"));
	if (manifest_string(one, "name", m->name, sizeof(m->name)) == -1 ||
	    manifest_string(one, "owner", m->owner, sizeof(m->owner)) == -1 ||
	    manifest_string(one, "mode", mode, sizeof(mode)) == -1 ||
	    manifest_string(one, "sha256", m->sha256, sizeof(m->sha256)) ==
		-1 ||
	    sscanf(mode, "%o", &bits) != 1 || bits > 0777 || m->size < 0 ||
	    m->size > USTAR_MAX)
		return -1;
	m->mode = bits;
	return 0;
}

/* Each known, none twice, the store at the end. */
static enum admin_exit
manifest_check(const struct manifest *m, const char *from)
{
	int i, k;

	for (i = 0; i < m->members; i++) {
		if (!manifest_knows(m->member[i].name))
			return admin_fail(
			    "%s: not a backup of this program: it contains %s",
			    from, m->member[i].name);
		for (k = 0; k < i; k++)
			if (strcmp(m->member[i].name, m->member[k].name) == 0)
				return admin_fail(
				    "%s: damaged backup: it contains %s twice",
				    from, m->member[i].name);
	}
	if (m->members == 0 ||
	    strcmp(m->member[m->members - 1].name, MANIFEST_STORE) != 0)
		return admin_fail(
		    "%s: damaged backup: its last file is not the store", from);
	return ADMIN_DONE;
}

static enum admin_exit
manifest_take(struct manifest *m, const char *from, json_t *all)
{
	json_t *files = json_object_get(all, "files"), *one;
	size_t i;

	m->schema = (int)json_integer_value(json_object_get(all, "schema"));
	if (manifest_string(all, "date", m->date, sizeof(m->date)) == -1 ||
	    manifest_string(all, "version", m->version, sizeof(m->version)) ==
		-1 ||
	    manifest_string(all, "node", m->node, sizeof(m->node)) == -1 ||
	    json_array_size(files) > MANIFEST_FILES)
		return admin_fail(
		    "%s: damaged backup: its manifest is not valid", from);
	json_array_foreach(files, i, one)
		if (manifest_read_member(one, &m->member[m->members++]) == -1)
			return admin_fail(
			    "%s: damaged backup: its manifest is not valid",
			    from);
	return manifest_check(m, from);
}

enum admin_exit
manifest_read(
    struct manifest *m, const char *from, const char *text, size_t len)
{
	enum admin_exit result;
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_int_t format =
	    json_integer_value(json_object_get(all, "et-phone-home-backup"));

	memset(m, 0, sizeof(*m));
	if (format == 0)
		result = admin_fail("%s: not a backup, or damaged", from);
	else if (format != MANIFEST_FORMAT)
		result =
		    admin_fail("%s: backup of format %lld, but this et-admin "
			       "reads format %d: use the version that wrote it",
			from, (long long)format, MANIFEST_FORMAT);
	else if ((result = manifest_take(m, from, all)) != ADMIN_DONE)
		;
	else if (m->schema > STORE_SCHEMA)
		result =
		    admin_fail("%s: its store is of a newer version (schema "
			       "%d, this et-admin knows %d): upgrade first",
			from, m->schema, STORE_SCHEMA);
	else if (m->schema < 1)
		result = admin_fail(
		    "%s: its store has schema %d, which cannot be migrated",
		    from, m->schema);
	json_decref(all);
	return result;
}
