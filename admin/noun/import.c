#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "change.h"
#include "import.h"
#include "import_row.h"

#define ERRORS 20 /* and notes, that are told one by one */
#define MOST (64 * 1024 * 1024) /* bytes of all lines */

struct import {
	struct admin *admin;
	const char *path;
	unsigned long line;
	unsigned long added, there, wrong, kept;
};

static void
import_say(struct import *in, const char *why)
{
	if (in->wrong++ < ERRORS)
		admin_fail("%s:%lu: %s", in->path, in->line, why);
}

/* Is it there already, with all of these keys? */
static bool
is_there(struct store *s, const struct device *d, const struct import_row *row)
{
	struct key known;
	int i;

	for (i = 0; i < row->keys; i++)
		if (store_key_find(s, row->key[i].digest, &known) != STORE_OK ||
		    known.device != d->id)
			return false;
	return strcmp(d->name, row->device.name) == 0;
}

/* STORE_EXISTS: the line is wrong; other failures are the store's. */
static enum store_result
import_add(struct import *in, struct import_row *row)
{
	struct store *s = in->admin->store;
	struct device there;
	enum store_result r;
	int i;

	r = store_device_find(s, row->device.name, &there);
	if (r == STORE_OK && is_there(s, &there, row)) {
		in->there++;
		return STORE_OK;
	}
	if (r != STORE_OK && r != STORE_NONE)
		return r;
	r = store_device_add(s, &row->device, NULL);
	for (i = 0; i < row->keys && r == STORE_OK; i++) {
		row->key[i].device = row->device.id;
		r = store_key_add(s, &row->key[i]);
	}
	in->added += r == STORE_OK;
	return r;
}

static enum store_result
take_line(struct import *in, struct import_reader *reader, char *line)
{
	char error[IMPORT_ERROR];
	struct import_row row;
	enum store_result r;

	switch (import_read(reader, line, &row, error)) {
	case 0:
		return STORE_OK;
	case -1:
		import_say(in, error);
		return STORE_OK;
	}
	/* After the first mistake nothing is kept: others are looked for. */
	if (row.typed[0] != '\0' && in->kept++ < ERRORS)
		admin_note("%s:%lu: %s is stored as %s", in->path, in->line,
		    row.typed, row.device.name);
	r = import_add(in, &row);
	if (r != STORE_EXISTS)
		return r;
	import_say(in, store_error(in->admin->store));
	return STORE_OK;
}

static enum store_result
take_all(struct import *in, FILE *fp)
{
	struct import_reader *reader = import_reader_new();
	enum store_result r = reader != NULL ? STORE_OK : STORE_FAILED;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (r == STORE_OK && (n = getline(&line, &size, fp)) != -1) {
		in->line++;
		if (strlen(line) != (size_t)n)
			import_say(in, "not text");
		else
			r = take_line(in, reader, line);
	}
	if (r == STORE_OK && !feof(fp))
		import_say(in, "out of memory");
	free(line);
	import_reader_free(reader);
	return r;
}

static enum admin_exit
import_file(struct import *in, FILE *fp)
{
	struct admin *a = in->admin;
	enum store_result r;
	int64_t seq;

	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	r = take_all(in, fp);
	if (r == STORE_OK && in->wrong > 0) {
		store_rollback(a->store);
		return admin_fail("%s: %lu line%s wrong: no device imported",
		    in->path, in->wrong, in->wrong == 1 ? " is" : "s are");
	}
	if (change_commit(a, r, &seq, "device import %lu devices", in->added) !=
	    ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "%lu device%s imported, %lu already in the store",
	    in->added, in->added == 1 ? "" : "s", in->there);
	return ADMIN_DONE;
}

/*
 * All of it into memory first: nobody else may write the store from the first
 * device on, and who sends this may be slow.  NULL and errno.
 */
static FILE *
read_all(FILE *from, char **text)
{
	FILE *to;
	char piece[4096];
	size_t size = 0, all = 0, n;
	int error;

	if ((to = open_memstream(text, &size)) == NULL)
		return NULL;
	while ((n = fread(piece, 1, sizeof(piece), from)) > 0)
		if ((all += n) > MOST || fwrite(piece, 1, n, to) != n)
			break;
	error = all > MOST ? EFBIG : errno;
	if (fclose(to) != EOF && n == 0 && !ferror(from))
		return fmemopen(*text, size, "r");
	errno = error;
	return NULL;
}

enum admin_exit
import_run(struct admin *a, const struct args *args)
{
	const char *path = args->word[0];
	bool from_stdin = strcmp(path, "-") == 0;
	struct import in = {.admin = a, .path = from_stdin ? "stdin" : path};
	FILE *fp = admin_open(a, path), *whole = NULL;
	enum admin_exit result;
	char *text = NULL;

	if (fp == NULL)
		return admin_fail("%s: %s", path, strerror(errno));
	result = admin_enter(a, VERB_CREATE);
	if (result == ADMIN_DONE && (whole = read_all(fp, &text)) == NULL)
		result = admin_fail("%s: %s", in.path, strerror(errno));
	if (result == ADMIN_DONE) {
		result = import_file(&in, whole);
		fclose(whole);
	}
	free(text);
	if (!from_stdin)
		fclose(fp);
	return result;
}
