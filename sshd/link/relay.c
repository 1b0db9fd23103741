#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "relay.h"

#define TURN (8 * LINK_PIECE) /* bytes one way in a turn */

static void
relay_fail(struct relay *r, const char *reason)
{
	if (r->reason == NULL)
		r->reason = reason;
}

static void
rest_took(struct rest *rest, size_t n)
{
	rest->at += n;
	rest->len -= n;
	if (rest->len > 0)
		return;
	free(rest->bytes);
	memset(rest, 0, sizeof(*rest));
}

/* Keep bytes for later; there are none yet. */
static void
relay_keep(struct relay *r, struct rest *rest, const uint8_t *bytes, size_t len)
{
	if (len == 0 || r->reason != NULL)
		return;
	if ((rest->bytes = malloc(len)) == NULL) {
		relay_fail(r, "out of memory");
		return;
	}
	memcpy(rest->bytes, bytes, len);
	rest->at = 0;
	rest->len = len;
}

/* --- from the local end to the peer ------------------------------------- */

/* Returns how many bytes TLS took. */
static size_t
relay_give_tls(struct relay *r, const uint8_t *bytes, size_t len)
{
	size_t n, done = 0;
	enum tls_result result = TLS_DONE;

	while (done < len && result == TLS_DONE) {
		result = tls_write(r->tls, bytes + done, len - done, &n);
		done += n;
	}
	r->out += done;
	r->tls_full = result == TLS_AGAIN;
	if (result == TLS_FAILED)
		relay_fail(r, tls_reason(r->tls));
	return done;
}

/* Returns how many bytes were read. */
static size_t
relay_read_local(struct relay *r)
{
	ssize_t n = recv(r->local, r->buffer, LINK_PIECE, 0);
	size_t took;

	if (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK &&
	    errno != EINTR)
		r->deaf = true; /* reset: nothing comes, nothing goes */
	if (n == 0 || (n == -1 && r->deaf))
		r->local_ended = true;
	if (n < LINK_PIECE)
		r->local_readable = false;
	if (n <= 0)
		return 0;
	took = relay_give_tls(r, r->buffer, (size_t)n);
	relay_keep(r, &r->to_tls, r->buffer + took, (size_t)n - took);
	return (size_t)n;
}

static void
relay_to_tls(struct relay *r)
{
	size_t budget = TURN, n;

	if (r->to_tls.len > 0)
		rest_took(&r->to_tls,
		    relay_give_tls(
			r, r->to_tls.bytes + r->to_tls.at, r->to_tls.len));
	while (r->local_readable && r->to_tls.len == 0 && !r->local_ended &&
	       r->reason == NULL) {
		if (budget == 0) {
			r->more = true;
			return;
		}
		n = relay_read_local(r);
		budget -= n < budget ? n : budget;
	}
	if (!r->local_ended || r->to_tls.len > 0 || r->tls_shut ||
	    r->reason != NULL)
		return;
	switch (tls_shut(r->tls)) {
	case TLS_AGAIN:
		r->tls_full = true;
		break;
	case TLS_FAILED:
		relay_fail(r, tls_reason(r->tls));
		break;
	default:
		r->tls_full = false;
		r->tls_shut = true;
		break;
	}
}

/* --- from the peer to the local end ------------------------------------- */

/* Returns how many bytes it took: all, once it takes no more. */
static size_t
relay_give_local(struct relay *r, const uint8_t *bytes, size_t len)
{
	ssize_t n;

	r->local_full = false;
	if (r->deaf)
		return len;
	n = send(r->local, bytes, len, MSG_NOSIGNAL);
	if (n == -1) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
			r->deaf = true;
			return len;
		}
		n = 0;
	}
	r->local_full = (size_t)n < len;
	r->in += (uint64_t)n;
	return (size_t)n;
}

/* Returns how many bytes were read. */
static size_t
relay_read_tls(struct relay *r)
{
	size_t n, len = 0, took;
	enum tls_result result;

	do {
		result =
		    tls_read(r->tls, r->buffer + len, LINK_PIECE - len, &n);
		len += n;
	} while (result == TLS_DONE && len < LINK_PIECE);
	r->tls_ended = result == TLS_ENDED;
	if (len > 0) {
		took = relay_give_local(r, r->buffer, len);
		relay_keep(r, &r->to_local, r->buffer + took, len - took);
	}
	if (result == TLS_FAILED)
		relay_fail(r, tls_reason(r->tls));
	return len;
}

static void
relay_to_local(struct relay *r)
{
	size_t budget = TURN, n = 1;

	if (r->to_local.len > 0)
		rest_took(&r->to_local,
		    relay_give_local(r, r->to_local.bytes + r->to_local.at,
			r->to_local.len));
	while (n > 0 && r->to_local.len == 0 && !r->tls_ended &&
	       r->reason == NULL) {
		if (budget == 0) {
			r->more = true;
			return;
		}
		n = relay_read_tls(r);
		budget -= n < budget ? n : budget;
	}
	if (r->tls_ended && r->to_local.len == 0 && !r->local_shut) {
		shutdown(r->local, SHUT_WR);
		r->local_shut = true;
	}
}

/* The local end sends no more; find out whether it is closed altogether. */
static void
relay_check_local(struct relay *r)
{
	if (!r->deaf && !r->local_shut && r->local_ended &&
	    send(r->local, "", 0, MSG_NOSIGNAL) == -1 &&
	    (errno == EPIPE || errno == ECONNRESET)) {
		r->deaf = true;
		if (r->to_local.len > 0)
			rest_took(&r->to_local, r->to_local.len);
	}
}

void
relay_pump(struct relay *r)
{
	r->more = false;
	if (r->lost)
		relay_fail(r, "connection lost");
	else
		relay_to_tls(r);
	relay_check_local(r);
	if (r->reason == NULL)
		relay_to_local(r);
	if (r->tls_shut && r->local_shut)
		relay_fail(r, "closed");
}

int
relay_watch_tls(const struct relay *r)
{
	int events = 0;

	/* Once the peer has ended, its connection is to stay until we have. */
	if (r->to_local.len == 0 || r->tls_ended)
		events |= EV_READ;
	if (r->tls_full)
		events |= EV_WRITE;
	return events;
}

int
relay_watch_local(const struct relay *r)
{
	int events = 0;

	if (r->to_tls.len == 0 && !r->local_ended)
		events |= EV_READ;
	if (r->local_full)
		events |= EV_WRITE;
	return events;
}

void
relay_clear(struct relay *r)
{
	free(r->to_tls.bytes);
	free(r->to_local.bytes);
}
