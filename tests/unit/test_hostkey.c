/*
 * Host keys as ssh-keygen writes them, and what is none.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "hostkey.h"
#include "key.h"
#include "msg.h"
#include "opensshkey.h"
#include "unit.h"

#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----\n"

/* ssh-keygen of this type into the file; the test is skipped without it. */
static void
generate(const char *path, const char *type, const char *passphrase,
    const char *format)
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		/* PEM for the older format. */
		execlp("ssh-keygen", "ssh-keygen", "-q", "-t", type, "-N",
		    passphrase, "-f", path, format != NULL ? "-m" : NULL,
		    format, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		skip();
	assert_int_equal(status, 0);
}

static struct hostkeys *
load(const char *a, const char *b, char error[CONF_ERROR])
{
	struct conf c = {.nhostkeys = b != NULL ? 2 : 1};

	c.hostkeys[0] = (char *)(uintptr_t)a;
	c.hostkeys[1] = (char *)(uintptr_t)b;
	*error = '\0';
	return hostkey_load(&c, error);
}

static void
refused(const char *path, const char *why)
{
	char error[CONF_ERROR], start[CONF_ERROR];
	struct hostkeys *hk = load(path, NULL, error);

	if (hk != NULL)
		fail_msg("taken: %s (%s)", path, why);
	snprintf(start, sizeof(start), "host key %s: %s", path, why);
	if (strncmp(error, start, strlen(start)) != 0 ||
	    strchr(error, '\n') != NULL)
		fail_msg("\"%s\" is not \"%s...\"", error, start);
}

/* The public half is the one that ssh-keygen wrote beside the key. */
static void
is_key(const struct hostkeys *hk, size_t i, const char *type, const char *path)
{
	char pub[FOLDER_PATH + 8], *line;
	struct key key;
	size_t len;

	snprintf(pub, sizeof(pub), "%s.pub", path);
	line = folder_read(pub);
	assert_int_equal(key_parse(&key, line), KEY_OK);
	free(line);
	assert_string_equal(hostkey_type(hk, i), type);
	assert_memory_equal(hostkey_blob(hk, i, &len), key.blob, key.bloblen);
	assert_int_equal(len, key.bloblen);
}

static void
test_two_keys(void **state)
{
	char ed[FOLDER_PATH], rsa[FOLDER_PATH], error[CONF_ERROR];
	struct hostkeys *hk;

	strcpy(ed, folder_file(*state, "ed"));
	strcpy(rsa, folder_file(*state, "rsa"));
	generate(ed, "ed25519", "", NULL);
	generate(rsa, "rsa", "", NULL);
	hk = load(ed, rsa, error);
	if (hk == NULL)
		fail_msg("%s", error);
	assert_int_equal(hostkey_count(hk), 2);
	is_key(hk, 0, "ssh-ed25519", ed);
	is_key(hk, 1, "ssh-rsa", rsa);
	hostkey_free(hk);
	hostkey_free(NULL);
}

static void
test_missing(void **state)
{
	char ed[FOLDER_PATH], none[FOLDER_PATH], error[CONF_ERROR];
	char want[CONF_ERROR];
	struct hostkeys *hk;

	strcpy(ed, folder_file(*state, "ed"));
	strcpy(none, folder_file(*state, "none"));
	assert_null(load(none, NULL, error));
	snprintf(want, sizeof(want),
	    "no host key: %s does not exist "
	    "(run et-admin hostkey generate)",
	    none);
	assert_string_equal(error, want);
	assert_null(load(none, none, error));
	generate(ed, "ed25519", "", NULL);
	assert_non_null(hk = load(none, ed, error));
	assert_int_equal(hostkey_count(hk), 1);
	hostkey_free(hk);
}

/* A bad one is not passed over for a good one. */
static void
test_bad_beside_good(void **state)
{
	char ed[FOLDER_PATH], bad[FOLDER_PATH], error[CONF_ERROR];

	strcpy(ed, folder_file(*state, "ed"));
	generate(ed, "ed25519", "", NULL);
	strcpy(bad, folder_write(*state, "bad", "", 0600));
	assert_null(load(ed, bad, error));
	assert_null(load(bad, ed, error));
}

static void
test_open_to_others(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0610, 0602, 0666};
	char ed[FOLDER_PATH], error[CONF_ERROR];
	struct hostkeys *hk;
	size_t i;

	strcpy(ed, folder_file(*state, "ed"));
	generate(ed, "ed25519", "", NULL);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(ed, modes[i]), 0);
		refused(ed, "readable by other users: chmod 600");
	}
	assert_int_equal(chmod(ed, 0400), 0);
	assert_non_null(hk = load(ed, NULL, error));
	hostkey_free(hk);
}

static void
test_unreadable(void **state)
{
	const char *path;

	if (geteuid() == 0)
		skip();
	path = folder_write(*state, "key", BEGIN, 0000);
	refused(path, "Permission denied");
}

static void
test_passphrase(void **state)
{
	char path[FOLDER_PATH];

	strcpy(path, folder_file(*state, "ed"));
	generate(path, "ed25519", "secret", NULL);
	refused(path, "protected by a passphrase");
}

static void
test_older_format(void **state)
{
	char path[FOLDER_PATH];

	strcpy(path, folder_file(*state, "rsa"));
	generate(path, "rsa", "", "PEM");
	refused(path, "not an OpenSSH private key (ssh-keygen -p");
}

static void
test_no_key(void **state)
{
	struct folder *f = *state;

	refused(folder_write(f, "a", "", 0600), "empty");
	refused(folder_write(f, "a", "hello\n", 0600),
	    "not an OpenSSH private key");
	refused(folder_write(f, "a", "ssh-ed25519 AAAAC3 me\n", 0600),
	    "not an OpenSSH private key");
	refused(folder_write(f, "a", " " BEGIN, 0600),
	    "not an OpenSSH private key");
	refused(
	    folder_write(f, "a", BEGIN, 0600), "not an OpenSSH private key");
	refused(folder_write(f, "a", BEGIN "hello\n", 0600),
	    "not an OpenSSH private key: damaged");
	refused(f->path, "not a regular file");
}

/* Nobody writes into it: it is not waited for. */
static void
test_fifo(void **state)
{
	char path[FOLDER_PATH];

	strcpy(path, folder_file(*state, "fifo"));
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(30); /* ends the test if it is waited for */
	refused(path, "not a regular file");
	alarm(0);
}

/* 16383 bytes are a message's; 16384 are not. */
static void
test_too_long(void **state)
{
	char *text = malloc(OPENSSHKEY_FILE + 1), error[CONF_ERROR];
	char path[FOLDER_PATH];
	struct hostkeys *hk;
	char *ed;

	assert_non_null(text);
	strcpy(path, folder_file(*state, "ed"));
	generate(path, "ed25519", "", NULL);
	ed = folder_read(path);
	memset(text, '\n', OPENSSHKEY_FILE);
	memcpy(text, ed, strlen(ed));
	text[OPENSSHKEY_FILE] = '\0';
	refused(folder_write(*state, "long", text, 0600),
	    "too long for a host key");
	text[OPENSSHKEY_FILE - 1] = '\0';
	hk = load(folder_write(*state, "long", text, 0600), NULL, error);
	assert_non_null(hk);
	is_key(hk, 0, "ssh-ed25519", path);
	hostkey_free(hk);
	free(text);
	free(ed);
}

/* A signature by this algorithm, with compat or without: its length. */
static size_t
sign_as(const char *path, bool compat, const char *algorithm)
{
	struct conf c = {.nhostkeys = 1, .compat_openwrt_1505 = compat};
	uint8_t sig[MSG_SIG], hash[32] = {0};
	char error[CONF_ERROR];
	struct hostkeys *hk;
	size_t len;

	c.hostkeys[0] = (char *)(uintptr_t)path;
	assert_non_null(hk = hostkey_load(&c, error));
	len = hostkey_sign(hk, algorithm, hash, sizeof(hash), sig, sizeof(sig));
	hostkey_free(hk);
	return len;
}

/* SHA-1 is signed with compat alone, whatever the worker asks for. */
static void
test_sha1_needs_compat(void **state)
{
	char rsa[FOLDER_PATH];

	strcpy(rsa, folder_file(*state, "rsa"));
	generate(rsa, "rsa", "", NULL);
	assert_int_equal(sign_as(rsa, false, "ssh-rsa"), 0);
	assert_int_not_equal(sign_as(rsa, true, "ssh-rsa"), 0);
	assert_int_not_equal(sign_as(rsa, false, "rsa-sha2-256"), 0);
	assert_int_not_equal(sign_as(rsa, false, "rsa-sha2-512"), 0);
	assert_int_equal(sign_as(rsa, false, "ssh-ed25519"), 0);
}

#define WITH_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_two_keys),
	    WITH_FOLDER(test_missing),
	    WITH_FOLDER(test_bad_beside_good),
	    WITH_FOLDER(test_open_to_others),
	    WITH_FOLDER(test_unreadable),
	    WITH_FOLDER(test_passphrase),
	    WITH_FOLDER(test_older_format),
	    WITH_FOLDER(test_no_key),
	    WITH_FOLDER(test_fifo),
	    WITH_FOLDER(test_too_long),
	    WITH_FOLDER(test_sha1_needs_compat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
