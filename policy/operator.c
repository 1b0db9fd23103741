#include "config.h"

#include <stdio.h>
#include <string.h>

#include "operator.h"
#include "permit.h"

static const char *const roles[] = {
    [OPERATOR_VIEWER] = "viewer",
    [OPERATOR_OPERATOR] = "operator",
    [OPERATOR_ADMIN] = "admin",
};
#define ROLES (sizeof(roles) / sizeof(roles[0]))

const char *
operator_role_name(enum operator_role role)
{
	return role > 0 && (size_t)role < ROLES ? roles[role] : "?";
}

int
operator_role_parse(const char *s, enum operator_role *role)
{
	size_t i;

	for (i = 1; i < ROLES; i++)
		if (strcmp(s, roles[i]) == 0) {
			*role = (enum operator_role)i;
			return 0;
		}
	return -1;
}

/* The next item of a list, and the list behind it; false at its end. */
static bool
next_item(const char **list, char separator, char *item, size_t size)
{
	const char *end = strchr(*list, separator);
	size_t len = end != NULL ? (size_t)(end - *list) : strlen(*list);

	if (**list == '\0')
		return false;
	snprintf(item, size, "%.*s", (int)(len < size ? len : size - 1), *list);
	*list += end != NULL ? len + 1 : len;
	return true;
}

/*
 * Whether port is in "22,80,8000-8100"; *valid: the text is a list of ports.
 * Port 0 is in none.
 */
static bool
in_ports(const char *ports, uint32_t port, bool *valid)
{
	char item[OPERATOR_GRANTS];
	uint32_t first, last;
	bool found = false;

	*valid = *ports != '\0' && ports[strlen(ports) - 1] != ',';
	while (next_item(&ports, ',', item, sizeof(item))) {
		if (permit_parse_ports(item, &first, &last) == -1) {
			*valid = false;
			return false;
		}
		found = found || (port >= first && port <= last);
	}
	return found;
}

/* Split "TAG:PORTS" or "device=ID:PORTS" in place. */
static void
grant_split(char *text, struct grant *grant)
{
	const size_t n = strlen(OPERATOR_DEVICE);
	char *colon = strchr(text, ':');
	bool device = strncmp(text, OPERATOR_DEVICE, n) == 0;

	grant->tag = device ? NULL : text;
	grant->device = device ? text + n : NULL;
	grant->ports = colon == NULL ? OPERATOR_PORTS : colon + 1;
	if (colon != NULL)
		*colon = '\0';
}

int
operator_each_grant(
    const char *grants, int (*each)(void *, const struct grant *), void *arg)
{
	char text[OPERATOR_GRANTS];
	struct grant grant;
	int r;

	while (next_item(&grants, ' ', text, sizeof(text))) {
		grant_split(text, &grant);
		if ((r = each(arg, &grant)) != 0)
			return r;
	}
	return 0;
}

static bool
grant_valid(const char *grant)
{
	char text[OPERATOR_GRANTS];
	struct grant g;
	bool valid;

	if (strlen(grant) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%s", grant);
	grant_split(text, &g);
	in_ports(g.ports, 0, &valid);
	return valid && device_name_valid(g.tag != NULL ? g.tag : g.device);
}

int
operator_grant(char grants[OPERATOR_GRANTS], const char *grant)
{
	char out[OPERATOR_GRANTS] = "", item[OPERATOR_GRANTS];
	const char *rest = grants;
	size_t of = strcspn(grant, ":"), n = 0;

	if (!grant_valid(grant))
		return -1;
	while (next_item(&rest, ' ', item, sizeof(item))) {
		if (strcspn(item, ":") == of && memcmp(item, grant, of) == 0)
			continue;
		n += (size_t)snprintf(
		    out + n, sizeof(out) - n, "%s%s", n > 0 ? " " : "", item);
	}
	n += (size_t)snprintf(
	    out + n, sizeof(out) - n, "%s%s", n > 0 ? " " : "", grant);
	if (n >= sizeof(out))
		return -2;
	memcpy(grants, out, n + 1);
	return 0;
}

/* A device and its tags; port 0: any port. */
struct wanted {
	const char *id, *tags;
	uint32_t port;
};

static int
grant_covers(void *arg, const struct grant *g)
{
	const struct wanted *w = arg;
	bool valid;

	if (g->device != NULL ? strcmp(g->device, w->id) != 0
			      : !device_has_tag(w->tags, g->tag))
		return 0;
	return w->port == 0 || in_ports(g->ports, w->port, &valid);
}

bool
operator_sees(enum operator_role role, const char *grants, const char *id,
    const char *tags)
{
	struct wanted w = {.id = id, .tags = tags};

	if (role == OPERATOR_ADMIN ||
	    (role == OPERATOR_VIEWER && *grants == '\0'))
		return true;
	return (role == OPERATOR_VIEWER || role == OPERATOR_OPERATOR) &&
	       operator_each_grant(grants, grant_covers, &w) != 0;
}

bool
operator_reaches(enum operator_role role, const char *grants, const char *id,
    const char *tags, uint32_t port)
{
	struct wanted w = {.id = id, .tags = tags, .port = port};

	if (role == OPERATOR_ADMIN)
		return port <= 65535;
	return role == OPERATOR_OPERATOR && port != 0 &&
	       operator_each_grant(grants, grant_covers, &w) != 0;
}
