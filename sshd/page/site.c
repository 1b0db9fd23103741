#include "config.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "site.h"

#define PARENT ".localhost"
#define PARENT_LEN (sizeof(PARENT) - 1)
#define PORT_DIGITS 5
#define PORT_MOST 65535

static const char *const pages[] = {"localhost", "127.0.0.1", "[::1]"};

/* A port in decimal without a leading zero; 0: it is none. */
static uint32_t
read_port(const char *text, size_t len)
{
	uint32_t port = 0;
	size_t i;

	if (len < 1 || len > PORT_DIGITS || text[0] == '0')
		return 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		port = port * 10 + (uint32_t)(text[i] - '0');
	}
	return port <= PORT_MOST ? port : 0;
}

static bool
is_host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static bool
is_host_name(const char *host, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!is_host_byte(host[i]))
			return false;
	return len > 0;
}

static bool
is_page(const char *host, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (len == strlen(pages[i]) &&
		    strncasecmp(host, pages[i], len) == 0)
			return true;
	return false;
}

/* Split "NAME--PORT" at its last "--", if a port stands behind it. */
static size_t
split_port(const char *name, size_t len, uint32_t *port)
{
	size_t at;

	*port = 0;
	for (at = len; at > 2; at--)
		if (name[at - 1] == '-' && name[at - 2] == '-')
			break;
	if (at <= 2)
		return len;
	*port = read_port(name + at, len - at);
	return *port != 0 ? at - 2 : len;
}

static bool
read_device(const char *name, size_t len, struct site *site)
{
	size_t i;

	len = split_port(name, len, &site->port);
	if (len >= sizeof(site->name))
		return false;
	for (i = 0; i < len; i++)
		site->name[i] = (char)(name[i] >= 'A' && name[i] <= 'Z'
					   ? name[i] - 'A' + 'a'
					   : name[i]);
	site->name[len] = '\0';
	return device_name_valid(site->name);
}

enum site_is
site_read(const char *host, size_t len, struct site *site)
{
	memset(site, 0, sizeof(*site));
	if (is_page(host, len))
		return SITE_PAGE;
	if (!is_host_name(host, len))
		return SITE_BAD;
	if (len <= PARENT_LEN ||
	    strncasecmp(host + len - PARENT_LEN, PARENT, PARENT_LEN) != 0 ||
	    !read_device(host, len - PARENT_LEN, site)) {
		memset(site, 0, sizeof(*site));
		return SITE_UNKNOWN;
	}
	return SITE_DEVICE;
}

enum site_is
site_read_host(const char *host, size_t len, struct site *site)
{
	size_t name = len;

	while (name > 0 && host[name - 1] != ':' && host[name - 1] != ']')
		name--;
	/* In [::1] the colons are the address's. */
	if (name == 0 || host[name - 1] == ']')
		name = len + 1;
	else if (read_port(host + name, len - name) == 0) {
		memset(site, 0, sizeof(*site));
		return SITE_BAD;
	}
	return site_read(host, name - 1, site);
}
