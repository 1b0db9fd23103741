/*
 * What a login signs.  The session id stands before it unless the first byte
 * says otherwise; what follows the blob is taken for the signature.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "login.h"
#include "wire.h"

static const uint8_t session[32] = "a session id of 32 bytes";

/* There is one way only to write what was accepted. */
static void
check_strict(const struct login *l, const uint8_t *data, size_t len)
{
	const char *method = l->hostkey != NULL
				 ? "publickey-hostbound-v00@openssh.com"
				 : "publickey";
	uint8_t again[8192];
	size_t n = 0;

	wire_put(again, sizeof(again), &n, session, sizeof(session));
	wire_put_byte(again, sizeof(again), &n, 50);
	wire_put(again, sizeof(again), &n, l->user, strlen(l->user));
	wire_put(again, sizeof(again), &n, "ssh-connection", 14);
	wire_put(again, sizeof(again), &n, method, strlen(method));
	wire_put_byte(again, sizeof(again), &n, 1);
	wire_put(again, sizeof(again), &n, l->algorithm, strlen(l->algorithm));
	wire_put(again, sizeof(again), &n, l->key.blob, l->key.bloblen);
	if (l->hostkey != NULL)
		wire_put(again, sizeof(again), &n, l->hostkey, l->hostkeylen);
	MUST(n == len);
	MUST(memcmp(again, data, len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};
	size_t n = 0, size = len + 4 + sizeof(session), siglen;
	uint8_t how = input_byte(&in), sig[MSG_SIG];
	uint8_t *claim = malloc(size);
	struct login l;

	MUST(claim != NULL);
	memset(&l, 0, sizeof(l));
	siglen = input_bytes(&in, sig, how >> 1);
	if (!(how & 1))
		wire_put(claim, size, &n, session, sizeof(session));
	memcpy(claim + n, in.at, in.left);
	n += in.left;
	/* Of another connection, or of one that has signed nothing yet. */
	MUST(login_parse(&l, claim, n, session, 0) != NULL);
	MUST(login_parse(&l, claim, n, session, 20) != NULL);
	if (login_parse(&l, claim, n, session, sizeof(session)) == NULL) {
		check_strict(&l, claim, n);
		login_verify(&l, claim, n, sig, siglen);
	}
	free(claim);
	return 0;
}
