#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event_seal.h"
#include "hostkey.h"
#include "log_seal.h"

#define TAIL (2 * 1024 * 1024) /* bytes: longer than any line */

struct place { /* behind a line */
	char prev[LOG_SEAL_HEX]; /* its hash */
	char whole[LOG_SEAL_HEX]; /* it is torn: the last whole line's; or "" */
	int64_t seq; /* lines of this process until there */
};

struct event_seal {
	struct opensshkey key;
	char fingerprint[KEY_FINGERPRINT];
	struct place last; /* of those to be written */
	struct place written;
	EVP_MD_CTX *piece; /* what was written of the line after that */
	size_t prefix; /* bytes in front of each line, which are not of it */
	size_t skip; /* of them, still to come */
	bool torn; /* and it will not be more */
	int64_t signed_to; /* seq */
	const char *standing;
};

static void
start_piece(struct event_seal *s)
{
	EVP_DigestInit_ex(s->piece, EVP_sha256(), NULL);
	s->skip = s->prefix;
}

struct event_seal *
event_seal_new(const char *path, const char **why)
{
	struct event_seal *s = calloc(1, sizeof(*s));
	struct key key;

	*why = "out of memory";
	if (s == NULL || (s->piece = EVP_MD_CTX_new()) == NULL)
		goto fail;
	if ((*why = hostkey_read(path, &s->key)) != NULL)
		goto fail;
	*why = "not an Ed25519 key";
	if (strcmp(s->key.type, "ssh-ed25519") != 0 ||
	    key_parse_blob(&key, s->key.blob, s->key.bloblen) != KEY_OK)
		goto fail;
	key_fingerprint(key.digest, s->fingerprint);
	snprintf(s->written.prev, sizeof(s->written.prev), "%s", LOG_SEAL_NONE);
	s->last = s->written;
	s->standing = "new chain";
	start_piece(s);
	*why = NULL;
	return s;
fail:
	event_seal_free(s);
	return NULL;
}

void
event_seal_free(struct event_seal *s)
{
	if (s == NULL)
		return;
	EVP_PKEY_free(s->key.pkey);
	EVP_MD_CTX_free(s->piece);
	free(s);
}

/* --- the end of an earlier log --- */

/* The last bytes of the file, which the caller frees; NULL: none. */
static char *
read_tail(const char *path, size_t *n)
{
	char *text = NULL;
	struct stat st;
	off_t from;
	ssize_t got = 0;
	int fd;

	fd = open(
	    path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (text = malloc(TAIL)) != NULL) {
		from = st.st_size > TAIL ? st.st_size - TAIL : 0;
		got = pread(fd, text, TAIL, from);
	}
	close(fd);
	if (got <= 0) {
		free(text);
		return NULL;
	}
	*n = (size_t)got;
	return text;
}

/* Of the tail: the last whole line, and what stands behind it. */
static size_t
take_tail(struct event_seal *s, const char *text, size_t n)
{
	const char *end = memrchr(text, '\n', n), *line = text;
	size_t torn = n;

	s->standing = "after the last line";
	if (end != NULL) {
		torn = n - (size_t)(end + 1 - text);
		line = memrchr(text, '\n', (size_t)(end - text));
		line = line == NULL ? text : line + 1;
		log_seal_hash(line, (size_t)(end - line), s->written.prev);
	}
	if (torn > 0) {
		s->standing = "after a torn line";
		EVP_DigestUpdate(s->piece, text + n - torn, torn);
	}
	event_seal_lost(s, torn > 0);
	s->last.seq = 0;
	return torn;
}

size_t
event_seal_resume(struct event_seal *s, const char *path)
{
	char before[PATH_MAX], *text;
	size_t n, torn = 0;

	if ((text = read_tail(path, &n)) != NULL) {
		torn = take_tail(s, text, n);
		s->written.seq = torn > 0 ? -1 : 0;
		free(text);
		return torn;
	}
	/* The log was rotated while no server ran. */
	snprintf(before, sizeof(before), "%s.1", path);
	if ((text = read_tail(before, &n)) == NULL)
		return 0;
	if (take_tail(s, text, n) > 0)
		event_seal_wrote(s, "\n", 1);
	s->written.seq = 0;
	free(text);
	return 0;
}

const char *
event_seal_standing(const struct event_seal *s)
{
	return s->standing;
}

const char *
event_seal_fingerprint(const struct event_seal *s)
{
	return s->fingerprint;
}

/* --- the chain --- */

int
event_seal_link(struct event_seal *s, json_t *o)
{
	if (s->last.whole[0] != '\0' &&
	    json_object_set_new(o, "whole", json_string(s->last.whole)) == -1)
		return -1;
	return json_object_set_new(o, "prev", json_string(s->last.prev));
}

void
event_seal_line(struct event_seal *s, const char *line, size_t len)
{
	log_seal_hash(line, len, s->last.prev);
	s->last.whole[0] = '\0';
	s->last.seq++;
}

void
event_seal_skip(struct event_seal *s, size_t n)
{
	s->prefix = s->skip = n;
}

static void
piece_add(struct event_seal *s, const char *bytes, size_t n)
{
	size_t skip = n < s->skip ? n : s->skip;

	s->skip -= skip;
	EVP_DigestUpdate(s->piece, bytes + skip, n - skip);
}

/* The hash of what was written of a line. */
static void
hash_piece(const struct event_seal *s, char hex[LOG_SEAL_HEX])
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};

	/* Without memory the chain breaks here, which log check reports. */
	if (copy != NULL && EVP_MD_CTX_copy_ex(copy, s->piece) == 1)
		EVP_DigestFinal_ex(copy, digest, NULL);
	EVP_MD_CTX_free(copy);
	log_seal_hex(digest, hex);
}

/* Behind the torn line that ends what was written. */
static struct place
behind_piece(const struct event_seal *s)
{
	struct place at = s->written;

	if (at.whole[0] == '\0')
		memcpy(at.whole, at.prev, sizeof(at.whole));
	hash_piece(s, at.prev);
	at.seq++;
	return at;
}

static void
piece_ended(struct event_seal *s)
{
	if (s->torn)
		s->written = behind_piece(s);
	else {
		hash_piece(s, s->written.prev);
		s->written.whole[0] = '\0';
		s->written.seq++;
	}
	s->torn = false;
	start_piece(s);
}

void
event_seal_wrote(struct event_seal *s, const char *bytes, size_t n)
{
	const char *end;
	size_t len;

	while ((end = memchr(bytes, '\n', n)) != NULL) {
		len = (size_t)(end - bytes);
		piece_add(s, bytes, len);
		piece_ended(s);
		bytes += len + 1;
		n -= len + 1;
	}
	piece_add(s, bytes, n);
}

void
event_seal_lost(struct event_seal *s, bool torn)
{
	s->torn = torn;
	if (!torn)
		start_piece(s);
	s->last = torn ? behind_piece(s) : s->written;
	if (s->signed_to > s->last.seq)
		s->signed_to = -1;
}

/* --- signatures --- */

bool
event_seal_due(const struct event_seal *s)
{
	return s->signed_to != s->last.seq;
}

void
event_seal_sign(struct event_seal *s, struct event *e, const char *reason)
{
	struct log_seal what = {
	    .node = json_string_value(json_object_get(e->fields, "node")),
	    .ts = json_string_value(json_object_get(e->fields, "ts")),
	    .reason = reason,
	    .seq = s->last.seq + 1,
	    .prev = s->last.prev,
	};
	char sig[LOG_SEAL_SIG];

	if (what.node == NULL || what.ts == NULL ||
	    !log_seal_sign(&what, s->key.pkey, sig)) {
		event_lose(e);
		return;
	}
	event_text(e, "reason", reason);
	event_int(e, "seq", what.seq);
	event_text(e, "key", s->fingerprint);
	event_text(e, "sig", sig);
	if (e->fields != NULL)
		s->signed_to = what.seq;
}
