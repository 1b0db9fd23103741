#include "config.h"

#include <string.h>

#include "token.h"

/* Whether text begins with len letters of the alphabet, and then end. */
static bool
is_base32(const char *s, size_t len, char end)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < '2' || s[i] > '7'))
			return false;
	return s[len] == end;
}

bool
token_name_valid(const char *name)
{
	return is_base32(name, TOKEN_NAME - 1, '\0');
}

bool
token_parse(const char *text, char name[TOKEN_NAME], char secret[TOKEN_SECRET])
{
	if (!is_base32(text, TOKEN_NAME - 1, '.') ||
	    !is_base32(text + TOKEN_NAME, TOKEN_SECRET - 1, '\0'))
		return false;
	memcpy(name, text, TOKEN_NAME - 1);
	name[TOKEN_NAME - 1] = '\0';
	memcpy(secret, text + TOKEN_NAME, TOKEN_SECRET);
	return true;
}

enum token_state
token_state(const struct token *t, int64_t now)
{
	if (t->uses_left == 0)
		return TOKEN_USED_UP;
	return t->expires <= now ? TOKEN_EXPIRED : TOKEN_GOOD;
}

const char *
token_state_name(enum token_state state)
{
	static const char *const names[] = {
	    [TOKEN_GOOD] = "good",
	    [TOKEN_EXPIRED] = "expired",
	    [TOKEN_USED_UP] = "used up",
	};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state]
								: "?";
}

const char *
enrol_result_text(enum enrol_result result)
{
	static const char *const texts[] = {
	    [ENROL_NEW] = "new",
	    [ENROL_PREPARED] = "prepared",
	    [ENROL_AGAIN] = "again",
	    [ENROL_ID_TAKEN] = "id taken",
	    [ENROL_KEY_IN_USE] = "key in use",
	    [ENROL_TOKEN_OVER] = "token used up",
	    [ENROL_OTHER_DEVICE] = "token of another device",
	    [ENROL_DISABLED] = "device disabled",
	    [ENROL_BAD_ID] = "bad id",
	    [ENROL_BAD_KEY] = "bad key",
	    [ENROL_BUSY] = "busy",
	};

	return (size_t)result < sizeof(texts) / sizeof(texts[0]) ? texts[result]
								 : "?";
}
