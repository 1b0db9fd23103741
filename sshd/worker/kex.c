#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kex.h"

static const char *const compat[] = {
    "diffie-hellman-group14-sha1",
    "ssh-rsa",
    "hmac-sha1",
};

/* Whether name is one of the comma-separated names of the list at text. */
static bool
kex_offered(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *p = text;

	while ((p = strstr(p, name)) != NULL) {
		if ((p == text || p[-1] == ',') &&
		    (p[len] == ',' || p[len] == ']' || p[len] == '\0'))
			return true;
		p += len;
	}
	return false;
}

/* Whether one of the names of the list at server is in the other list, too. */
static bool
kex_in_common(const char *server, const char *client)
{
	char name[MSG_ALGO];
	size_t len;

	while ((len = strcspn(server, ",]")) > 0 && len < sizeof(name)) {
		snprintf(name, sizeof(name), "%.*s", (int)len, server);
		if (kex_offered(client, name))
			return true;
		server += len + (server[len] == ',');
	}
	return false;
}

/*
 * libssh: "kex error : no match for method M: server [a,b], client [c,d]"; a
 * long list is cut.  Without memory libssh has the same text.
 */
void
kex_explain(const char *error, char reason[MSG_TEXT])
{
	static const char match[] = "no match for method ";
	const char *method, *server, *client;
	size_t i;

	method = strstr(error, match);
	server = strstr(error, "server [");
	client = strstr(error, "client [");
	if (method == NULL || client == NULL) {
		snprintf(reason, MSG_TEXT, "key exchange: %s", error);
		return;
	}
	method += sizeof(match) - 1;
	client += sizeof("client [") - 1;
	if (server != NULL &&
	    kex_in_common(server + sizeof("server [") - 1, client)) {
		snprintf(reason, MSG_TEXT, "key exchange: out of memory");
		return;
	}
	for (i = 0; i < sizeof(compat) / sizeof(compat[0]); i++)
		if (kex_offered(client, compat[i])) {
			snprintf(reason, MSG_TEXT,
			    "needs compat openwrt-15.05 (%s)", compat[i]);
			return;
		}
	snprintf(reason, MSG_TEXT, "no common algorithm: %.*s, client [%s",
	    (int)strcspn(method, ":"), method, client);
}
