#include "config.h"

#include <string.h>

#include "child.h"
#include "clock.h"
#include "conn.h"
#include "exchange.h"
#include "monitor.h"
#include "msg.h"
#include "sign.h"

#define REKEYS 4 /* of a connection in a row, by either side */
#define REKEY_EVERY 10 /* s for one more */
#define SELFTESTS 2 /* of a worker, and two of each host key */

/* SHA-256, -384, -512; SHA-1 with what compat adds. */
static bool
is_hash(const struct conf *conf, size_t len)
{
	return len == 32 || len == 48 || len == 64 ||
	       (len == 20 && conf->compat_openwrt_1505);
}

/*
 * The first hash of a connection is its session id (RFC 4253, section 7.2).
 * Another one before its login would be a second one, and is never signed: no
 * more than rekeys without end, it is the client's fault and not the worker's.
 */
static bool
may_sign(struct conn *c)
{
	if (conn_open(c) || c->state == CONN_ENROL)
		return bucket_take(
		    &c->rekeys, REKEYS, 1.0 / REKEY_EVERY, clock_now());
	return c->state == CONN_KEX && c->sessionlen == 0;
}

/*
 * Before it is ready a worker completes handshakes with itself, as connection
 * 0: one for each host key, and those of selftest_patched.
 */
static const char *
sign_test(struct child *worker, uint64_t conn)
{
	if (worker->ready || conn != 0 ||
	    ++worker->selftests >
		SELFTESTS + 2 * hostkey_count(worker->m->hostkeys))
		return "not a connection of this worker";
	return NULL;
}

const char *
sign_answer(struct child *worker, const struct msg *ask, struct msg *answer)
{
	const struct msg_sign *sign = &ask->sign;
	struct monitor *m = worker->m;
	struct conn *c = conn_find(m, worker, ask->conn);
	const uint8_t *cookie = worker->cookie;
	uint8_t hash[MSG_HASH];
	const char *wrong;
	size_t len;

	msg_init(answer, MSG_SIGNED, ask->conn);
	if (!is_hash(m->conf, sign->hash))
		return "not the length of a hash";
	if (c == NULL && (wrong = sign_test(worker, ask->conn)) != NULL)
		return wrong;
	if (c != NULL && !may_sign(c)) {
		if (conn_open(c))
			conn_end(c, "too many key exchanges");
		return NULL;
	}
	if (c != NULL)
		cookie = c->sessionlen == 0 ? c->cookie : NULL;
	if ((wrong = exchange_hash(sign, cookie, hash, &len)) != NULL)
		return wrong;
	if (len == 0)
		return NULL;
	if (c != NULL && c->sessionlen > 0)
		m->counters.rekeys++;
	else if (c != NULL) {
		memcpy(c->session, hash, len);
		c->sessionlen = len;
	}
	answer->signature.len =
	    (uint32_t)hostkey_sign(m->hostkeys, sign->algorithm, hash, len,
		answer->signature.sig, sizeof(answer->signature.sig));
	return NULL;
}
