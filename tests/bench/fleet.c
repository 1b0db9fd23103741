#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "fleet.h"

#define SEED 32

static int
fleet_seed(unsigned int device, uint8_t seed[SEED])
{
	char text[64];

	snprintf(text, sizeof(text), "bench device %u", device);
	return EVP_Digest(text, strlen(text), seed, NULL, EVP_sha256(), NULL) ==
		       1
		   ? 0
		   : -1;
}

static EVP_PKEY *
fleet_pkey(unsigned int device)
{
	uint8_t seed[SEED];

	if (fleet_seed(device, seed) == -1)
		return NULL;
	return EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
}

static void
fleet_blob_frame(uint8_t blob[FLEET_BLOB])
{
	static const uint8_t head[] = "\0\0\0\013ssh-ed25519\0\0\0\040";

	memcpy(blob, head, sizeof(head) - 1);
}

void
fleet_name(unsigned int device, char name[FLEET_NAME])
{
	snprintf(name, FLEET_NAME, "02%010x", device);
}

int
fleet_blob(unsigned int device, uint8_t blob[FLEET_BLOB])
{
	EVP_PKEY *pkey = fleet_pkey(device);
	size_t len = SEED;
	int ok;

	fleet_blob_frame(blob);
	ok = pkey != NULL && EVP_PKEY_get_raw_public_key(
				 pkey, blob + FLEET_BLOB - SEED, &len) == 1;
	EVP_PKEY_free(pkey);
	return ok ? 0 : -1;
}

void
fleet_blob_unused(unsigned int device, uint8_t blob[FLEET_BLOB])
{
	fleet_blob_frame(blob);
	(void)fleet_seed(device, blob + FLEET_BLOB - SEED);
}

/* What the file holds, in pieces that do not depend on the key. */
static const char file_head[] = "openssh-key-v1\0"
				"\0\0\0\004none\0\0\0\004none\0\0\0\0"
				"\0\0\0\001\0\0\0\063";
static const char file_middle[] = "\0\0\0\210bencbenc";
static const char file_tail[] = "\0\0\0\0\001\002\003\004\005";

static uint8_t *
put(uint8_t *p, const void *bytes, size_t n)
{
	memcpy(p, bytes, n);
	return p + n;
}

int
fleet_key_file(unsigned int device, char text[FLEET_FILE])
{
	uint8_t seed[SEED], blob[FLEET_BLOB], file[256], *p = file;
	unsigned char base64[FLEET_FILE - 100];

	if (fleet_seed(device, seed) == -1 || fleet_blob(device, blob) == -1)
		return -1;
	p = put(p, file_head, sizeof(file_head) - 1);
	p = put(p, blob, sizeof(blob));
	/* The check numbers are any two that are equal. */
	p = put(p, file_middle, 12);
	p = put(p, blob, sizeof(blob));
	p = put(p, "\0\0\0\100", 4);
	p = put(p, seed, SEED);
	p = put(p, blob + FLEET_BLOB - SEED, SEED);
	p = put(p, file_tail, sizeof(file_tail) - 1);
	EVP_EncodeBlock(base64, file, (int)(p - file));
	snprintf(text, FLEET_FILE,
	    "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n"
	    "-----END OPENSSH PRIVATE KEY-----\n",
	    base64);
	return 0;
}

ssh_key
fleet_key(unsigned int device)
{
	char text[FLEET_FILE];
	ssh_key key = NULL;

	if (fleet_key_file(device, text) == -1 ||
	    ssh_pki_import_privkey_base64(text, NULL, NULL, NULL, &key) !=
		SSH_OK)
		return NULL;
	return key;
}
