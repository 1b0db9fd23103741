/*
 * A device's public key: the line people paste, the blob (RFC 4253, section
 * 6.6) and its fingerprint as OpenSSH writes it.
 */
#ifndef KEY_H
#define KEY_H

#include <stddef.h>
#include <stdint.h>

#define KEY_DIGEST	32	/* SHA-256 of the blob */
#define KEY_BLOB	1100	/* RSA of 8192 bits: 1047 */
#define KEY_FINGERPRINT	52	/* "SHA256:" + 43 + NUL, rounded up */
#define KEY_RSA_BITS	2048	/* bits of the shortest RSA key */

struct key {
	int64_t	id;		/* 0: not yet stored */
	int64_t	device;
	char	type[32];	/* "ssh-ed25519", "ssh-rsa", "ecdsa-..." */
	uint8_t	blob[KEY_BLOB];
	size_t	bloblen;
	uint8_t	digest[KEY_DIGEST];
	char	comment[128];	/* printable text */
	int64_t	created;	/* us since the epoch */
};

enum key_result {
	KEY_OK = 0,
	KEY_EMPTY,		/* nothing but space or a comment */
	KEY_PRIVATE,		/* a private key was pasted */
	KEY_TYPE,		/* a type that is not supported */
	KEY_BASE64,
	KEY_BLOB_BAD,		/* the blob does not say what the line says */
	KEY_WEAK,		/* RSA below KEY_RSA_BITS */
	KEY_LONG,
	KEY_OPTIONS,		/* authorized_keys options before it */
	KEY_SEVERAL,		/* more than one key */
	KEY_MEMORY		/* out of memory */
};

/*
 * Read one key in authorized_keys or .pub form: blank lines, comments and what
 * dropbearkey -y prints around the key's line are passed over.
 */
enum key_result	 key_parse(struct key *, const char *text);

/* The reason and the remedy, for people; "" for KEY_OK. */
const char	*key_result_text(enum key_result);

/*
 * Check a blob alone: type, exact lengths, size.  Fills all fields but comment.
 */
enum key_result	 key_parse_blob(struct key *, const uint8_t *, size_t);

/*
 * Convert a digest to SHA256:..., and back. key_digest_parse returns 0, or -1.
 */
void	 key_fingerprint(const uint8_t digest[KEY_DIGEST],
    char out[KEY_FINGERPRINT]);
int	 key_digest_parse(const char *fingerprint,
    uint8_t digest[KEY_DIGEST]);

#endif
