#include "config.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "algorithm.h"
#include "login.h"
#include "pkey.h"
#include "wire.h"

#define USERAUTH_REQUEST 50 /* RFC 4252, section 6 */
#define HOSTBOUND "publickey-hostbound-v00@openssh.com"

const char *
login_parse(struct login *l, const uint8_t *data, size_t len,
    const uint8_t *session, size_t sessionlen)
{
	struct wire w = {.at = data, .left = len};
	char method[MSG_ALGO];
	const uint8_t *s;
	enum key_result r;
	size_t n;

	if ((s = wire_string(&w, &n)) == NULL || sessionlen == 0 ||
	    n != sessionlen || memcmp(s, session, n) != 0)
		return ""; /* of another connection */
	if (wire_byte(&w) != USERAUTH_REQUEST ||
	    !wire_text(&w, l->user, sizeof(l->user)) ||
	    !wire_is(&w, "ssh-connection") ||
	    !wire_text(&w, method, sizeof(method)) || wire_byte(&w) != 1 ||
	    !wire_text(&w, l->algorithm, sizeof(l->algorithm)) ||
	    (s = wire_string(&w, &n)) == NULL)
		return "not a public key login";
	l->hostkey = NULL;
	if (strcmp(method, HOSTBOUND) == 0)
		l->hostkey = wire_string(&w, &l->hostkeylen);
	if ((l->hostkey == NULL && strcmp(method, "publickey") != 0) ||
	    w.left != 0)
		return "not a public key login";
	if ((r = key_parse_blob(&l->key, s, n)) != KEY_OK)
		return key_result_text(r);
	return NULL;
}

/* Clears the error queue of libcrypto, too. */
static const char *
why_not(bool tried)
{
	const char *why = tried ? "bad signature" : "cannot be verified";
	unsigned long error;

	while ((error = ERR_get_error()) != 0)
		if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
			why = "out of memory";
	return why;
}

const char *
login_verify(const struct login *l, const uint8_t *data, size_t len,
    const uint8_t *sig, size_t siglen)
{
	const struct algorithm *a = algorithm_find(l->algorithm);
	EVP_PKEY *pkey = NULL;
	EVP_MD_CTX *ctx = NULL;
	bool tried, good;

	ERR_clear_error();
	tried =
	    a != NULL && strcmp(a->type, l->key.type) == 0 &&
	    (pkey = pkey_public(&l->key)) != NULL &&
	    (ctx = EVP_MD_CTX_new()) != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, algorithm_md(a), NULL, pkey) == 1;
	good = tried && EVP_DigestVerify(ctx, sig, siglen, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return good ? NULL : why_not(tried);
}
