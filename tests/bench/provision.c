/*
 * bench-fleet fill url devices port	a store with so many devices; the
 *					first may hold the port, and each its
 *					own ports 22 and 23; and an operator
 * bench-fleet key device|operator	the private key, OpenSSH's format
 * bench-fleet lines devices		authorized_keys of the first devices
 * bench-fleet name device
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "fleet.h"
#include "store.h"

#define FLEET "fleet" /* their tag */
#define OPERATOR "operator"
#define OPERATOR_KEY 10000000 /* a number that is no device's */
#define WITH_KEY 10000 /* devices which the clients may play */

static int
fill_device(struct store *s, unsigned int i, int64_t *id)
{
	struct device d = {.enabled = true, .tags = FLEET};
	struct key k = {0};
	uint8_t blob[FLEET_BLOB];

	fleet_name(i, d.name);
	if (i >= WITH_KEY)
		fleet_blob_unused(i, blob);
	else if (fleet_blob(i, blob) == -1)
		return -1;
	if (key_parse_blob(&k, blob, sizeof(blob)) != KEY_OK ||
	    store_device_add(s, &d, &k) != STORE_OK)
		return -1;
	*id = d.id;
	return 0;
}

/* May reach all. */
static int
fill_operator(struct store *s)
{
	struct oper op = {.name = OPERATOR, .role = OPERATOR_ADMIN};
	uint8_t blob[FLEET_BLOB];

	if (fleet_blob(OPERATOR_KEY, blob) == -1 ||
	    key_parse_blob(&op.key, blob, sizeof(blob)) != KEY_OK ||
	    store_operator_add(s, &op) != STORE_OK)
		return -1;
	return 0;
}

static int
fill_all(struct store *s, unsigned int devices, uint32_t port)
{
	struct permit p = {.first = port, .last = port};
	struct permit own = {
	    .tag = FLEET, .first = 22, .last = 23, .virtual = true};
	unsigned int i;
	int64_t id;

	if (store_begin(s) != STORE_OK)
		return -1;
	for (i = 0; i < devices; i++) {
		if (fill_device(s, i, &id) == -1)
			return -1;
		if (i == 0)
			p.device = id;
	}
	if (store_permit_add(s, &p) != STORE_OK ||
	    store_permit_add(s, &own) != STORE_OK || fill_operator(s) == -1)
		return -1;
	return store_commit(s) == STORE_OK ? 0 : -1;
}

static int
fill(char **argv)
{
	char error[STORE_ERROR];
	struct store *s;
	int rc;

	if (store_open(&s, argv[0], STORE_CREATE | STORE_MIGRATE, error) !=
	    STORE_OK) {
		fprintf(stderr, "bench-fleet: %s\n", error);
		return 1;
	}
	rc = fill_all(s, (unsigned int)strtoul(argv[1], NULL, 10),
	    (uint32_t)strtoul(argv[2], NULL, 10));
	if (rc == -1)
		fprintf(stderr, "bench-fleet: %s\n", store_error(s));
	store_close(s);
	return rc == 0 ? 0 : 1;
}

static int
key_file(char **argv)
{
	unsigned int number = (unsigned int)strtoul(argv[0], NULL, 10);
	char text[FLEET_FILE];

	if (strcmp(argv[0], OPERATOR) == 0)
		number = OPERATOR_KEY;
	if (fleet_key_file(number, text) == -1)
		return 1;
	fputs(text, stdout);
	return 0;
}

static int
lines(char **argv)
{
	unsigned int i, n = (unsigned int)strtoul(argv[0], NULL, 10);
	uint8_t blob[FLEET_BLOB];
	unsigned char text[FLEET_BLOB * 2];

	for (i = 0; i < n; i++) {
		if (fleet_blob(i, blob) == -1)
			return 1;
		EVP_EncodeBlock(text, blob, sizeof(blob));
		printf("ssh-ed25519 %s\n", text);
	}
	return 0;
}

static int
name(char **argv)
{
	char text[FLEET_NAME];

	fleet_name((unsigned int)strtoul(argv[0], NULL, 10), text);
	printf("%s\n", text);
	return 0;
}

static const struct verb {
	const char *name;
	int arguments;
	int (*run)(char **);
} verbs[] = {
    {"fill", 3, fill},
    {"key", 1, key_file},
    {"lines", 1, lines},
    {"name", 1, name},
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
		    argc - 2 == verbs[i].arguments)
			return verbs[i].run(argv + 2);
	fprintf(stderr, "usage: bench-fleet fill|key|lines|name ...\n");
	return 2;
}
