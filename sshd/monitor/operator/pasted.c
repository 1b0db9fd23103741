#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "hostkey.h"
#include "installer.h"
#include "listen.h"
#include "pasted.h"

/* The port at which devices connect: of the first address of listen. */
static uint32_t
pasted_port(const struct monitor *m)
{
	const struct listen *l;

	for (l = m->listens; l != NULL; l = l->next)
		if (l->pool == POOL_LISTEN)
			return l->port;
	return 0;
}

static void
pasted_add_key(
    struct msg_paste *p, const char *type, const uint8_t *blob, size_t len)
{
	char base64[4 * ((MSG_KEY + 2) / 3) + 1];
	size_t used = strlen(p->keys), left = sizeof(p->keys) - used;

	if (len > MSG_KEY)
		return;
	EVP_EncodeBlock((uint8_t *)base64, blob, (int)len);
	if (strlen(type) + 1 + strlen(base64) + 1 < left)
		snprintf(p->keys + used, left, "%s %s\n", type, base64);
}

void
pasted_fill(const struct monitor *m, struct msg_paste *p)
{
	const uint8_t *blob;
	size_t i, len;

	p->port = pasted_port(m);
	if (*m->conf->public_name != '\0')
		snprintf(
		    p->server, sizeof(p->server), "%s", m->conf->public_name);
	else if (gethostname(p->server, sizeof(p->server) - 1) == -1)
		p->server[0] = '\0';
	if (m->installer != NULL)
		snprintf(p->installer, sizeof(p->installer), "%s",
		    installer_hash(m->installer));
	for (i = 0; i < hostkey_count(m->hostkeys); i++) {
		blob = hostkey_blob(m->hostkeys, i, &len);
		pasted_add_key(p, hostkey_type(m->hostkeys, i), blob, len);
	}
}
