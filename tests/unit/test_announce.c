/*
 * The file of an announcement, and what a device says of it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "announce.h"
#include "unit.h"

#define PIN                                  \
	"pin=ssh-ed25519 "                   \
	"AAAAC3NzaC1lZDI1NTE5AAAAIGAzV6TDgF" \
	"76C3xm89Hh+VAXKzoDYr1koHF/KF/kjV+8\n"

/* What reading a file of these bytes comes to. */
static int
read_bytes(const void *bytes, size_t len, struct announce *a)
{
	char path[] = "/tmp/etph-announce-XXXXXX";
	int fd, result;

	assert_int_not_equal(fd = mkstemp(path), -1);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	result = announce_read(path, a);
	unlink(path);
	return result;
}

static int
read_text(const char *text, struct announce *a)
{
	return read_bytes(text, strlen(text), a);
}

static void
good(void **unused)
{
	struct announce a;

	(void)unused;
	assert_int_equal(read_text("", &a), 0);
	assert_string_equal(a.text, "");
	assert_string_equal(a.mark, "0");
	assert_int_equal(read_text(PIN "server=b.example:443\n", &a), 0);
	assert_string_equal(a.text, PIN "server=b.example:443\n");
	assert_int_equal(
	    read_text("serial=1700000000000000\n" PIN "usign=RWQ+/=\n"
		      "sshsig=U1NI\n",
		&a),
	    0);
	/* As md5sum(1) has it. */
	assert_int_equal(read_text("server=b\n", &a), 0);
	assert_string_equal(a.mark, "a0dc423d9996df7a");
	assert_true(a.since > 0);
}

static void
bad(void **unused)
{
	static const char *const texts[] = {"x\n", "pin=\n",
	    "pin=ssh-ed25519\n", "pin=ssh-ed25519 AAAA\n",
	    "server=b.example:443", PIN "\n", " " PIN, "server=-b\n",
	    "server=b:0\n", "server=b:65536\n", "server=b:1x\n",
	    "server=[::1\n", "server=[g]:1\n", "server=\n", "server=b c\n",
	    "server=b;id\n", "serial=1\n", "serial=17000000000000000\n",
	    "serial=170000000000000x\n", "serial=0700000000000000\n",
	    "usign=\n", "sshsig=a b\n", "sshsig=*\n", "pins=0\n", "0\n",
	    "22:80\n"};
	struct announce a;
	char *big;
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(read_text(texts[i], &a), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(read_bytes("server=b\0\n", 10, &a), -1);
	assert_non_null(big = calloc(1, ANNOUNCE_TEXT + 1));
	for (i = 0; i + 9 <= ANNOUNCE_TEXT; i += 9)
		memcpy(big + i, "server=b\n", 9);
	assert_int_equal(read_text(big, &a), 0);
	big[i] = '\n';
	memset(big + i, '\n', ANNOUNCE_TEXT - i);
	assert_int_equal(read_text(big, &a), -1);
	/* Lines that are good, and one byte too long. */
	i = 9 + ANNOUNCE_TEXT % 9;
	memset(big, 'b', i);
	memcpy(big, "server=", 7);
	big[i - 1] = '\n';
	for (; i < ANNOUNCE_TEXT; i += 9)
		memcpy(big + i, "server=b\n", 9);
	assert_int_equal(read_text(big, &a), -1);
	free(big);
	assert_int_equal(announce_read("/nonexistent/x", &a), -1);
	assert_int_equal(errno, ENOENT);
}

static void
server(void **unused)
{
	char longest[130];

	(void)unused;
	memset(longest, 'b', sizeof(longest));
	longest[128] = '\0';
	assert_true(announce_server_valid(longest));
	longest[128] = 'b';
	longest[129] = '\0';
	assert_false(announce_server_valid(longest));
	assert_true(announce_server_valid("b.example"));
	assert_true(announce_server_valid("192.0.2.1:65535"));
	assert_true(announce_server_valid("[2001:db8::1]"));
	assert_true(announce_server_valid("[2001:db8::1]:22"));
	assert_false(announce_server_valid("2001:db8::1"));
}

static void
said(void **unused)
{
	char mark[ANNOUNCE_MARK];

	(void)unused;
	assert_true(announce_said("pins=0", mark));
	assert_string_equal(mark, "0");
	assert_true(announce_said("up=1 pins=0123456789abcdef load=1", mark));
	assert_string_equal(mark, "0123456789abcdef");
	assert_false(announce_said("", mark));
	assert_false(announce_said("up=1 xpins=0", mark));
	assert_false(announce_said("pins=", mark));
	assert_false(announce_said("pins=0123456789abcdef0", mark));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good),
	    cmocka_unit_test(bad),
	    cmocka_unit_test(server),
	    cmocka_unit_test(said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
