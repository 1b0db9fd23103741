#include "config.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/evp.h>

#include "signature.h"
#include "wire.h"

#define USERAUTH_REQUEST 50 /* RFC 4252 6 */

typedef int verify_fn(
    EVP_MD_CTX *, const unsigned char *, size_t, const unsigned char *, size_t);

static verify_fn *verify; /* libcrypto's */

/*
 * The login that libssh verified last: EVP_DigestVerify has no argument for it.
 */
static struct {
	uint64_t turn; /* the connection that libssh works for */
	uint64_t conn; /* the connection that claims the login */
	uint8_t data[MSG_SIGNED_DATA];
	uint8_t sig[MSG_SIG];
	size_t datalen; /* length of the input; 0: there is no login */
	size_t siglen;
} claim;

int
signature_start(void)
{
	void *found = dlsym(RTLD_NEXT, "EVP_DigestVerify");

	memcpy(&verify, &found, sizeof(verify));
	return found != NULL ? 0 : -1;
}

/*
 * Whether the input is a login's: a session id and the byte 50.  No other
 * signed data of SSH is.
 */
static bool
signature_is_login(const uint8_t *data, size_t len)
{
	struct wire w = {.at = data, .left = len};
	size_t n;

	return wire_string(&w, &n) != NULL &&
	       (n == 20 || n == 32 || n == 48 || n == 64) &&
	       wire_byte(&w) == USERAUTH_REQUEST;
}

void
signature_claim_for(uint64_t conn)
{
	claim.turn = conn;
}

int
signature_take(struct msg_login *l, uint64_t conn)
{
	/*
	 * While a request waits, another connection may have claimed a login.
	 */
	if (claim.datalen == 0 || claim.conn != conn)
		return -1;
	memcpy(l->data, claim.data, claim.datalen);
	memcpy(l->sig, claim.sig, claim.siglen);
	l->datalen = (uint32_t)claim.datalen;
	l->siglen = (uint32_t)claim.siglen;
	claim.datalen = 0;
	return 0;
}

const char *
signature_algorithm(ssh_key key)
{
	if (ssh_key_type(key) == SSH_KEYTYPE_RSA)
		return "rsa-sha2-512";
	return ssh_key_type_to_char(ssh_key_type(key));
}

/* EVP_DigestVerify(3), in libcrypto's place and with its contract. */
int
EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *sig, size_t siglen,
    const unsigned char *data, size_t len)
{
	claim.datalen = 0;
	if (!signature_is_login(data, len))
		return verify(ctx, sig, siglen, data, len);
	if (len > sizeof(claim.data) || siglen > sizeof(claim.sig))
		return 0;
	memcpy(claim.data, data, len);
	memcpy(claim.sig, sig, siglen);
	claim.conn = claim.turn;
	claim.datalen = len;
	claim.siglen = siglen;
	return 1;
}
