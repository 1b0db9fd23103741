#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health_field.h"

static const struct health_field fields[] = {
    {.key = "model",
	.name = "model",
	.title = "Model",
	.unit = "",
	.kind = HEALTH_TEXT,
	.lasting = true},
    {.key = "fw",
	.name = "firmware",
	.title = "Firmware",
	.unit = "",
	.kind = HEALTH_TEXT,
	.lasting = true},
    {.key = "v",
	.name = "version",
	.title = "Client version",
	.unit = "",
	.kind = HEALTH_TEXT,
	.lasting = true},
    {.key = "up", .name = "uptime", .title = "Up for", .unit = "s"},
    {.key = "load",
	.name = "load",
	.title = "Load",
	.unit = "",
	.bad = HEALTH_HIGH},
    {.key = "mem",
	.name = "memory",
	.title = "Memory free",
	.unit = "MiB",
	.bad = HEALTH_LOW,
	.bound = 5,
	.whole = "memt"},
    {.key = "memt",
	.name = "memory_total",
	.title = "Memory",
	.unit = "MiB",
	.lasting = true},
    {.key = "temp",
	.name = "temp",
	.title = "Temperature",
	.unit = "C",
	.bad = HEALTH_HIGH,
	.bound = 95},
    {.key = "wan",
	.name = "wan",
	.title = "WAN address",
	.unit = "",
	.kind = HEALTH_TEXT,
	.lasting = true},
    {.key = "sig",
	.name = "signal",
	.title = "Signal",
	.unit = "dBm",
	.bad = HEALTH_LOW,
	.lasting = true},
    {.key = "denied",
	.name = "denied",
	.title = "Ports refused",
	.unit = "",
	.kind = HEALTH_TEXT},
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

const struct health_field *
health_field_at(size_t i)
{
	return i < FIELDS ? &fields[i] : NULL;
}

const struct health_field *
health_field_find(const char *word)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(word, fields[i].key) == 0 ||
		    strcmp(word, fields[i].name) == 0)
			return &fields[i];
	return NULL;
}

bool
health_key_valid(const char *word)
{
	size_t len = strlen(word);

	if (len == 1 && *word >= 'A' && *word <= 'Z')
		return true;
	return len >= 1 && len <= HEARTBEAT_KEY &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyz") == len;
}

/* Where the value of key begins; *len is its length.  NULL: there is none. */
static const char *
health_find(const char *health, const char *key, size_t *len)
{
	size_t want = strlen(key), n;
	const char *p;

	for (p = health; *p != '\0'; p += p[n] == ' ' ? n + 1 : n) {
		n = strcspn(p, " ");
		if (n > want && p[want] == '=' && memcmp(p, key, want) == 0) {
			*len = n - want - 1;
			return p + want + 1;
		}
	}
	return NULL;
}

bool
health_text(const char *health, const char *key, char value[HEARTBEAT_VALUE])
{
	size_t len;
	const char *p = health_find(health, key, &len);

	value[0] = '\0';
	if (p == NULL || len >= HEARTBEAT_VALUE)
		return false;
	memcpy(value, p, len);
	value[len] = '\0';
	return true;
}

bool
health_number(const char *health, const char *key, double *value)
{
	static const char digits[] = "0123456789";
	char text[HEARTBEAT_VALUE];
	const char *p = text;
	size_t n;

	if (!health_text(health, key, text))
		return false;
	p += *p == '-';
	n = strspn(p, digits);
	p += n;
	if (n > 0 && *p == '.') {
		n = strspn(p + 1, digits);
		p += n + 1;
	}
	if (n == 0 || *p != '\0')
		return false;
	*value = strtod(text, NULL);
	return true;
}

int
health_each(const char *health,
    int (*each)(void *, const char *key, const char *value), void *arg)
{
	char pair[HEARTBEAT_KEY + 1 + HEARTBEAT_VALUE], *value;
	size_t n;
	int r = 0;

	for (; *health != '\0' && r == 0; health += n + (health[n] == ' ')) {
		n = strcspn(health, " ");
		if (n >= sizeof(pair))
			continue;
		memcpy(pair, health, n);
		pair[n] = '\0';
		if ((value = strchr(pair, '=')) == NULL)
			continue;
		*value++ = '\0';
		r = each(arg, pair, value);
	}
	return r;
}

bool
health_wrong(const struct health_field *f, const char *health)
{
	double value, whole;

	if (f->bound == 0 || !health_number(health, f->key, &value))
		return false;
	if (f->whole != NULL) {
		if (!health_number(health, f->whole, &whole) || whole <= 0)
			return false;
		value = 100 * value / whole;
	}
	return f->bad == HEALTH_LOW ? value < f->bound : value > f->bound;
}

/* The number of fields in it. */
static size_t
health_count(const char *health)
{
	size_t n = *health != '\0';

	for (; *health != '\0'; health++)
		n += *health == ' ';
	return n;
}

void
health_keep_lasting(char health[HEARTBEAT_HEALTH], const char *before)
{
	size_t i, len, value, used = strlen(health), n = health_count(health);
	const char *p;

	for (i = 0; i < FIELDS && n < HEARTBEAT_PAIRS; i++) {
		len = strlen(fields[i].key);
		if (!fields[i].lasting ||
		    health_find(health, fields[i].key, &value) != NULL ||
		    (p = health_find(before, fields[i].key, &value)) == NULL ||
		    used + 1 + len + 1 + value >= HEARTBEAT_HEALTH)
			continue;
		used += (size_t)snprintf(health + used, HEARTBEAT_HEALTH - used,
		    "%s%s=%.*s", used > 0 ? " " : "", fields[i].key, (int)value,
		    p);
		n++;
	}
}
