#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "hostfile.h"
#include "keygen.h"
#include "rotate.h"
#include "rotate_files.h"

/* The kind of key that a path is for, by its name. */
static const char *
kind_of(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base == NULL ? path : base + 1;
	if (strstr(base, "rsa") != NULL)
		return "rsa";
	if (strstr(base, "ecdsa") != NULL)
		return "ecdsa";
	return "ed25519";
}

/* Is a key of this type ("ssh-rsa") of the kind ("rsa")? */
static bool
is_kind(const struct key *key, const char *kind)
{
	if (strcmp(kind, "rsa") == 0)
		return strcmp(key->type, "ssh-rsa") == 0;
	if (strcmp(kind, "ecdsa") == 0)
		return strncmp(key->type, "ecdsa-", 6) == 0;
	return strcmp(key->type, "ssh-ed25519") == 0;
}

/* ---- show ---- */

static const struct column columns[] = {{"path", "File"}, {"type", "Type"},
    {"key", "Fingerprint"}, {"known_hosts", "known_hosts"}};

static const char *
server_name(const struct args *args, char *name, size_t size)
{
	if (args->value[ARG_HOST] != NULL)
		return args->value[ARG_HOST];
	if (gethostname(name, size) == -1)
		snprintf(name, size, "SERVER");
	name[size - 1] = '\0';
	return name;
}

static enum admin_exit
hostkey_missing(const char *path)
{
	return admin_fail("%s: %s%s", path, strerror(errno),
	    errno == ENOENT ? "; run et-admin hostkey generate" : "");
}

static enum admin_exit
show_one(struct admin *a, const char *path, const char *host)
{
	char error[KEYGEN_ERROR], fp[KEY_FINGERPRINT], line[KEYGEN_LINE];
	char known[KEYGEN_LINE + 256];
	struct key key;

	if (access(path, R_OK) == -1)
		return hostkey_missing(path);
	if (keygen_public(path, &key, line, error) == -1)
		return admin_fail("%s: %s", path, error);
	key_fingerprint(key.digest, fp);
	snprintf(known, sizeof(known), "%.255s %s", host, line);
	output_record(a->out, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(a->out, path);
	output_text(a->out, key.type);
	output_text(a->out, fp);
	output_text(a->out, known);
	output_end(a->out);
	return ADMIN_DONE;
}

static enum admin_exit
run_show(struct admin *a, const struct args *args)
{
	enum admin_exit result = ADMIN_DONE;
	char name[256];
	const char *host = server_name(args, name, sizeof(name));
	char next[PATH_MAX];
	int i;

	for (i = 0; i < a->conf->hostkeys; i++) {
		if (show_one(a, a->conf->hostkey[i], host) != ADMIN_DONE)
			result = ADMIN_FAILED;
		rotate_path(next, a->conf->hostkey[i], ".next");
		if (access(next, F_OK) == 0 &&
		    show_one(a, next, host) != ADMIN_DONE)
			result = ADMIN_FAILED;
	}
	return result;
}

/* ---- generate ---- */

static enum admin_exit
generate_one(struct admin *a, const char *path)
{
	char error[KEYGEN_ERROR], line[KEYGEN_LINE], fp[KEY_FINGERPRINT];
	struct hostfile file;
	struct key key;
	int made = -1;

	if (hostfile_begin(&file, path, error) == 0 &&
	    keygen_make(kind_of(path), file.draft, error) == 0 &&
	    keygen_public(file.draft, &key, line, error) == 0)
		made = hostfile_commit(&file, path, error);
	hostfile_end(&file);
	if (made == -1)
		return admin_fail("cannot make the host key: %s", error);
	key_fingerprint(key.digest, fp);
	output_line(a->out, "%s made: %s %s", path, key.type, fp);
	return ADMIN_DONE;
}

static enum admin_exit
run_generate(struct admin *a, const struct args *args)
{
	enum admin_exit result = ADMIN_DONE;
	const char *path;
	int i;

	(void)args;
	for (i = 0; i < a->conf->hostkeys; i++) {
		path = a->conf->hostkey[i];
		if (access(path, F_OK) == 0)
			output_line(a->out, "%s exists, not changed", path);
		else if (generate_one(a, path) != ADMIN_DONE)
			result = ADMIN_FAILED;
	}
	return result;
}

/* ---- import ---- */

/* Copy at most 64 KiB; a host key is far smaller. */
static int
hostkey_copy(const char *from, const char *to, char error[KEYGEN_ERROR])
{
	char buf[65536];
	ssize_t n = -1;
	int in, out;

	in = open(from, O_RDONLY | O_CLOEXEC);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (in != -1 && out != -1 && (n = read(in, buf, sizeof(buf))) >= 0)
		n = write(out, buf, (size_t)n) == n ? n : -1;
	if (n == -1)
		snprintf(error, KEYGEN_ERROR, "%s", strerror(errno));
	explicit_bzero(buf, sizeof(buf));
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	return n == -1 ? -1 : 0;
}

/* Where the configuration has a key of this type. */
static const char *
place_for(const struct conf *conf, const struct key *key)
{
	int i;

	for (i = 0; i < conf->hostkeys; i++)
		if (is_kind(key, kind_of(conf->hostkey[i])))
			return conf->hostkey[i];
	return NULL;
}

static bool
has_key(const char *path, const struct key *key)
{
	char line[KEYGEN_LINE], error[KEYGEN_ERROR];
	struct key there;

	return keygen_public(path, &there, line, error) == 0 &&
	       memcmp(there.digest, key->digest, KEY_DIGEST) == 0;
}

/* The key in the draft goes to its place. */
static enum admin_exit
hostkey_place(struct admin *a, const char *from, struct hostfile *file,
    const struct key *key, bool check)
{
	char error[KEYGEN_ERROR], fp[KEY_FINGERPRINT];
	const char *path = place_for(a->conf, key);

	key_fingerprint(key->digest, fp);
	if (path == NULL)
		return admin_fail("%s: host-keys in the configuration names no "
				  "file for a key of type %s: add one",
		    from, key->type);
	if (access(path, F_OK) == 0) {
		if (!has_key(path, key))
			return admin_fail(
			    "%s contains another key: move it away first, if "
			    "no device knows that key",
			    path);
		output_line(a->out, "%s has this key already: %s", path, fp);
		return ADMIN_DONE;
	}
	if (check) {
		output_line(
		    a->out, "%s would be imported: %s %s", path, key->type, fp);
		return ADMIN_DONE;
	}
	if (hostfile_commit(file, path, error) == -1)
		return admin_fail("%s", error);
	output_line(a->out, "%s imported: %s %s", path, key->type, fp);
	return ADMIN_DONE;
}

static enum admin_exit
run_import(struct admin *a, const struct args *args)
{
	char error[KEYGEN_ERROR], line[KEYGEN_LINE];
	const char *from = args->word[0];
	enum admin_exit result;
	struct hostfile file;
	struct key key;

	if (a->conf->hostkeys == 0)
		return admin_fail("host-keys in the configuration is empty");
	if (hostfile_begin(&file, a->conf->hostkey[0], error) == -1)
		return admin_fail("%s", error);
	if (hostkey_copy(from, file.draft, error) == -1 ||
	    keygen_public(file.draft, &key, line, error) == -1 ||
	    keygen_convert(file.draft, error) == -1)
		result = admin_fail("%s: %s", from, error);
	else
		result = hostkey_place(
		    a, from, &file, &key, args->value[ARG_CHECK] != NULL);
	hostfile_end(&file);
	return result;
}

static const struct verb verbs[] = {
    {"show", "[--host NAME]",
	"Show the server's host keys and the known_hosts lines.",
	"A device's known_hosts must have these lines, with the name by which "
	"the device\n"
	"calls the server: that of --host, by default this machine's.  During "
	"a rotation\n"
	"the new keys, FILE.next, are shown as well.",
	0, 0, ARG_BIT(ARG_HOST), VERB_ROOT, run_show},
    {"generate", "", "Generate the configured host keys that are missing.",
	"The type is Ed25519; RSA of 3072 bits where the file's name contains "
	"rsa, and\n"
	"ECDSA where it contains ecdsa.  Existing keys are not changed.",
	0, 0, 0, VERB_ROOT, run_generate},
    {"import", "FILE [--check]", "Import a host key that devices know already.",
	"FILE is the private host key of another SSH server, such as\n"
	"/etc/ssh/ssh_host_ed25519_key.  It is copied to the file that "
	"host-keys in the\n"
	"configuration names for its type.",
	1, 1, ARG_BIT(ARG_CHECK), VERB_ROOT, run_import},
    {"rotate", "begin|server HOST[:PORT]|status|finish [--force]|abort",
	"Change the host keys or the server's address without losing devices.",
	"begin generates new keys beside the ones in use and announces them to "
	"the\n"
	"devices; server announces another name or address of this server; "
	"status lists\n"
	"which devices have saved the announcement; finish puts the new keys "
	"in place,\n"
	"once all devices have saved it; abort withdraws the announcement.  "
	"The steps are\n"
	"in doc/operations.md.",
	1, 2, ARG_BIT(ARG_FORCE), VERB_ROOT, rotate_run},
    {.run = NULL},
};

const struct noun noun_hostkey = {
    "hostkey", "the keys by which devices know the server", verbs};
