#include "config.h"

#include <sys/mman.h>

#include <string.h>
#include <unistd.h>

#include <argon2.h>

#include "token.h"

/* OWASP's minimum; the secret's 130 random bits would do without it. */
#define MEMORY 19456 /* KiB */
#define PASSES 2
#define LANES 1

/* Stored parameters are not trusted: this bounds what a check may cost. */
#define MEMORY_MAX 65536
#define PASSES_MAX 8
#define LANES_MAX 4

const struct token_hash token_nobodys = {
    .memory = MEMORY, .passes = PASSES, .lanes = LANES};

/* memory that is returned to the system, not to malloc */
static int
take_memory(uint8_t **memory, size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*memory = p == MAP_FAILED ? NULL : p;
	return *memory == NULL ? ARGON2_MEMORY_ALLOCATION_ERROR : ARGON2_OK;
}

static void
give_memory(uint8_t *memory, size_t len)
{
	munmap(memory, len);
}

static int
token_argon2(
    const char *secret, const struct token_hash *h, uint8_t out[TOKEN_HASH])
{
	char copy[TOKEN_SECRET];
	argon2_context ctx = {
	    .out = out,
	    .outlen = TOKEN_HASH,
	    .pwd = (uint8_t *)copy,
	    .pwdlen = TOKEN_SECRET - 1,
	    .salt = (uint8_t *)(uintptr_t)h->salt,
	    .saltlen = TOKEN_SALT,
	    .t_cost = h->passes,
	    .m_cost = h->memory,
	    .lanes = h->lanes,
	    .threads = 1,
	    .version = ARGON2_VERSION_13,
	    .allocate_cbk = take_memory,
	    .free_cbk = give_memory,
	    .flags = ARGON2_FLAG_CLEAR_PASSWORD,
	};

	if (h->memory > MEMORY_MAX || h->passes > PASSES_MAX ||
	    h->lanes > LANES_MAX || strlen(secret) != TOKEN_SECRET - 1)
		return -1;
	memcpy(copy, secret, sizeof(copy));
	return argon2_ctx(&ctx, Argon2_id) == ARGON2_OK ? 0 : -1;
}

/* Write len letters of five random bits each, and NUL. */
static int
make_text(char *out, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t bytes[TOKEN_SECRET];
	size_t i;

	if (getentropy(bytes, len) == -1)
		return -1;
	for (i = 0; i < len; i++)
		out[i] = letters[bytes[i] % 32];
	out[len] = '\0';
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

int
token_make(struct token *t, char text[TOKEN_TEXT])
{
	char *secret = text + TOKEN_NAME;

	t->hash = token_nobodys;
	if (make_text(t->name, TOKEN_NAME - 1) == -1 ||
	    make_text(secret, TOKEN_SECRET - 1) == -1 ||
	    getentropy(t->hash.salt, TOKEN_SALT) == -1 ||
	    token_argon2(secret, &t->hash, t->hash.hash) == -1)
		return -1;
	memcpy(text, t->name, TOKEN_NAME - 1);
	text[TOKEN_NAME - 1] = '.';
	return 0;
}

/* Compare in a time that does not depend on where they differ. */
static bool
hash_same(const uint8_t *a, const uint8_t *b)
{
	uint8_t differ = 0;
	size_t i;

	for (i = 0; i < TOKEN_HASH; i++)
		differ |= a[i] ^ b[i];
	return differ == 0;
}

bool
token_verify(const char *secret, const struct token_hash *h)
{
	uint8_t got[TOKEN_HASH];
	bool good;

	good = token_argon2(secret, h, got) == 0 && hash_same(got, h->hash);
	explicit_bzero(got, sizeof(got));
	return good;
}
