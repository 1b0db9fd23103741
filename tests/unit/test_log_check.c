/*
 * What et-admin log verify says of lines that a sealed log has: which of its
 * notes hold for what comes next, and which do not.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "log_check.h"
#include "unit.h"

#define NODE "n1"

struct scene {
	EVP_PKEY *pkey;
	struct key key;
	struct log_check *check;
	char last[LOG_SEAL_HEX]; /* the last line's hash */
	char whole[LOG_SEAL_HEX]; /* the last event's */
	int problems;
	char problem[256]; /* the last one: "LINE: TEXT" */
};

static void
note_problem(void *arg, const char *file, int64_t line, const char *what)
{
	struct scene *s = arg;

	(void)file;
	s->problems++;
	snprintf(s->problem, sizeof(s->problem), "%d: %.200s", (int)line, what);
}

static void
scene_begin(struct scene *s)
{
	size_t len = sizeof(s->key.blob);

	memset(s, 0, sizeof(*s));
	assert_non_null(s->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
	assert_int_equal(
	    EVP_PKEY_get_raw_public_key(s->pkey, s->key.blob, &len), 1);
	s->key.bloblen = len;
	snprintf(s->key.type, sizeof(s->key.type), "ssh-ed25519");
	snprintf(s->last, sizeof(s->last), "%s", LOG_SEAL_NONE);
	s->check = log_check_new(&s->key, 1, note_problem, s);
	assert_non_null(s->check);
	log_check_file(s->check, "log");
}

static void
scene_end(struct scene *s)
{
	log_check_free(s->check);
	EVP_PKEY_free(s->pkey);
}

static void
add_line(struct scene *s, const char *line)
{
	assert_int_equal(log_check_line(s->check, line, strlen(line)), 0);
	log_seal_hash(line, strlen(line), s->last);
}

/* whole: behind lines that are no events, the hash of the last event; or "". */
static void
add_event(struct scene *s, const char *ts, const char *whole)
{
	char line[512];

	snprintf(line, sizeof(line),
	    "{\"ts\":\"2026-01-01T%s.000000Z\",\"event\":\"limit\","
	    "\"node\":\"" NODE "\",\"prev\":\"%s\"%s%s%s}",
	    ts, s->last, *whole != '\0' ? ",\"whole\":\"" : "", whole,
	    *whole != '\0' ? "\"" : "");
	add_line(s, line);
	memcpy(s->whole, s->last, sizeof(s->whole));
}

static void
add_signature(struct scene *s, const char *ts, const char *reason)
{
	char line[1024], text[64], sig[LOG_SEAL_SIG], print[KEY_FINGERPRINT];
	struct log_seal seal = {.node = NODE,
	    .ts = text,
	    .reason = reason,
	    .seq = 7,
	    .prev = s->last};

	snprintf(text, sizeof(text), "2026-01-01T%s.000000Z", ts);
	assert_true(log_seal_sign(&seal, s->pkey, sig));
	key_fingerprint(s->key.digest, print);
	snprintf(line, sizeof(line),
	    "{\"ts\":\"%s\",\"event\":\"log.seal\",\"node\":\"" NODE
	    "\",\"reason\":\"%s\",\"seq\":7,\"key\":\"%s\",\"sig\":\"%s\","
	    "\"prev\":\"%s\"}",
	    text, reason, print, sig, s->last);
	add_line(s, line);
	memcpy(s->whole, s->last, sizeof(s->whole));
}

/* Two hours begin anew behind each signature. */
static void
signed_in_time(void **unused)
{
	struct log_report r;
	struct scene s;

	(void)unused;
	scene_begin(&s);
	add_event(&s, "00:00:00", "");
	add_signature(&s, "01:00:00", "hour");
	add_event(&s, "01:30:00", "");
	add_signature(&s, "02:59:00", "hour");
	add_event(&s, "04:00:00", "");
	add_signature(&s, "05:59:59", "hour");
	assert_string_equal(s.problem, "");
	log_check_end(s.check, &r);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.unsigned_, 0);
	assert_string_equal(r.signed_to, "log:6");
	scene_end(&s);
}

/* A signature that is late is said once; behind the next, of another too. */
static void
late_twice(void **unused)
{
	struct scene s;

	(void)unused;
	scene_begin(&s);
	add_event(&s, "00:00:00", "");
	add_event(&s, "02:00:00", "");
	assert_int_equal(s.problems, 0);
	add_event(&s, "02:00:01", "");
	add_event(&s, "04:00:00", "");
	assert_int_equal(s.problems, 1);
	add_signature(&s, "04:00:01", "hour");
	add_event(&s, "05:00:00", "");
	add_event(&s, "07:00:00", "");
	assert_int_equal(s.problems, 1);
	add_event(&s, "07:00:01", "");
	assert_int_equal(s.problems, 2);
	assert_string_equal(s.problem, "8: the lines before this signature "
				       "were not signed within an hour");
	scene_end(&s);
}

/* Lines that were put in once do not make a later line that was torn bad. */
static void
torn_after_put_in(void **unused)
{
	struct scene s;

	(void)unused;
	scene_begin(&s);
	add_event(&s, "00:00:00", "");
	add_line(&s, "torn once");
	add_line(&s, "and once more");
	add_event(&s, "00:00:01", s.whole);
	assert_int_equal(s.problems, 1);
	assert_string_equal(s.problem,
	    "2: this line is not the torn end of an event: it was inserted");
	add_line(&s, "torn");
	add_event(&s, "00:00:02", s.whole);
	add_event(&s, "00:00:03", "");
	assert_int_equal(s.problems, 1);
	scene_end(&s);
}

/* Behind a signature of a stop nothing comes but a start. */
static void
behind_a_stop(void **unused)
{
	struct log_report r;
	struct scene s;

	(void)unused;
	scene_begin(&s);
	add_event(&s, "00:00:00", "");
	add_signature(&s, "00:00:01", "stop");
	log_check_end(s.check, &r);
	assert_string_equal(r.end, "with the server's stop");
	assert_int_equal(s.problems, 0);
	add_event(&s, "00:00:02", "");
	assert_int_equal(s.problems, 1);
	add_event(&s, "00:00:03", "");
	assert_int_equal(s.problems, 1);
	scene_end(&s);
}

/* Where one chain has its stop, another of the same server may begin. */
static void
a_new_chain(void **unused)
{
	static const char *const nodes[] = {NODE, "n2"};
	struct scene s;
	char line[256];
	size_t i;

	(void)unused;
	for (i = 0; i < 2; i++) {
		scene_begin(&s);
		add_event(&s, "00:00:00", "");
		add_signature(&s, "00:00:01", "stop");
		snprintf(line, sizeof(line),
		    "{\"ts\":\"2026-01-01T00:00:02.000000Z\",\"event\":"
		    "\"log.open\",\"node\":\"%s\",\"prev\":\"%s\"}",
		    nodes[i], LOG_SEAL_NONE);
		add_line(&s, line);
		assert_string_equal(s.problem,
		    i == 0 ? ""
			   : "3: a new chain begins here, of another node");
		scene_end(&s);
	}
}

static void
begins_elsewhere(void **unused)
{
	struct scene s;

	(void)unused;
	scene_begin(&s);
	add_line(&s, "{\"event\":\"limit\"}");
	memcpy(s.last, LOG_SEAL_NONE, sizeof(s.last));
	add_event(&s, "00:00:00", "");
	assert_string_equal(
	    s.problem, "2: the chain begins here, without the line before");
	scene_end(&s);
}

/* An event without a chain may stand before one, and not behind it. */
static void
not_in_the_chain(void **unused)
{
	struct log_report r;
	struct scene s;

	(void)unused;
	scene_begin(&s);
	add_line(&s, "{\"event\":\"limit\"}");
	add_event(&s, "00:00:00", "");
	add_signature(&s, "00:00:01", "hour");
	assert_int_equal(s.problems, 0);
	add_line(&s, "{\"event\":\"limit\"}");
	assert_string_equal(s.problem, "4: this line is not in the chain");
	log_check_end(s.check, &r);
	assert_int_equal(r.before, 1);
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signed_in_time),
	    cmocka_unit_test(late_twice),
	    cmocka_unit_test(torn_after_put_in),
	    cmocka_unit_test(behind_a_stop),
	    cmocka_unit_test(a_new_chain),
	    cmocka_unit_test(begins_elsewhere),
	    cmocka_unit_test(not_in_the_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
