#include "config.h"

#include <stdint.h>
#include <string.h>

#include "alert_line.h"
#include "alert_clean.h"

#define MEMBERS 64 /* of an object */

/* The length of the UTF-8 character at s, which jansson has checked. */
static size_t
clean_length(const unsigned char *s)
{
	return *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
}

/* A control character (C0, DEL, C1), a line's or paragraph's end, or one that
 * turns the direction of writing. */
static bool
clean_is_control(const unsigned char *s)
{
	if (*s < 0x80)
		return *s < 0x20 || *s == 0x7f;
	if (s[0] == 0xc2)
		return s[1] < 0xa0;
	if (s[0] != 0xe2)
		return false;
	return (s[1] == 0x80 && (s[2] == 0x8e || s[2] == 0x8f ||
				    (s[2] >= 0xa8 && s[2] <= 0xae))) ||
	       (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
}

json_t *
alert_cut(const char *text, size_t most)
{
	const unsigned char *s = (const unsigned char *)text;
	char copy[ALERT_TEXT + 1];
	size_t n = 0, len;

	if (most > ALERT_TEXT)
		most = ALERT_TEXT;
	for (; *s != '\0' && n + (len = clean_length(s)) <= most; s += len) {
		if (clean_is_control(s)) {
			copy[n++] = ' ';
			continue;
		}
		memcpy(copy + n, s, len);
		n += len;
	}
	return json_stringn(copy, n);
}

static json_t *
clean_list(const json_t *list)
{
	json_t *copy = json_array(), *item;
	size_t i;

	json_array_foreach(list, i, item) {
		if (json_array_size(copy) >= ALERT_LIST)
			break;
		if (json_is_string(item))
			json_array_append_new(
			    copy, alert_cut(json_string_value(item), ALERT_ID));
	}
	return copy;
}

static json_t *
clean_value(const json_t *value)
{
	if (json_is_string(value))
		return alert_cut(json_string_value(value), ALERT_TEXT);
	if (json_is_array(value))
		return clean_list(value);
	if (json_is_number(value) || json_is_boolean(value))
		return json_copy((json_t *)(uintptr_t)value);
	return NULL;
}

/* Names are those of et-sshd; any other is not worth its escapes. */
static bool
clean_is_name(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= 32 && key[n] == '\0';
}

json_t *
alert_clean(const json_t *raw)
{
	json_t *copy = json_object(), *value, *clean;
	const char *key;

	/* Not altered: jansson's walk wants it so. */
	json_object_foreach((json_t *)(uintptr_t)raw, key, value) {
		if (!clean_is_name(key) || json_object_size(copy) >= MEMBERS ||
		    (clean = clean_value(value)) == NULL)
			continue;
		json_object_set_new(copy, key, clean);
	}
	return copy;
}
