#include "config.h"

#include <string.h>

#include "first_bytes.h"
#include "first_hello.h"

#define RECORD_ALERT 21
#define RECORD_HANDSHAKE 22
#define RECORD_MOST 16384 /* bytes in a record */
#define CLIENT_HELLO 1
#define EXTENSION_NAME 0
#define NAME_HOST 0
#define NAME_MOST 255
#define HTTPS_PORT 443

enum alert {
	UNEXPECTED_MESSAGE = 10,
	RECORD_OVERFLOW = 22,
	ILLEGAL_PARAMETER = 47,
	DECODE_ERROR = 50,
	MISSING_EXTENSION = 109,
	UNRECOGNIZED_NAME = 112
};

/*
 * The bytes of the handshake, read across the records that carry them.  After
 * the first failure (more is set, or f is refused) all reads are 0.
 */
struct hello {
	struct first_bytes *f;
	const uint8_t *bytes;
	size_t len;
	size_t at;
	size_t record; /* bytes left in this record */
	bool more; /* the next byte has not come */
};

static void
hello_refuse(struct hello *h, enum alert alert, const char *why)
{
	if (h->f->is == FIRST_MORE && !h->more)
		first_bytes_alert(h->f, (uint8_t)alert, why);
}

static bool
hello_failed(const struct hello *h)
{
	return h->more || h->f->is != FIRST_MORE;
}

/* Read the next record's header: type, version, length. */
static void
hello_next_record(struct hello *h)
{
	const uint8_t *b = h->bytes + h->at;
	size_t n = h->len - h->at;

	if (n >= 1 && b[0] != RECORD_HANDSHAKE)
		hello_refuse(h, UNEXPECTED_MESSAGE, "not a ClientHello");
	else if (n >= 2 && b[1] != 3)
		hello_refuse(h, DECODE_ERROR, "not a record of TLS");
	else if (n < 5)
		h->more = true;
	else if ((h->record = (size_t)b[3] << 8 | b[4]) > RECORD_MOST)
		hello_refuse(h, RECORD_OVERFLOW, "record too long");
	else if (h->record == 0)
		hello_refuse(h, UNEXPECTED_MESSAGE, "empty record");
	h->at += 5;
}

static uint8_t
hello_byte(struct hello *h)
{
	if (!hello_failed(h) && h->record == 0)
		hello_next_record(h);
	if (!hello_failed(h) && h->at >= h->len)
		h->more = true;
	if (hello_failed(h))
		return 0;
	h->record--;
	return h->bytes[h->at++];
}

/* A number of so many bytes, of which *left are deducted. */
static size_t
hello_number(struct hello *h, int bytes, size_t *left)
{
	size_t n = 0;

	if (*left < (size_t)bytes) {
		hello_refuse(h, DECODE_ERROR, "ClientHello too short");
		return 0;
	}
	*left -= (size_t)bytes;
	while (bytes-- > 0)
		n = n << 8 | hello_byte(h);
	return n;
}

/* The length of a vector that is within the *left bytes, and deducted. */
static size_t
hello_length(struct hello *h, int bytes, size_t *left)
{
	size_t n = hello_number(h, bytes, left);

	if (n > *left) {
		hello_refuse(h, DECODE_ERROR, "vector too long");
		return 0;
	}
	*left -= n;
	return hello_failed(h) ? 0 : n;
}

static void
hello_skip(struct hello *h, size_t n)
{
	while (n-- > 0 && !hello_failed(h))
		(void)hello_byte(h);
}

/* Skip a vector. */
static void
hello_skip_vector(struct hello *h, int bytes, size_t *left)
{
	hello_skip(h, hello_length(h, bytes, left));
}

/* server_name: a list of one host_name. */
static void
hello_read_name(struct hello *h, size_t left, char name[NAME_MOST], size_t *len)
{
	size_t i, list = hello_length(h, 2, &left), type;

	type = hello_number(h, 1, &list);
	*len = hello_length(h, 2, &list);
	if (left != 0 || list != 0)
		hello_refuse(h, DECODE_ERROR, "more than one server name");
	if (type != NAME_HOST || *len == 0 || *len > NAME_MOST)
		hello_refuse(h, ILLEGAL_PARAMETER, "not a server name");
	for (i = 0; i < *len && !hello_failed(h); i++)
		name[i] = (char)hello_byte(h);
}

static void
hello_read_extensions(
    struct hello *h, size_t left, char name[NAME_MOST], size_t *len)
{
	bool named = false;
	size_t type, size;

	while (left > 0 && !hello_failed(h)) {
		type = hello_number(h, 2, &left);
		size = hello_length(h, 2, &left);
		if (hello_failed(h))
			return;
		if (type != EXTENSION_NAME)
			hello_skip(h, size);
		else if (named)
			hello_refuse(
			    h, ILLEGAL_PARAMETER, "two lists of server names");
		else
			hello_read_name(h, size, name, len);
		named = named || type == EXTENSION_NAME;
	}
	if (!named)
		hello_refuse(h, MISSING_EXTENSION, "no server name");
}

/* Read the whole message; the name that it asks for is of len bytes. */
static void
hello_read(struct hello *h, char name[NAME_MOST], size_t *len)
{
	size_t head = 4, left;

	if (hello_number(h, 1, &head) != CLIENT_HELLO)
		hello_refuse(h, UNEXPECTED_MESSAGE, "not a ClientHello");
	left = hello_number(h, 3, &head);
	if (left > FIRST_BYTES)
		hello_refuse(h, DECODE_ERROR, "ClientHello too long");
	if (left < 2 + 32)
		hello_refuse(h, DECODE_ERROR, "ClientHello too short");
	if (hello_failed(h))
		return;
	hello_skip(h, 2 + 32); /* legacy_version, random */
	left -= 2 + 32;
	hello_skip_vector(h, 1, &left); /* legacy_session_id */
	hello_skip_vector(h, 2, &left); /* cipher_suites */
	hello_skip_vector(h, 1, &left); /* legacy_compression_methods */
	if (left == 0) {
		hello_refuse(h, MISSING_EXTENSION, "no server name");
		return;
	}
	head = hello_length(h, 2, &left);
	if (left != 0)
		hello_refuse(h, DECODE_ERROR, "bytes behind the extensions");
	hello_read_extensions(h, head, name, len);
}

void
first_hello_read(const uint8_t *bytes, size_t len, struct first_bytes *f)
{
	struct hello h = {.f = f, .bytes = bytes, .len = len};
	char name[NAME_MOST];
	size_t n = 0;

	if (len > FIRST_BYTES)
		h.len = FIRST_BYTES;
	hello_read(&h, name, &n);
	if (h.more && len >= FIRST_BYTES) {
		h.more = false;
		hello_refuse(&h, DECODE_ERROR, "ClientHello too long");
	}
	if (hello_failed(&h))
		return;
	if (site_read(name, n, &f->site) != SITE_DEVICE) {
		memset(&f->site, 0, sizeof(f->site));
		hello_refuse(&h, UNRECOGNIZED_NAME, "not a device's name");
		return;
	}
	if (f->site.port == 0)
		f->site.port = HTTPS_PORT;
	f->is = FIRST_DEVICE;
}

void
first_hello_alert(uint8_t record[FIRST_ALERT], uint8_t alert)
{
	const uint8_t bytes[FIRST_ALERT] = {
	    RECORD_ALERT, 3, 3, 0, 2, 2 /* fatal */, alert};

	memcpy(record, bytes, FIRST_ALERT);
}
