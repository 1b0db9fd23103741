/*
 * Names: their canonical form, and which may be had.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "name.h"
#include "unit.h"

static void
check_canonical(const char *typed, const char *want)
{
	char got[DEVICE_NAME];

	name_canonical(typed, got);
	assert_string_equal(got, want);
}

static void
has_a_canonical_form(void **state)
{
	char name[DEVICE_NAME + 1], prefixed[2 * DEVICE_NAME];

	(void)state;
	check_canonical("6466b34bde54", "6466b34bde54");
	check_canonical("64:66:B3:4B:DE:54", "6466b34bde54");
	check_canonical("64-66-b3-4b-de-54", "6466b34bde54");
	check_canonical("6466b3-4bde54", "6466b34bde54");
	check_canonical("6466-b34b-de54", "6466b34bde54");
	check_canonical("device6466b34bde54", "6466b34bde54");
	check_canonical("DEVICE64-66-b3-4b-de-54", "6466b34bde54");
	check_canonical("Roof", "roof");
	check_canonical("deviceroof", "roof");
	check_canonical("roof.north_2-b", "roof.north_2-b");
	check_canonical("64-66-b3-4b-de", "64-66-b3-4b-de");
	/* Once only: no id begins with it. */
	check_canonical("devicedeviceroof", "deviceroof");
	check_canonical("device", "device");
	check_canonical("", "");
	memset(name, 'a', sizeof(name));
	name[DEVICE_NAME - 1] = '\0';
	check_canonical(name, name);
	snprintf(prefixed, sizeof(prefixed), "device%s", name);
	check_canonical(prefixed, name);
	name[DEVICE_NAME - 1] = 'a';
	name[DEVICE_NAME] = '\0';
	check_canonical(name, "");
	snprintf(prefixed, sizeof(prefixed), "device%s", name);
	check_canonical(prefixed, "");
}

/* Nor is a typing error a MAC. */
static void
takes_no_address_for_a_mac(void **state)
{
	static const char *const names[] = {"192.168.100.200",
	    "2001:db8:1::1234", "::6466b34bde54",
	    "6466b34bde54::", "6466:b34b::de54", "1:2:3:4:5:6:789:abc",
	    "6466.b34b.de54", "6:466b34bde54", "64--66b34bde54",
	    "-6466b34bde54", "6466b34bde54-", "6466b34bde54a", "6466b34bde5g"};
	char got[DEVICE_NAME];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		name_canonical(names[i], got);
		assert_string_equal(got, names[i]);
	}
}

static void
check_refused(const char *name, const char *reason)
{
	char why[NAME_WHY];

	if (name_allowed(name, why))
		fail_msg("%s is allowed", name);
	if (strstr(why, reason) == NULL)
		fail_msg("%s: %s", name, why);
}

static void
says_what_is_allowed(void **state)
{
	static const char *const allowed[] = {"a", "6466b34bde54",
	    "001122334455", "42", "roof.north_2-b", "dev", "devic-e", "1.2.x",
	    "a.1", "64-66-b3-4b-de", "servers", "server-2", "enrolled", "0x",
	    "192.0.2.1-lab", "10-0-0-1"};
	char why[NAME_WHY];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!name_allowed(allowed[i], why))
			fail_msg("%s: %s", allowed[i], why);
	check_refused("", "the first a letter or digit");
	check_refused("A", "the first a letter or digit");
	check_refused("64:66:b3:4b:de:54", "the first a letter or digit");
	check_refused("device", "before ids");
	check_refused("deviceroof", "before ids");
	check_refused("device-7", "before ids");
	check_refused("64-66-b3-4b-de-54", "write 6466b34bde54");
	check_refused("6466.b34b.de54", "write 6466b34bde54");
	check_refused("6-466b34bde54", "write 6466b34bde54");
	check_refused("6466b34bde54_", "write 6466b34bde54");
	check_refused("192.0.2.1", "an address");
	check_refused("300.1.2.3", "an address");
	check_refused("0.42", "an address");
	check_refused("1.2.3.4.5", "an address");
	check_refused("0x7f000001", "an address");
	check_refused("0x7f.1", "an address");
	check_refused("enroll", "register themselves");
	check_refused("server", "the server itself");
	check_refused("fleet", "all devices");
	check_refused("localhost", "in a jump");
	check_refused("localhost.localdomain", "the server itself");
	check_refused("localhost4", "the server itself");
	check_refused("localhost6", "the server itself");
	check_refused("ip6-localhost", "the server itself");
	check_refused("ip6-loopback", "the server itself");
	check_refused("all", "all devices");
	check_refused("root", "event log");
	check_refused("et-sshd", "host keys");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(has_a_canonical_form),
	    cmocka_unit_test(takes_no_address_for_a_mac),
	    cmocka_unit_test(says_what_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
