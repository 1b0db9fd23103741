#include "config.h"

#include "hello.h"

#define RECORD 5 /* bytes of a record's header */
#define HANDSHAKE 22 /* a record's content type */
#define CLIENT_HELLO 1 /* a handshake message's type */
#define HEAD (RECORD + 4) /* headers of a record and a message */
#define RANDOM 32
#define PRE_SHARED_KEY 41 /* extensions */
#define EARLY_DATA 42

struct part { /* bytes that are still to be read */
	const uint8_t *at;
	size_t left;
};

/* Read a number of n bytes. */
static bool
part_number(struct part *p, size_t n, uint32_t *value)
{
	*value = 0;
	if (p->left < n)
		return false;
	p->left -= n;
	while (n-- > 0)
		*value = *value << 8 | *p->at++;
	return true;
}

/* Take the next size bytes out of p. */
static bool
part_take(struct part *p, size_t size, struct part *out)
{
	if (p->left < size)
		return false;
	out->at = p->at;
	out->left = size;
	p->at += size;
	p->left -= size;
	return true;
}

/* Take a vector, whose length stands in the n bytes before it. */
static bool
part_vector(struct part *p, size_t n, struct part *out)
{
	uint32_t size;

	return part_number(p, n, &size) && part_take(p, size, out);
}

ssize_t
hello_size(const uint8_t *b, size_t n)
{
	size_t size;

	if ((n > 0 && b[0] != HANDSHAKE) || (n > 1 && b[1] != 3) ||
	    (n > 2 && (b[2] == 0 || b[2] > 3)) ||
	    (n > RECORD && b[RECORD] != CLIENT_HELLO))
		return -1;
	if (n < RECORD)
		return 0;
	size = RECORD + ((size_t)b[3] << 8 | b[4]);
	return size < HEAD || size > HELLO_MAX ? -1 : (ssize_t)size;
}

static bool
hello_digits(const struct part *identity, uint64_t *number)
{
	uint64_t value = 0;
	uint8_t c;
	size_t i;

	if (identity->left != HELLO_NUMBER)
		return false;
	for (i = 0; i < HELLO_NUMBER; i++) {
		c = identity->at[i];
		if (c >= '0' && c <= '9')
			c -= '0';
		else if (c >= 'a' && c <= 'f')
			c = (uint8_t)(c - 'a' + 10);
		else
			return false;
		value = value << 4 | c;
	}
	*number = value;
	return true;
}

/* OfferedPsks: one identity with its age, one binder. */
static bool
hello_offer(struct part offer, uint64_t *number)
{
	struct part identities, identity, binders, binder;
	uint32_t age;

	return part_vector(&offer, 2, &identities) &&
	       part_vector(&offer, 2, &binders) && offer.left == 0 &&
	       part_vector(&identities, 2, &identity) &&
	       part_number(&identities, 4, &age) && identities.left == 0 &&
	       part_vector(&binders, 1, &binder) && binders.left == 0 &&
	       hello_digits(&identity, number);
}

/* The pre_shared_key extension must be the last one (RFC 8446, 4.2.11). */
static bool
hello_extensions(struct part all, uint64_t *number)
{
	struct part one;
	uint32_t type;

	while (part_number(&all, 2, &type) && part_vector(&all, 2, &one)) {
		if (type == EARLY_DATA)
			return false;
		if (type == PRE_SHARED_KEY)
			return all.left == 0 && hello_offer(one, number);
	}
	return false;
}

bool
hello_number(const uint8_t *record, size_t size, uint64_t *number)
{
	struct part p = {record, size}, body, skip, extensions;
	uint32_t version;

	return hello_size(record, size) == (ssize_t)size &&
	       part_take(&p, RECORD + 1, &skip) && part_vector(&p, 3, &body) &&
	       p.left == 0 && part_number(&body, 2, &version) &&
	       part_take(&body, RANDOM, &skip) &&
	       part_vector(&body, 1, &skip) && /* legacy_session_id */
	       part_vector(&body, 2, &skip) && /* cipher_suites */
	       part_vector(&body, 1, &skip) && /* compression methods */
	       part_vector(&body, 2, &extensions) && body.left == 0 &&
	       hello_extensions(extensions, number);
}
