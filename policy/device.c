#include "config.h"

#include <stdio.h>
#include <string.h>

#include "device.h"

#define US 1000000LL

static bool
name_char(char c, bool first)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return true;
	return !first && (c == '.' || c == '_' || c == '-');
}

bool
device_name_valid(const char *s)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		if (i + 1 >= DEVICE_NAME || !name_char(s[i], i == 0))
			return false;
	return i > 0;
}

bool
device_name_fits(const char *user, const char *name, const char *alias)
{
	static const char prefix[] = "device";

	if (strcmp(user, name) == 0)
		return true;
	if (alias[0] != '\0' && strcmp(user, alias) == 0)
		return true;
	return strncmp(user, prefix, sizeof(prefix) - 1) == 0 &&
	       strcmp(user + sizeof(prefix) - 1, name) == 0;
}

/* The length of the tag that starts at p; *next is where another may start. */
static size_t
tag_at(const char *p, const char **next)
{
	size_t len = strcspn(p, ",");

	*next = p[len] == ',' ? p + len + 1 : p + len;
	return len;
}

bool
device_has_tag(const char *tags, const char *tag)
{
	const char *p, *next;
	size_t len, want = strlen(tag);

	for (p = tags; *p != '\0'; p = next) {
		len = tag_at(p, &next);
		if (len == want && memcmp(p, tag, len) == 0)
			return true;
	}
	return false;
}

static int
tag_compare(const char *a, size_t alen, const char *b, size_t blen)
{
	int r = memcmp(a, b, alen < blen ? alen : blen);

	if (r != 0 || alen == blen)
		return r;
	return alen < blen ? -1 : 1;
}

int
device_tag_add(char tags[DEVICE_TAGS], const char *tag)
{
	char out[DEVICE_TAGS];
	const char *p, *next;
	size_t len, before = 0, want = strlen(tag), have = strlen(tags);
	int n;

	if (!device_name_valid(tag))
		return -1;
	if (device_has_tag(tags, tag))
		return 0;
	for (p = tags; *p != '\0'; p = next) {
		len = tag_at(p, &next);
		if (tag_compare(p, len, tag, want) > 0)
			break;
		before = (size_t)(next - tags);
	}
	/* The last tag has no comma behind it yet. */
	n = snprintf(out, sizeof(out), "%.*s%s%s%s%s", (int)before, tags,
	    before > 0 && before == have ? "," : "", tag,
	    before < have ? "," : "", tags + before);
	if (n < 0 || (size_t)n >= sizeof(out))
		return -1;
	memcpy(tags, out, (size_t)n + 1);
	return 0;
}

int
device_tag_remove(char tags[DEVICE_TAGS], const char *tag)
{
	const char *next;
	size_t len, want = strlen(tag);
	char *p;

	if (!device_name_valid(tag))
		return -1;
	for (p = tags; *p != '\0'; p += next - p) {
		len = tag_at(p, &next);
		if (len == want && memcmp(p, tag, len) == 0) {
			memmove(p, next, strlen(next) + 1);
			break;
		}
	}
	len = strlen(tags);
	if (len > 0 && tags[len - 1] == ',')
		tags[len - 1] = '\0';
	return 0;
}

enum device_state
device_state(int64_t ago, uint32_t interval)
{
	int64_t every =
	    (interval > DEVICE_INTERVAL ? interval : DEVICE_INTERVAL) * US;

	if (ago < 0)
		return DEVICE_NEVER;
	if (ago > DEVICE_OFFLINE_AFTER * every)
		return DEVICE_OFFLINE;
	return ago > DEVICE_LATE_AFTER * every ? DEVICE_LATE : DEVICE_ONLINE;
}

static const char *const states[] = {
    [DEVICE_NEVER] = "never",
    [DEVICE_ONLINE] = "online",
    [DEVICE_LATE] = "late",
    [DEVICE_OFFLINE] = "offline",
};
#define STATES (sizeof(states) / sizeof(states[0]))

const char *
device_state_name(enum device_state state)
{
	return (size_t)state < STATES ? states[state] : "?";
}

int
device_state_parse(const char *s, enum device_state *state)
{
	size_t i;

	for (i = 0; i < STATES; i++)
		if (strcmp(s, states[i]) == 0) {
			*state = (enum device_state)i;
			return 0;
		}
	return -1;
}
