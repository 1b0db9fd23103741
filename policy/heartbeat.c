#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "heartbeat.h"

#define VALUE_MAX 32
/* JSON readers hold numbers up to 2^53 - 1, of 16 digits, exactly. */
#define NUMBER_MAX "9007199254740991"

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
key_valid(const char *s, size_t len)
{
	size_t i;

	if (len == 1 && *s >= 'A' && *s <= 'Z')
		return true;
	for (i = 0; i < len; i++)
		if (!is_lower(s[i]))
			return false;
	return len >= 1 && len <= HEARTBEAT_KEY;
}

/* A value of nothing but digits is a number, and has to fit one. */
static bool
number_fits(const char *s, size_t len)
{
	size_t i, max = sizeof(NUMBER_MAX) - 1;

	for (i = 0; i < len; i++)
		if (!is_digit(s[i]))
			return true;
	for (; len > 0 && *s == '0'; len--)
		s++;
	return len < max || (len == max && memcmp(s, NUMBER_MAX, max) <= 0);
}

static bool
value_valid(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!is_lower(s[i]) && !is_digit(s[i]) &&
		    (s[i] < 'A' || s[i] > 'Z') &&
		    (s[i] == '\0' || strchr("._:,+/@-", s[i]) == NULL))
			return false;
	return len >= 1 && len <= VALUE_MAX && number_fits(s, len);
}

/* Whether a field with this key ("up=") is in out already. */
static bool
key_repeated(const char *out, const char *key, size_t len)
{
	const char *p;

	for (p = out; p != NULL; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (strncmp(p, key, len + 1) == 0)
			return true;
	}
	return false;
}

static bool
field_valid(const char *s, size_t len)
{
	const char *eq = memchr(s, '=', len);
	size_t key;

	if (eq == NULL)
		return false;
	key = (size_t)(eq - s);
	return key_valid(s, key) && value_valid(eq + 1, len - key - 1);
}

unsigned int
heartbeat_parse_health(const char *text, size_t len, char out[HEARTBEAT_HEALTH])
{
	unsigned int dropped = 0, pairs = 0;
	size_t at, n, used = 0;
	const char *s, *space;

	out[0] = '\0';
	for (at = 0; at < len; at += n + 1) {
		s = text + at;
		space = memchr(s, ' ', len - at);
		n = space != NULL ? (size_t)(space - s) : len - at;
		if (at + n >= HEARTBEAT_HEALTH || pairs == HEARTBEAT_PAIRS ||
		    !field_valid(s, n) ||
		    key_repeated(out, s, (size_t)(strchr(s, '=') - s))) {
			dropped++;
			continue;
		}
		if (pairs++ > 0)
			out[used++] = ' ';
		memcpy(out + used, s, n);
		used += n;
		out[used] = '\0';
	}
	return dropped;
}

int64_t
heartbeat_number(const char *health, const char *key)
{
	size_t len = strlen(key);
	const char *p;
	int64_t n = 0;

	for (p = health; p != NULL; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (strncmp(p, key, len) == 0 && p[len] == '=')
			break;
	}
	if (p == NULL)
		return -1;
	p += len + 1;
	len = strspn(p, "0123456789");
	/* A value of digits alone fits: see number_fits. */
	if (len == 0 || (p[len] != ' ' && p[len] != '\0'))
		return -1;
	for (; is_digit(*p); p++)
		n = n * 10 + (*p - '0');
	return n;
}
