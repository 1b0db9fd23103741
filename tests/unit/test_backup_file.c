/*
 * What an archive may be: each header field's bounds, each name that a manifest
 * knows, each number in it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manifest.h"
#include "unit.h"
#include "ustar.h"

#define BLOCK 512
#define TEXT 65536

/* The command's: it says nothing here. */
enum admin_exit
admin_fail(const char *fmt, ...)
{
	(void)fmt;
	return ADMIN_FAILED;
}

/* ---- ustar ---- */

static const struct ustar file = {.name = "store.db",
    .owner = "root",
    .mode = 0600,
    .size = USTAR_MAX,
    .mtime = 1};

/* What ustar_put writes of file. */
static void
block_of_file(char block[BLOCK])
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(ustar_put(ends[1], &file), 0);
	assert_int_equal(read(ends[0], block, BLOCK), BLOCK);
	close(ends[0]);
	close(ends[1]);
}

/* What is read of this many of the bytes. */
static enum ustar_result
got(const char *bytes, size_t n, struct ustar *u)
{
	enum ustar_result result;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, n), n);
	close(ends[1]);
	result = ustar_get(ends[0], u);
	close(ends[0]);
	return result;
}

/* The sum of a header, after a change of the test's own. */
static void
sum_again(char block[BLOCK])
{
	unsigned int sum = 0;
	char text[8];
	size_t i;

	memset(block + 148, ' ', 8);
	for (i = 0; i < BLOCK; i++)
		sum += (unsigned char)block[i];
	snprintf(text, sizeof(text), "%06o", sum & 0777777);
	memcpy(block + 148, text, 7);
}

static void
test_a_header_comes_back(void **state)
{
	char block[BLOCK];
	struct ustar u;

	(void)state;
	block_of_file(block);
	assert_int_equal(got(block, BLOCK, &u), USTAR_FILE);
	assert_string_equal(u.name, file.name);
	assert_string_equal(u.owner, file.owner);
	assert_int_equal(u.mode, file.mode);
	assert_int_equal(u.size, file.size);
	assert_int_equal(u.mtime, file.mtime);
	assert_int_equal(got(block, BLOCK - 1, &u), USTAR_DAMAGED);
	memset(block, 0, sizeof(block));
	assert_int_equal(got(block, BLOCK, &u), USTAR_END);
}

static void
test_no_other_header(void **state)
{
	static const struct {
		size_t at;
		const char *bytes;
		size_t n;
	} changes[] = {
	    {99, "x", 1}, /* the name's last */
	    {100, "0001000", 7}, /* the mode's bits */
	    {100, "000060x", 7}, {124, "0000000001 ", 11}, /* the size */
	    {124, "-0000000001", 11}, {135, "0", 1},
	    {136, "0000000000x", 11}, /* the time */
	    {156, "5", 1}, /* a folder */
	    {156, "2", 1}, /* a link */
	    {257, "xstar", 5}, /* the magic */
	    {296, "x", 1}, /* the owner's last */
	    {345, "x", 1}, /* the prefix */
	};
	char block[BLOCK];
	struct ustar u;
	size_t i;

	(void)state;
	block_of_file(block);
	sum_again(block);
	assert_int_equal(got(block, BLOCK, &u), USTAR_FILE);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		block_of_file(block);
		memcpy(block + changes[i].at, changes[i].bytes, changes[i].n);
		sum_again(block);
		if (got(block, BLOCK, &u) != USTAR_DAMAGED)
			fail_msg("taken: %.11s at %zu", changes[i].bytes,
			    changes[i].at);
	}
}

static enum ustar_result
padding(int64_t size, const char *bytes, size_t n)
{
	enum ustar_result result;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, n), n);
	close(ends[1]);
	result = ustar_get_padding(ends[0], size);
	close(ends[0]);
	return result;
}

static void
test_padding_is_zeros(void **state)
{
	char zeros[BLOCK] = {0}, other[BLOCK] = {0};

	(void)state;
	other[BLOCK - 2] = 'x';
	assert_int_equal(padding(0, zeros, 0), USTAR_FILE);
	assert_int_equal(padding(BLOCK, zeros, 0), USTAR_FILE);
	assert_int_equal(padding(1, zeros, BLOCK - 1), USTAR_FILE);
	assert_int_equal(padding(1, zeros, BLOCK - 2), USTAR_DAMAGED);
	assert_int_equal(padding(1, other, BLOCK - 1), USTAR_DAMAGED);
	assert_int_equal(padding(BLOCK - 1, zeros, 1), USTAR_FILE);
	assert_int_equal(padding(BLOCK + 1, zeros, BLOCK - 1), USTAR_FILE);
}

/* ---- manifest ---- */

static void
test_names(void **state)
{
	static const char *const good[] = {"et-sshd.conf", "store.db",
	    "event-log-key", "conf.d/setup.conf", "host-keys/k.next"};
	static const char *const bad[] = {"", "passwd", "store.db/",
	    "./store.db", "conf.d", "conf.d/", "conf.d/.", "conf.d/..",
	    "conf.d/.x", "conf.d/a/b", "conf.d/../x", "conf.d/a b",
	    "conf.d/a\\b", "conf.d/a\n", "conf.d/\177", "conf.d/\303\244",
	    "host-keys/../k", "host-keysx", "/conf.d/x"};
	char name[USTAR_NAME + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!manifest_knows(good[i]))
			fail_msg("refused: %s", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (manifest_knows(bad[i]))
			fail_msg("taken: %s", bad[i]);
	memset(name, 'x', sizeof(name));
	memcpy(name, "conf.d/", 7);
	name[USTAR_NAME - 1] = '\0';
	assert_true(manifest_knows(name));
	name[USTAR_NAME - 1] = 'x';
	name[USTAR_NAME] = '\0';
	assert_false(manifest_knows(name));
}

/* The files conf.d/0 and so on, these ones and the store. */
static const char *
files(unsigned int n, const char *more)
{
	static char text[TEXT];
	size_t len = 0;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "{\"name\":\"conf.d/%u\",\"size\":1,\"mode\":\"0644\","
		    "\"owner\":\"root\",\"sha256\":\"x\"},",
		    i);
	snprintf(text + len, sizeof(text) - len, "%s%s", more,
	    "{\"name\":\"store.db\",\"size\":1,\"mode\":\"0600\","
	    "\"owner\":\"root\",\"sha256\":\"x\"}");
	return text;
}

static enum admin_exit
read_as(int format, int schema, const char *of)
{
	static struct manifest m;
	static char text[TEXT + 256];

	snprintf(text, sizeof(text),
	    "{\"et-phone-home-backup\":%d,\"date\":\"d\",\"version\":\"1\","
	    "\"schema\":%d,\"node\":\"n\",\"files\":[%s]}",
	    format, schema, of);
	return manifest_read(&m, "-", text, strlen(text));
}

static enum admin_exit
read_files(const char *of)
{
	return read_as(MANIFEST_FORMAT, STORE_SCHEMA, of);
}

static void
test_versions(void **state)
{
	(void)state;
	assert_int_equal(
	    read_as(MANIFEST_FORMAT, STORE_SCHEMA, files(0, "")), ADMIN_DONE);
	assert_int_equal(read_as(MANIFEST_FORMAT, 1, files(0, "")), ADMIN_DONE);
	assert_int_equal(
	    read_as(MANIFEST_FORMAT, 0, files(0, "")), ADMIN_FAILED);
	assert_int_equal(
	    read_as(MANIFEST_FORMAT, STORE_SCHEMA + 1, files(0, "")),
	    ADMIN_FAILED);
	assert_int_equal(
	    read_as(MANIFEST_FORMAT + 1, 1, files(0, "")), ADMIN_FAILED);
	assert_int_equal(read_as(0, 1, files(0, "")), ADMIN_FAILED);
}

static void
test_files(void **state)
{
	(void)state;
	assert_int_equal(read_files(files(MANIFEST_FILES - 1, "")), ADMIN_DONE);
	assert_int_equal(read_files(files(MANIFEST_FILES, "")), ADMIN_FAILED);
	assert_int_equal(
	    read_files(files(MANIFEST_FILES + 9, "")), ADMIN_FAILED);
	assert_int_equal(read_files(""), ADMIN_FAILED);
	assert_int_equal(read_files("1"), ADMIN_FAILED);
}

#define MEMBER(name, size, mode, owner)                             \
	"{\"name\":\"" name "\",\"size\":" size ",\"mode\":\"" mode \
	"\",\"owner\":\"" owner "\",\"sha256\":\"x\"},"
#define NAMED(name) MEMBER(name, "1", "0600", "root")

static void
test_each_file(void **state)
{
	static const char *const good[] = {
	    MEMBER("et-sshd.conf", "0", "0000", "root"),
	    MEMBER("et-sshd.conf", "8589934591", "0777", "r")};
	static const char *const bad[] = {
	    MEMBER("et-sshd.conf", "-1", "0600", "root"),
	    MEMBER("et-sshd.conf", "8589934592", "0600", "root"),
	    MEMBER("et-sshd.conf", "1", "1000", "root"),
	    MEMBER("et-sshd.conf", "1", "4755", "root"),
	    MEMBER("et-sshd.conf", "1", "x", "root"),
	    MEMBER("et-sshd.conf", "1", "0600",
		"12345678901234567890123456789012"),
	    NAMED("passwd"), NAMED("store.db"),
	    NAMED("conf.d/a") NAMED("conf.d/a"),
	    NAMED("conf.d/a") NAMED("conf.d/b") NAMED("conf.d/a")};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (read_files(files(0, good[i])) != ADMIN_DONE)
			fail_msg("refused: %s", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (read_files(files(0, bad[i])) != ADMIN_FAILED)
			fail_msg("taken: %s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_header_comes_back),
	    cmocka_unit_test(test_no_other_header),
	    cmocka_unit_test(test_padding_is_zeros),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_versions),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_each_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
