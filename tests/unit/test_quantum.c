/*
 * Post-quantum or not, by the name of a key exchange; and what is told of it.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "quantum.h"

static void
learn(struct quantum *q, const char *libssh, const char *kex)
{
	struct msg msg;

	msg_init(&msg, MSG_READY, 0);
	snprintf(msg.ready.libssh, sizeof(msg.ready.libssh), "%s", libssh);
	snprintf(msg.ready.kex, sizeof(msg.ready.kex), "%s", kex);
	quantum_learn(q, &msg.ready);
}

static void
test_names(void **state)
{
	static const char *const safe[] = {"mlkem768x25519-sha256",
	    "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com",
	    "mlkem1024nistp384-sha384"};
	static const char *const not_safe[] = {"", "curve25519-sha256",
	    "curve25519-sha256@libssh.org", "diffie-hellman-group16-sha512",
	    "x-mlkem768"};
	struct quantum q = {.kex = ""};
	size_t i;

	(void)state;
	assert_false(quantum_safe(&q));
	for (i = 0; i < sizeof(safe) / sizeof(safe[0]); i++) {
		learn(&q, "0.12.2", safe[i]);
		assert_true(quantum_safe(&q));
	}
	for (i = 0; i < sizeof(not_safe) / sizeof(not_safe[0]); i++) {
		learn(&q, "0.11.5", not_safe[i]);
		assert_false(quantum_safe(&q));
	}
}

static const char *
text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void
test_state(void **state)
{
	struct quantum q = {.kex = ""};
	json_t *o;

	(void)state;
	learn(&q, "0.12.2", "mlkem768x25519-sha256");
	o = quantum_state(&q);
	assert_string_equal(text(o, "libssh"), "0.12.2");
	assert_string_equal(text(o, "kex"), "mlkem768x25519-sha256");
	assert_true(json_is_true(json_object_get(o, "post_quantum")));
	assert_null(json_object_get(o, "post_quantum_command"));
	json_decref(o);
	/* A worker's word is a claim. */
	learn(&q, "0.10.6\n", "curve25519-sha256");
	o = quantum_state(&q);
	assert_string_equal(text(o, "libssh"), "0.10.6\\x0a");
	assert_true(json_is_false(json_object_get(o, "post_quantum")));
	assert_string_equal(text(o, "post_quantum_command"), QUANTUM_COMMAND);
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
