#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_url.h"

#define POSTGRESQL "postgresql:"
#define PORT 5432 /* libpq's default */
#define LONGEST 256 /* of a list of hosts or ports */

static const char url_files[] = "sqlite:";

bool
store_url_several(const char *url)
{
	return strncmp(url, POSTGRESQL, strlen(POSTGRESQL)) == 0;
}

/* What stands between "//" and the database: user and hosts. */
static const char *
url_authority(const char *url, size_t *len)
{
	const char *p = url + strlen(POSTGRESQL);

	if (strncmp(p, "//", 2) == 0)
		p += 2;
	*len = strcspn(p, "/?");
	return p;
}

/* The hosts alone, "a:5432,[::1]:5433". */
static const char *
url_hosts(const char *url, size_t *len)
{
	size_t all, i;
	const char *p = url_authority(url, &all), *hosts = p;

	for (i = 0; i < all; i++)
		if (p[i] == '@')
			hosts = p + i + 1;
	*len = (size_t)(p + all - hosts);
	return hosts;
}

static int
url_hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* Decode what is percent-encoded.  false: it has no room. */
static bool
url_decode(const char *from, size_t len, char *out, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < len && n + 1 < size; i++, n++) {
		out[n] = from[i];
		if (from[i] == '%' && i + 2 < len &&
		    url_hex(from[i + 1]) >= 0 && url_hex(from[i + 2]) >= 0) {
			out[n] = (char)(url_hex(from[i + 1]) * 16 +
					url_hex(from[i + 2]));
			i += 2;
		}
	}
	out[n] = '\0';
	return i == len;
}

bool
store_url_option(const char *url, const char *name, char *out, size_t size)
{
	const char *p = strchr(url, '?');
	const size_t n = strlen(name);
	bool found = false;
	size_t len;

	*out = '\0';
	for (; p != NULL && *p != '\0'; p += len) {
		len = strcspn(++p, "&");
		if (len > n && strncmp(p, name, n) == 0 && p[n] == '=')
			found = url_decode(p + n + 1, len - n - 1, out, size);
	}
	return found;
}

bool
store_url_user(const char *url, char *out, size_t size)
{
	size_t all, n;
	const char *p;

	if (!store_url_several(url))
		return false;
	if (store_url_option(url, "user", out, size))
		return *out != '\0';
	p = url_authority(url, &all);
	if (memchr(p, '@', all) == NULL)
		return false;
	n = strcspn(p, ":@");
	return n > 0 && url_decode(p, n, out, size);
}

bool
store_url_database(const char *url, char *out, size_t size)
{
	size_t all, n;
	const char *p;

	if (!store_url_several(url))
		return false;
	if (store_url_option(url, "dbname", out, size))
		return *out != '\0';
	p = url_authority(url, &all) + all;
	if (*p++ != '/')
		return false;
	n = strcspn(p, "?");
	return n > 0 && url_decode(p, n, out, size);
}

enum store_reach
store_url_reach(const char *url)
{
	char host[LONGEST];
	const char *hosts;
	size_t len;

	if (!store_url_several(url))
		return STORE_REACH_FILES;
	hosts = url_hosts(url, &len);
	/* No host at all is libpq's default, a unix socket. */
	if (!store_url_option(url, "host", host, sizeof(host)) &&
	    !store_url_option(url, "hostaddr", host, sizeof(host)) &&
	    !url_decode(hosts, len, host, sizeof(host)))
		return STORE_REACH_TCP;
	return *host == '\0' || strchr(host, '/') != NULL ? STORE_REACH_SOCKET
							  : STORE_REACH_TCP;
}

const char *
store_url_check(const char *url)
{
	char word[LONGEST];
	const char *p, *at, *colon;
	size_t len;

	if (strncmp(url, url_files, strlen(url_files)) == 0)
		return NULL;
	if (!store_url_several(url) ||
	    strncmp(url + strlen(POSTGRESQL), "//", 2) != 0)
		return "not sqlite:/path or postgresql://USER@HOST/DATABASE";
	p = url_authority(url, &len);
	at = memchr(p, '@', len);
	colon = memchr(p, ':', len);
	if (store_url_option(url, "password", word, sizeof(word)) ||
	    strstr(url, "password=") != NULL ||
	    (at != NULL && colon != NULL && colon < at))
		return "the URL has a password in it, which would be seen: "
		       "write it to a file and name that as store-passfile";
	if (store_url_option(url, "passfile", word, sizeof(word)))
		return "the URL has a passfile: name it as store-passfile";
	if (strlen(url) >= STORE_URL / 2)
		return "the URL is too long";
	return NULL;
}

/* Append "&name=value", with what is not plain percent-encoded. */
static int
url_append(char out[STORE_URL], const char *name, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._~/";
	size_t n = strlen(out);

	n += (size_t)snprintf(out + n, STORE_URL - n,
	    "%c%s=", strchr(out, '?') != NULL ? '&' : '?', name);
	for (; *value != '\0' && n < STORE_URL; value++)
		n += (size_t)snprintf(out + n, STORE_URL - n,
		    strchr(plain, *value) != NULL ? "%c" : "%%%02x",
		    (unsigned char)*value);
	return n < STORE_URL ? 0 : -1;
}

/* A parameter of the query comes after what stands before it, and replaces it. */
int
store_url_make(char out[STORE_URL], const char *url, const char *role,
    const char *passfile)
{
	if (snprintf(out, STORE_URL, "%s", url) >= STORE_URL)
		return -1;
	if (!store_url_several(url))
		return 0;
	if (*role != '\0' && url_append(out, "user", role) == -1)
		return -1;
	return *passfile != '\0' ? url_append(out, "passfile", passfile) : 0;
}

static void
url_port(const char *text, uint16_t *ports, size_t n, size_t *found)
{
	unsigned long port = strtoul(text, NULL, 10);
	size_t i;

	if (port == 0 || port > UINT16_MAX)
		port = PORT;
	for (i = 0; i < *found && i < n; i++)
		if (ports[i] == port)
			return;
	if (*found < n)
		ports[*found] = (uint16_t)port;
	++*found;
}

size_t
store_url_ports(const char *url, uint16_t *ports, size_t n)
{
	char list[STORE_URL], *rest = list, *one, *colon;
	const char *hosts;
	size_t len, found = 0;

	if (store_url_option(url, "port", list, sizeof(list))) {
		while ((one = strsep(&rest, ",")) != NULL)
			url_port(one, ports, n, &found);
		return found;
	}
	hosts = url_hosts(url, &len);
	snprintf(list, sizeof(list), "%.*s", (int)len, hosts);
	while ((one = strsep(&rest, ",")) != NULL) {
		colon = strrchr(one, ':');
		/* A colon within [] is an address's. */
		if (colon != NULL && strchr(colon, ']') != NULL)
			colon = NULL;
		url_port(colon != NULL ? colon + 1 : "", ports, n, &found);
	}
	return found;
}
