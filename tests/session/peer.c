#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "peer.h"
#include "way.h"
#include "wire.h"

#define IDENT "SSH-2.0-peer"
#define KEX_MAX 8192 /* of a KEXINIT */

struct blob {
	size_t len;
	uint8_t bytes[KEX_MAX];
};

struct peer {
	int fd;
	bool polite;
	bool started; /* our KEXINIT of this exchange is sent */
	bool deaf;
	bool closed;
	bool ready;
	char version[256]; /* theirs; empty: it has not come */
	struct blob mine; /* KEXINIT */
	struct blob theirs;
	bool own_key; /* the key that was sent is ours */
	uint8_t session[WAY_HASH];
	bool has_session;
	bool derived; /* the keys of this exchange */
	struct way out, in, next_out, next_in;
	size_t n;
	uint8_t bytes[2 * PEER_PAYLOAD]; /* received */
};

static const uint8_t secret[32] = "a key that everybody knows";

/* It has no state: one does for all. */
static EVP_PKEY *
own_key(void)
{
	static EVP_PKEY *key;

	if (key == NULL)
		key = EVP_PKEY_new_raw_private_key(
		    EVP_PKEY_X25519, NULL, secret, sizeof(secret));
	return key;
}

static void
own_public(uint8_t public[32])
{
	size_t len = 32;

	EVP_PKEY_get_raw_public_key(own_key(), public, &len);
}

struct peer *
peer_new(int fd)
{
	struct peer *p;

	if (own_key() == NULL || (p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	p->fd = fd;
	p->polite = true;
	return p;
}

void
peer_free(struct peer *p)
{
	if (p == NULL)
		return;
	way_free(&p->out);
	way_free(&p->in);
	way_free(&p->next_out);
	way_free(&p->next_in);
	free(p);
}

void
peer_set_polite(struct peer *p, bool polite)
{
	p->polite = polite;
}

bool
peer_ready(const struct peer *p)
{
	return p->ready;
}

bool
peer_closed(const struct peer *p)
{
	return p->closed;
}

/* --- packets ---------------------------------------------------------- */

static uint32_t
get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static void
put_u32(uint8_t *at, uint32_t n)
{
	at[0] = (uint8_t)(n >> 24);
	at[1] = (uint8_t)(n >> 16);
	at[2] = (uint8_t)(n >> 8);
	at[3] = (uint8_t)n;
}

void
peer_send_bytes(struct peer *p, const void *bytes, size_t len)
{
	/* Gone, or flooded by its caller: then it does not arrive. */
	if (send(p->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT) == -1 &&
	    errno != EAGAIN)
		p->closed = true;
}

static void
send_packet(struct peer *p, const uint8_t *payload, size_t len)
{
	uint8_t packet[WAY_HEAD + 1 + PEER_PAYLOAD + 2 * WAY_BLOCK + WAY_TAG];
	/* What the length counts, sealed, is whole blocks; else all of it. */
	size_t counted = p->out.ctx != NULL ? 0 : WAY_HEAD, pad;

	pad = WAY_BLOCK - (counted + 1 + len) % WAY_BLOCK;
	if (pad < 4)
		pad += WAY_BLOCK;
	put_u32(packet, (uint32_t)(1 + len + pad));
	packet[WAY_HEAD] = (uint8_t)pad;
	memcpy(packet + WAY_HEAD + 1, payload, len);
	memset(packet + WAY_HEAD + 1 + len, 0, pad);
	len += WAY_HEAD + 1 + pad;
	if (p->out.ctx != NULL) {
		if (!way_seal(
			&p->out, packet, packet + WAY_HEAD, len - WAY_HEAD))
			return;
		len += WAY_TAG;
	}
	peer_send_bytes(p, packet, len);
}

/* --- key exchange (RFC 4253, section 7; RFC 8731) ---------------------- */

size_t
peer_kexinit(uint8_t *out, size_t size)
{
	static const char *const lists[] = {"curve25519-sha256", "ssh-ed25519",
	    "aes128-gcm@openssh.com", "aes128-gcm@openssh.com", "hmac-sha2-256",
	    "hmac-sha2-256", "none", "none", "", ""};
	size_t i, n = 17;

	memset(out, 0, n); /* the cookie, too */
	out[0] = SSH_KEXINIT;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		wire_put(out, size, &n, lists[i], strlen(lists[i]));
	for (i = 0; i < 5; i++)
		wire_put_byte(out, size, &n, 0);
	return n;
}

size_t
peer_ecdh_init(uint8_t *out, size_t size)
{
	uint8_t public[32];
	size_t n = 1;

	own_public(public);
	out[0] = SSH_ECDH_INIT;
	wire_put(out, size, &n, public, sizeof(public));
	return n;
}

static void
keep(struct blob *b, const uint8_t *payload, size_t len)
{
	b->len = len <= sizeof(b->bytes) ? len : 0;
	memcpy(b->bytes, payload, b->len);
}

static bool
is_own(const uint8_t *payload, size_t len)
{
	uint8_t own[64];
	size_t n = peer_ecdh_init(own, sizeof(own));

	return n == len && memcmp(own, payload, n) == 0;
}

/* What is sent changes what is expected, whoever asked for it. */
void
peer_send(struct peer *p, const void *bytes, size_t len)
{
	const uint8_t *payload = bytes;
	uint8_t type = len > 0 ? payload[0] : 0;

	if (len > PEER_PAYLOAD)
		return;
	if (type == SSH_KEXINIT) {
		keep(&p->mine, payload, len);
		p->started = true;
	} else if (type == SSH_ECDH_INIT)
		p->own_key = is_own(payload, len);
	send_packet(p, payload, len);
	if (type == SSH_NEWKEYS && p->next_out.ctx != NULL)
		way_switch(&p->out, &p->next_out);
}

static void
send_kexinit(struct peer *p)
{
	uint8_t payload[512];
	size_t len = peer_kexinit(payload, sizeof(payload));

	peer_send(p, payload, len);
}

void
peer_start(struct peer *p)
{
	peer_send_bytes(p, IDENT "\r\n", sizeof(IDENT "\r\n") - 1);
	send_kexinit(p);
}

static void
hash_string(EVP_MD_CTX *ctx, const void *bytes, size_t len)
{
	uint8_t head[WAY_HEAD];

	put_u32(head, (uint32_t)len);
	EVP_DigestUpdate(ctx, head, sizeof(head));
	EVP_DigestUpdate(ctx, bytes, len);
}

/* A shared secret as an mpint (RFC 4251, section 5), with its length. */
static size_t
put_mpint(uint8_t out[WAY_HEAD + 33], const uint8_t *k, size_t len)
{
	size_t n = 0;

	while (len > 0 && *k == 0) {
		k++;
		len--;
	}
	if (len > 0 && (*k & 0x80))
		out[WAY_HEAD + n++] = 0;
	memcpy(out + WAY_HEAD + n, k, len);
	put_u32(out, (uint32_t)(n + len));
	return WAY_HEAD + n + len;
}

static bool
share(const uint8_t public[32], uint8_t k[32])
{
	EVP_PKEY *theirs =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public, 32);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own_key(), NULL);
	size_t len = 32;
	bool ok;

	ok = theirs != NULL && ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
	     EVP_PKEY_derive_set_peer(ctx, theirs) == 1 &&
	     EVP_PKEY_derive(ctx, k, &len) == 1;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(theirs);
	return ok;
}

/* ECDH_REPLY: their host key and their half give the next keys. */
static bool
take_reply(struct peer *p, const uint8_t *payload, size_t len)
{
	struct wire w = {.at = payload + 1, .left = len - 1};
	uint8_t own[32], raw[32], k[WAY_HEAD + 33];
	struct way_secret s = {.k = k};
	size_t hostlen, halflen;
	const uint8_t *host = wire_string(&w, &hostlen);
	const uint8_t *half = wire_string(&w, &halflen);
	EVP_MD_CTX *ctx;

	if (host == NULL || half == NULL || halflen != 32 || !p->own_key ||
	    !share(half, raw))
		return false;
	own_public(own);
	s.klen = put_mpint(k, raw, sizeof(raw));
	ctx = EVP_MD_CTX_new();
	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	hash_string(ctx, IDENT, sizeof(IDENT) - 1);
	hash_string(ctx, p->version, strlen(p->version));
	hash_string(ctx, p->mine.bytes, p->mine.len);
	hash_string(ctx, p->theirs.bytes, p->theirs.len);
	hash_string(ctx, host, hostlen);
	hash_string(ctx, own, sizeof(own));
	hash_string(ctx, half, halflen);
	EVP_DigestUpdate(ctx, k, s.klen);
	EVP_DigestFinal_ex(ctx, s.hash, NULL);
	EVP_MD_CTX_free(ctx);
	if (!p->has_session)
		memcpy(p->session, s.hash, WAY_HASH);
	p->has_session = true;
	memcpy(s.session, p->session, WAY_HASH);
	way_make(&p->next_out, &s, 'A', 'C', true);
	way_make(&p->next_in, &s, 'B', 'D', false);
	return true;
}

static void
exchange(struct peer *p, const uint8_t *payload, size_t len)
{
	static const uint8_t newkeys = SSH_NEWKEYS;
	uint8_t init[64];

	switch (payload[0]) {
	case SSH_KEXINIT:
		keep(&p->theirs, payload, len);
		if (!p->polite)
			break;
		if (!p->started)
			send_kexinit(p);
		peer_send(p, init, peer_ecdh_init(init, sizeof(init)));
		break;
	case SSH_ECDH_REPLY:
		if (!take_reply(p, payload, len))
			p->deaf = true;
		else if (p->polite)
			peer_send(p, &newkeys, 1);
		break;
	case SSH_NEWKEYS:
		if (p->next_in.ctx == NULL)
			p->deaf = true;
		else
			way_switch(&p->in, &p->next_in);
		p->started = false;
		p->ready = !p->deaf;
		break;
	default:
		break;
	}
}

/* --- receiving -------------------------------------------------------- */

static void
forget(struct peer *p, size_t len)
{
	p->n -= len;
	memmove(p->bytes, p->bytes + len, p->n);
}

static void
receive_bytes(struct peer *p)
{
	ssize_t n;

	if (p->deaf)
		p->n = 0;
	n = recv(p->fd, p->bytes + p->n, sizeof(p->bytes) - p->n, MSG_DONTWAIT);
	if (n > 0)
		p->n += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		p->closed = p->n < sizeof(p->bytes);
}

static bool
take_version(struct peer *p)
{
	const uint8_t *end = memchr(p->bytes, '\n', p->n);
	size_t len;

	if (end == NULL)
		return false;
	len = (size_t)(end - p->bytes);
	if (len > 0 && p->bytes[len - 1] == '\r')
		len--;
	if (len >= sizeof(p->version))
		len = sizeof(p->version) - 1;
	memcpy(p->version, p->bytes, len);
	forget(p, (size_t)(end - p->bytes) + 1);
	return true;
}

/* The next packet's payload, of what has been received. */
static size_t
take_packet(struct peer *p, uint8_t payload[PEER_PAYLOAD])
{
	size_t len, tag = p->in.ctx != NULL ? WAY_TAG : 0, pad;

	if (p->n < WAY_HEAD)
		return 0;
	len = get_u32(p->bytes);
	if (len < 2 || len > PEER_PAYLOAD) {
		p->deaf = true;
		return 0;
	}
	if (p->n < WAY_HEAD + len + tag)
		return 0;
	if (tag > 0 && !way_open(&p->in, p->bytes, p->bytes + WAY_HEAD, len)) {
		p->deaf = true;
		return 0;
	}
	pad = p->bytes[WAY_HEAD];
	if (pad + 1 >= len) {
		p->deaf = true;
		return 0;
	}
	memcpy(payload, p->bytes + WAY_HEAD + 1, len - 1 - pad);
	forget(p, WAY_HEAD + len + tag);
	return len - 1 - pad;
}

size_t
peer_receive(struct peer *p, uint8_t payload[PEER_PAYLOAD])
{
	size_t len;

	receive_bytes(p);
	if (p->deaf || (p->version[0] == '\0' && !take_version(p)))
		return 0;
	len = take_packet(p, payload);
	if (len > 0)
		exchange(p, payload, len);
	return len;
}
