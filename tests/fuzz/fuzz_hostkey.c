/*
 * A host key's file: OpenSSH's form, and its public half.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "fuzz.h"
#include "opensshkey.h"

static bool
is_taken(const char *type)
{
	return strcmp(type, "ssh-ed25519") == 0 ||
	       strcmp(type, "ssh-rsa") == 0 ||
	       strcmp(type, "ecdsa-sha2-nistp256") == 0;
}

/* The file in its armour, or what it decodes to without it. */
static char *
armour(const uint8_t *data, size_t len)
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
	static const char end[] = "\n-----END OPENSSH PRIVATE KEY-----\n";
	size_t n = sizeof(begin) - 1;
	char *pem = malloc(n + len / 3 * 4 + 5 + sizeof(end));

	MUST(pem != NULL);
	memcpy(pem, begin, n);
	n += (size_t)EVP_EncodeBlock((uint8_t *)pem + n, data, (int)len);
	memcpy(pem + n, end, sizeof(end));
	return pem;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	bool armoured = len > 0 && data[0] == '-';
	struct opensshkey k;
	const char *why;
	char *pem;

	/* As hostkey_load bounds the file. */
	if (len > OPENSSHKEY_FILE / 2)
		return 0;
	pem = armoured ? fuzz_text(data, len) : armour(data, len);
	why = opensshkey_parse(&k, pem);
	MUST((why == NULL) == (k.pkey != NULL));
	if (why != NULL)
		MUST(*why != '\0');
	else
		MUST(is_taken(k.type) && k.bloblen <= MSG_KEY);
	EVP_PKEY_free(k.pkey);
	free(pem);
	return 0;
}
