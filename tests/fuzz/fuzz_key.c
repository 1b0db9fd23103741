/*
 * Public keys: as a line that somebody pasted, and as a blob.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "fuzz.h"
#include "key.h"

static void
check_same(const struct key *a, const struct key *b)
{
	MUST(strcmp(a->type, b->type) == 0);
	MUST(a->bloblen == b->bloblen);
	MUST(memcmp(a->blob, b->blob, a->bloblen) == 0);
	MUST(memcmp(a->digest, b->digest, KEY_DIGEST) == 0);
}

static void
check_fingerprint(const struct key *k)
{
	char fingerprint[KEY_FINGERPRINT];
	uint8_t digest[KEY_DIGEST];

	key_fingerprint(k->digest, fingerprint);
	MUST(key_digest_parse(fingerprint, digest) == 0);
	MUST(memcmp(digest, k->digest, KEY_DIGEST) == 0);
}

/* What was accepted is the same key as a line. */
static void
check_line(const struct key *k)
{
	uint8_t base64[KEY_BLOB / 3 * 4 + 5];
	char line[sizeof(k->type) + sizeof(base64) + sizeof(k->comment) + 3];
	struct key again;

	MUST(k->bloblen <= KEY_BLOB);
	MUST(fuzz_printable(k->comment));
	EVP_EncodeBlock(base64, k->blob, (int)k->bloblen);
	snprintf(line, sizeof(line), "%s %s %s\n", k->type, base64, k->comment);
	MUST(key_parse(&again, line) == KEY_OK);
	check_same(k, &again);
	MUST(strcmp(k->comment, again.comment) == 0);
	check_fingerprint(k);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len);
	uint8_t digest[KEY_DIGEST];
	enum key_result result;
	struct key k, again;

	if ((result = key_parse(&k, text)) == KEY_OK) {
		check_line(&k);
		MUST(key_parse_blob(&again, k.blob, k.bloblen) == KEY_OK);
		check_same(&k, &again);
	}
	MUST((*key_result_text(result) == '\0') == (result == KEY_OK));
	if ((result = key_parse_blob(&k, data, len)) == KEY_OK)
		check_line(&k);
	MUST((*key_result_text(result) == '\0') == (result == KEY_OK));
	key_digest_parse(text, digest);
	free(text);
	return 0;
}
