#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "claim.h"
#include "conf.h"
#include "unit.h"
#include "wire.h"

#define REQUEST 50 /* SSH_MSG_USERAUTH_REQUEST */

const uint8_t claim_session[32] = "a session id of 32 bytes";

struct hostkeys *claim_keys;

void
claim_put(struct claim *c, const void *bytes, size_t len)
{
	wire_put(c->data, sizeof(c->data), &c->n, bytes, len);
}

void
claim_sign(struct claim *c, const char *algorithm)
{
	c->siglen = hostkey_sign(
	    claim_keys, algorithm, c->data, c->n, c->sig, sizeof(c->sig));
	assert_int_not_equal(c->siglen, 0);
}

size_t
claim_key(const char *type)
{
	size_t i;

	for (i = 0; strcmp(hostkey_type(claim_keys, i), type) != 0; i++)
		;
	return i;
}

static void
claim_begin(struct claim *c, const char *method, const char *algorithm,
    const char *type)
{
	const uint8_t *blob;
	size_t len;

	memset(c, 0, sizeof(*c));
	claim_put(c, claim_session, sizeof(claim_session));
	wire_put_byte(c->data, sizeof(c->data), &c->n, REQUEST);
	claim_put(c, CLAIM_USER, strlen(CLAIM_USER));
	claim_put(c, "ssh-connection", strlen("ssh-connection"));
	claim_put(c, method, strlen(method));
	wire_put_byte(c->data, sizeof(c->data), &c->n, 1);
	claim_put(c, algorithm, strlen(algorithm));
	blob = hostkey_blob(claim_keys, claim_key(type), &len);
	claim_put(c, blob, len);
}

void
claim_make(struct claim *c, const char *algorithm, const char *type)
{
	claim_begin(c, "publickey", algorithm, type);
	claim_sign(c, algorithm);
}

void
claim_make_bound(struct claim *c, const char *algorithm, const char *type,
    const void *hostkey, size_t len)
{
	claim_begin(c, "publickey-hostbound-v00@openssh.com", algorithm, type);
	claim_put(c, hostkey, len);
	claim_sign(c, algorithm);
}

static void
claim_key_file(const char *folder, const char *type, const char *bits)
{
	char command[256];

	snprintf(command, sizeof(command),
	    "ssh-keygen -q -t %s -b %s -N '' -f %s/%s", type, bits, folder,
	    type);
	assert_int_equal(system(command), 0);
}

int
claim_load(void **unused)
{
	static const char *const types[][2] = {
	    {"ed25519", "256"}, {"rsa", "2048"}, {"ecdsa", "256"}};
	char folder[] = "/tmp/claim.XXXXXX", path[3][64];
	char error[CONF_ERROR];
	struct conf conf = {.nhostkeys = 3, .compat_openwrt_1505 = true};
	int i;

	(void)unused;
	assert_non_null(mkdtemp(folder));
	for (i = 0; i < 3; i++) {
		claim_key_file(folder, types[i][0], types[i][1]);
		snprintf(
		    path[i], sizeof(path[i]), "%s/%s", folder, types[i][0]);
		conf.hostkeys[i] = path[i];
	}
	claim_keys = hostkey_load(&conf, error);
	for (i = 0; i < 3; i++) {
		unlink(path[i]);
		strcat(path[i], ".pub");
		unlink(path[i]);
	}
	rmdir(folder);
	return claim_keys != NULL ? 0 : -1;
}

int
claim_unload(void **unused)
{
	(void)unused;
	hostkey_free(claim_keys);
	return 0;
}
