#include "config.h"

#include <string.h>

#include "request_watch.h"

#define SIZE_DIGITS 8 /* of a chunk's size */

void
request_watch_start(struct request_watch *w, const struct first_bytes *first)
{
	memset(w, 0, sizeof(*w));
	w->state = first->tls ? WATCH_ALL : WATCH_HEAD;
	w->site = first->site;
}

static void
watch_enter(struct request_watch *w, enum request_watch_state state)
{
	w->state = state;
	w->line = w->empty = 0;
}

/* Read a request's header; returns its length, or 0: it is not complete. */
static size_t
watch_head(struct request_watch *w, const uint8_t *bytes, size_t len,
    const char **wrong)
{
	struct first_bytes f;

	first_bytes_read(bytes, len, &f);
	if (f.is == FIRST_MORE)
		return 0;
	if (f.is == FIRST_REFUSED)
		*wrong = f.why;
	else if (f.is != FIRST_DEVICE || f.tls || f.site.port != w->site.port ||
		 strcmp(f.site.name, w->site.name) != 0)
		*wrong = "request for another host";
	if (*wrong != NULL)
		return 0;
	w->left = f.length;
	if (f.upgrade)
		watch_enter(w, WATCH_ALL);
	else if (f.chunked) {
		w->left = 0;
		watch_enter(w, WATCH_SIZE);
	} else
		watch_enter(w, f.length > 0 ? WATCH_LENGTH : WATCH_HEAD);
	return f.head;
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* chunk-size [ chunk-ext ] CRLF; false: it is malformed. */
static bool
watch_size(struct request_watch *w, uint8_t c)
{
	int digit = w->state == WATCH_SIZE ? hex_digit(c) : -1;

	if (++w->line > REQUEST_LINE)
		return false;
	if (digit != -1) {
		w->left = w->left << 4 | (unsigned int)digit;
		return w->line <= SIZE_DIGITS;
	}
	if (w->state == WATCH_SIZE && w->line == 1)
		return false;
	if (w->state == WATCH_SIZE && c != '\r' && c != ';' && c != ' ' &&
	    c != '\t')
		return false;
	if (c == '\n' && w->empty != 1)
		return false;
	if (c == '\n') {
		watch_enter(w, w->left > 0 ? WATCH_CHUNK : WATCH_TRAILER);
		return true;
	}
	/* A CR is the line's last byte but one. */
	if (w->empty == 1)
		return false;
	w->empty = c == '\r';
	w->state = WATCH_SIZE_END;
	return true;
}

/* CRLF behind a chunk. */
static bool
watch_chunk_end(struct request_watch *w, uint8_t c)
{
	if (c != (w->line++ == 0 ? '\r' : '\n'))
		return false;
	if (w->line == 2)
		watch_enter(w, WATCH_SIZE);
	return true;
}

/* Lines behind the last chunk, to the empty one. */
static bool
watch_trailer(struct request_watch *w, uint8_t c)
{
	if (++w->line > REQUEST_TRAILER)
		return false;
	if (c != '\n') {
		w->empty += c != '\r' || w->empty > 0;
		return c == '\r' || c == '\t' || c >= ' ';
	}
	if (w->empty == 0)
		watch_enter(w, WATCH_HEAD);
	else
		w->empty = 0;
	return true;
}

/* Take a byte of what stands between the parts of a body. */
static bool
watch_byte(struct request_watch *w, uint8_t c)
{
	switch (w->state) {
	case WATCH_SIZE:
	case WATCH_SIZE_END:
		return watch_size(w, c);
	case WATCH_CHUNK_END:
		return watch_chunk_end(w, c);
	default:
		return watch_trailer(w, c);
	}
}

/* Skip what there is of a body or a chunk. */
static size_t
watch_skip(struct request_watch *w, size_t len)
{
	size_t n = len < w->left ? len : (size_t)w->left;

	w->left -= n;
	if (w->left == 0)
		watch_enter(
		    w, w->state == WATCH_CHUNK ? WATCH_CHUNK_END : WATCH_HEAD);
	return n;
}

size_t
request_watch_pass(struct request_watch *w, const uint8_t *bytes, size_t len,
    const char **wrong)
{
	size_t at = 0, n;

	*wrong = NULL;
	while (at < len && *wrong == NULL && w->state != WATCH_ALL) {
		if (w->state == WATCH_HEAD) {
			n = watch_head(w, bytes + at, len - at, wrong);
			if (n == 0)
				return at;
			at += n;
		} else if (w->state == WATCH_LENGTH || w->state == WATCH_CHUNK)
			at += watch_skip(w, len - at);
		else if (watch_byte(w, bytes[at]))
			at++;
		else
			*wrong = "malformed chunk";
	}
	return w->state == WATCH_ALL ? len : at;
}
