#include "config.h"

#include <stdbool.h>
#include <stddef.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "bind.h"
#include "hostkey.h"
#include "msg.h"

#define KEYS "ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256"
#define CIPHERS                                                 \
	"chacha20-poly1305@openssh.com,aes256-gcm@openssh.com," \
	"aes128-gcm@openssh.com,aes256-ctr,aes128-ctr"
#define MACS                                                           \
	"hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com," \
	"hmac-sha2-256"

#define RSA_BITS 2048

/* The algorithms by libssh's option; what compat adds, comes last. */
static const struct algorithms {
	enum ssh_bind_options_e option;
	const char *names;
	const char *compat;
} algorithms[] = {
    {SSH_BIND_OPTIONS_KEY_EXCHANGE, BIND_KEX,
	BIND_KEX ",diffie-hellman-group14-sha1"},
    {SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, KEYS, KEYS ",ssh-rsa"},
    /*
     * libssh accepts every signature algorithm if this is unset, SHA-1's too.
     */
    {SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, KEYS, KEYS ",ssh-rsa"},
    {SSH_BIND_OPTIONS_CIPHERS_C_S, CIPHERS, CIPHERS},
    {SSH_BIND_OPTIONS_CIPHERS_S_C, CIPHERS, CIPHERS},
    {SSH_BIND_OPTIONS_HMAC_C_S, MACS, MACS ",hmac-sha1"},
    {SSH_BIND_OPTIONS_HMAC_S_C, MACS, MACS ",hmac-sha1"},
};

static int
set_algorithms(ssh_bind b, bool compat)
{
	const struct algorithms *a;
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		a = &algorithms[i];
		if (ssh_bind_options_set(
			b, a->option, compat ? a->compat : a->names) != SSH_OK)
			return -1;
	}
	return 0;
}

ssh_bind
bind_new(uint32_t compat)
{
	/* Without this each connection reads /etc/ssh/libssh_server_config. */
	bool process_config = false;
	int bits = RSA_BITS;
	ssh_bind b;

	if ((b = ssh_bind_new()) == NULL)
		return NULL;
	if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_PROCESS_CONFIG,
		&process_config) == SSH_OK &&
	    ssh_bind_options_set(b, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &bits) ==
		SSH_OK &&
	    set_algorithms(b, (compat & MSG_COMPAT_OPENWRT_1505) != 0) == 0)
		return b;
	ssh_bind_free(b);
	return NULL;
}

const char *
bind_add_hostkey(ssh_bind b, const struct msg_hostkey *m)
{
	ssh_key key;

	if ((key = hostkey_import(m)) == NULL)
		return "libssh does not take a host key's public half";
	/* ssh_bind_options_set gives the key to the bind. */
	if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_IMPORT_KEY, key) == SSH_OK)
		return NULL;
	ssh_key_free(key);
	return "a host key has an unsupported type or size";
}
