/*
 * A token: a secret with which a device registers itself.  People pass on its
 * text, "ID.SECRET"; of the secret the store keeps argon2id (RFC 9106) alone.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

#define TOKEN_NAME	9	/* its id: 8 of a-z 2-7, and NUL */
#define TOKEN_SECRET	27	/* 26 of them: 130 bits */
#define TOKEN_TEXT	(TOKEN_NAME + TOKEN_SECRET)
#define TOKEN_TTL	3600	/* s */
#define TOKEN_USES_MAX	1000000
#define TOKEN_SALT	16
#define TOKEN_HASH	32
#define TOKEN_KEEP	(30 * INT64_C(86400000000)) /* us, after its end */

struct token_hash {
	uint32_t	memory;			/* KiB */
	uint32_t	passes;
	uint32_t	lanes;
	uint8_t		salt[TOKEN_SALT];
	uint8_t		hash[TOKEN_HASH];
};

struct token {
	int64_t		id;			/* the store's number */
	char		name[TOKEN_NAME];
	char		device[DEVICE_NAME];	/* the only id allowed; or "" */
	char		tags[DEVICE_TAGS];	/* tags that its devices get */
	uint32_t	uses;
	uint32_t	uses_left;
	int64_t		created;		/* us since the epoch */
	int64_t		expires;		/* us since the epoch */
	struct token_hash hash;
};

enum token_state {
	TOKEN_GOOD,
	TOKEN_EXPIRED,
	TOKEN_USED_UP
};

/* The outcome of a device's registration. */
enum enrol_result {
	ENROL_NEW,			/* the device was made */
	ENROL_PREPARED,			/* it existed without a key */
	ENROL_AGAIN,			/* it existed with this key */
	ENROL_ID_TAKEN,			/* from here on: refusals */
	ENROL_KEY_IN_USE,
	ENROL_TOKEN_OVER,		/* used up, expired, revoked */
	ENROL_OTHER_DEVICE,		/* the token is for another id */
	ENROL_DISABLED,
	ENROL_BAD_ID,
	ENROL_BAD_KEY,
	ENROL_BUSY			/* the store does not answer now */
};

/* Parse a token's text.  False: it is no token, and nothing is filled in. */
bool	token_parse(const char *text, char name[TOKEN_NAME],
    char secret[TOKEN_SECRET]);

bool	token_name_valid(const char *);

/* The token's state at now, us since the epoch. */
enum token_state	token_state(const struct token *, int64_t now);
const char	*token_state_name(enum token_state);

/* "id taken", "busy", ...; "new" and its kind for what is no refusal. */
const char	*enrol_result_text(enum enrol_result);

/*
 * Give a token an id, and a secret whose hash it keeps; text gets both, and the
 * caller must wipe it. -1: no random numbers, or no memory.
 */
int	token_make(struct token *, char text[TOKEN_TEXT]);

/*
 * Whether the hash is this secret's.  The check takes the time and memory of
 * the hash's parameters; parameters beyond what a server may spend, and a lack
 * of memory, are a no.
 */
bool	token_verify(const char *secret, const struct token_hash *);

/* A hash that no secret has, with the parameters of token_make. */
extern const struct token_hash token_nobodys;

#endif
