#include "config.h"

#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "name.h"

#define PREFIX "device"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define MAC_DIGITS 12

static bool
name_is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/*
 * Whether name is a MAC, with ":" or "-" between some of its bytes.  No address
 * is one: an address of IPv6 has eight groups, or "::".
 */
static bool
name_read_mac(const char *s, char mac[MAC_DIGITS + 1])
{
	bool separated = true;
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (name_is_hex(*s) && n < MAC_DIGITS) {
			mac[n++] = *s;
			separated = false;
		} else if ((*s == ':' || *s == '-') && !separated && n % 2 == 0)
			separated = true;
		else
			return false;
	mac[n] = '\0';
	return n == MAC_DIGITS && !separated;
}

/*
 * Whether name looks like a MAC in any notation: Cisco's has dots, some have
 * typing errors.
 */
static bool
name_resembles_mac(const char *s, char mac[MAC_DIGITS + 1])
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (name_is_hex(*s) && n < MAC_DIGITS)
			mac[n++] = *s;
		else if (strchr("._-", *s) == NULL)
			return false;
	mac[n] = '\0';
	return n == MAC_DIGITS;
}

/* Convert to small letters, in ASCII, whatever the locale. */
static char
name_small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
name_has_prefix(const char *s)
{
	size_t i;

	for (i = 0; i < PREFIX_LEN; i++)
		if (name_small(s[i]) != PREFIX[i])
			return false;
	return true;
}

void
name_lower(const char *typed, char out[DEVICE_NAME])
{
	size_t i, len = strlen(typed);

	if (len >= DEVICE_NAME)
		len = 0;
	for (i = 0; i < len; i++)
		out[i] = name_small(typed[i]);
	out[len] = '\0';
}

void
name_canonical(const char *typed, char out[DEVICE_NAME])
{
	char mac[MAC_DIGITS + 1];

	if (name_has_prefix(typed) && typed[PREFIX_LEN] != '\0')
		typed += PREFIX_LEN;
	name_lower(typed, out);
	if (name_read_mac(out, mac))
		memcpy(out, mac, sizeof(mac));
}

/*
 * Whether name looks like an address: digits with dots, and all that
 * inet_aton(3) takes.  An id of digits alone is allowed: it is a serial number,
 * or a MAC.
 */
static bool
name_resembles_address(const char *s)
{
	struct in_addr addr;
	size_t digits = strspn(s, "0123456789");

	if (s[digits] == '\0')
		return false;
	return s[strspn(s, "0123456789.")] == '\0' || inet_aton(s, &addr) == 1;
}

/* Names that have another meaning already, and which. */
static const struct {
	const char *name, *why;
} reserved[] = {
    {DEVICE_ENROL, "it is the name by which devices register themselves"},
    {"all", "it would be read as all devices"},
    {"fleet", "it would be read as all devices, or as their page"},
    {"server", "it would be read as the server itself"},
    {"et-sshd", "et-admin connect knows the server's host keys by it"},
    {"root", "in the event log it is the server's administrator"},
    {"localhost", "in a jump it is the server, with its forwards' ports"},
    /* names in /etc/hosts of Debian and other systems */
    {"localhost.localdomain", "it would be read as the server itself"},
    {"localhost4", "it would be read as the server itself"},
    {"localhost6", "it would be read as the server itself"},
    {"ip6-localhost", "it would be read as the server itself"},
    {"ip6-loopback", "it would be read as the server itself"},
};

static const char *
name_reserved(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(reserved[i].name, name) == 0)
			return reserved[i].why;
	return NULL;
}

bool
name_allowed(const char *name, char why[NAME_WHY])
{
	char mac[MAC_DIGITS + 1];
	const char *other;

	why[0] = '\0';
	if (!device_name_valid(name))
		snprintf(why, NAME_WHY,
		    "1 to 64 of a-z 0-9 . _ -, the first a letter or digit");
	else if (name_has_prefix(name))
		snprintf(why, NAME_WHY,
		    "\"%s\" stands before ids in user names; choose one "
		    "without it",
		    PREFIX);
	else if (name_resembles_mac(name, mac) && strcmp(name, mac) != 0)
		snprintf(why, NAME_WHY,
		    "it is a MAC with punctuation; write %s", mac);
	else if (name_resembles_address(name))
		snprintf(why, NAME_WHY,
		    "it would be read as an address; choose another");
	else if ((other = name_reserved(name)) != NULL)
		snprintf(why, NAME_WHY, "%s; choose another", other);
	return why[0] == '\0';
}

void
name_of_machine(char out[DEVICE_NAME])
{
	char *p;

	memset(out, 0, DEVICE_NAME);
	if (gethostname(out, DEVICE_NAME - 1) == -1)
		out[0] = '\0';
	for (p = out; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	if (!device_name_valid(out))
		snprintf(out, DEVICE_NAME, "node");
}
