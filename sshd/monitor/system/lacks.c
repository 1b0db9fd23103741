#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fence.h"
#include "hostkey.h"
#include "lacks.h"
#include "monitor.h"
#include "quantum.h"

/* The users that do not exist, comma-separated; false: all exist. */
static bool
lacks_users(const struct monitor *m, char *out, size_t size)
{
	char name[ACCOUNT_NAME];
	enum account_kind k;
	size_t n = 0;

	out[0] = '\0';
	for (k = 0; k < ACCOUNTS; k++) {
		if (!m->account.root || !account_shared(&m->account, k))
			continue;
		account_name(name, m->conf->user, k);
		snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", name);
		n = strlen(out);
	}
	return n > 0;
}

/* The part of Landlock that this kernel lacks, or NULL. */
static const char *
lacks_fence(void)
{
	int version = fence_version();

	if (version == 0)
		return "Landlock, which this kernel does not have";
	if (version < FENCE_VERSION_TCP)
		return "Landlock for TCP and signals, as this kernel's covers "
		       "paths only";
	if (version < FENCE_VERSION_SCOPE)
		return "Landlock for signals, as this kernel's covers paths "
		       "and TCP only";
	return NULL;
}

json_t *
lacks_list(const struct monitor *m)
{
	char users[ACCOUNTS * ACCOUNT_NAME], text[sizeof(users) + 16];
	const char *fence = lacks_fence();
	json_t *list = json_array();
	const char *path;
	size_t i;

	if (!m->account.root)
		json_array_append_new(
		    list, json_string("empty root directory for workers"));
	if (!privilege_low_ports())
		json_array_append_new(list, json_string("ports below 1024"));
	if (!m->account.root)
		json_array_append_new(
		    list, json_string("a user for each kind of process"));
	if (lacks_users(m, users, sizeof(users))) {
		snprintf(text, sizeof(text), "users: %s", users);
		json_array_append_new(list, json_string(text));
	}
	if (fence != NULL)
		json_array_append_new(list, json_string(fence));
	if (!quantum_safe(&m->quantum))
		json_array_append_new(
		    list, json_string("post-quantum key exchange"));
	for (i = 0; (path = hostkey_missing(m->hostkeys, i)) != NULL; i++)
		json_array_append_new(list, json_sprintf("host key %s", path));
	return list;
}

void
lacks_say(const struct monitor *m)
{
	char users[ACCOUNTS * ACCOUNT_NAME];
	const char *fence = lacks_fence();
	const char *path;
	size_t i;

	if (!m->account.root)
		fprintf(stderr,
		    "et-sshd: started as an ordinary user: "
		    "all processes share its uid, "
		    "workers get no empty root directory%s\n",
		    privilege_low_ports()
			? ""
			: ", and ports below 1024 cannot be bound");
	if (lacks_users(m, users, sizeof(users)))
		fprintf(stderr,
		    "et-sshd: no user %s: these processes run as %s, and can "
		    "signal each other (run systemd-sysusers to make the "
		    "users)\n",
		    users, m->conf->user);
	if (fence != NULL)
		fprintf(stderr, "et-sshd: without %s\n", fence);
	if (!quantum_safe(&m->quantum))
		fprintf(stderr,
		    "et-sshd: key exchange is not post-quantum: libssh %s "
		    "cannot (" QUANTUM_COMMAND
		    " installs one that can, for et-sshd alone)\n",
		    m->quantum.libssh);
	for (i = 0; (path = hostkey_missing(m->hostkeys, i)) != NULL; i++)
		fprintf(stderr,
		    "et-sshd: host key %s does not exist: clients that know "
		    "only keys of its type cannot connect (run et-admin "
		    "hostkey generate)\n",
		    path);
}
