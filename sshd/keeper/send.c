#include "config.h"

#include <poll.h>
#include <string.h>

#include "send.h"
#include "skew.h"

static int
send_now(struct keeper *k, const struct msg *m)
{
	struct pollfd p = {.fd = k->sock, .events = POLLOUT};

	if (msgq_send(k->out, m, -1) != MSG_OK)
		goto out;
	while (msgq_pending(k->out) > 0) {
		poll(&p, 1, -1);
		if (msgq_flush(k->out) != MSG_OK)
			goto out;
	}
	return 0;
out:
	ev_break(k->loop, EVBREAK_ALL);
	return -1;
}

static int
send_batch(struct keeper *k)
{
	int r = 0;

	if (k->batch.type != 0) {
		skew_out(k, &k->batch);
		r = send_now(k, &k->batch);
	}
	k->batch.type = 0;
	return r;
}

static int
begin_batch(struct keeper *k, enum msg_type type)
{
	if (k->batch.type == type)
		return 0;
	if (send_batch(k) == -1)
		return -1;
	msg_init(&k->batch, type, 0);
	return 0;
}

int
send_message(struct keeper *k, const struct msg *m)
{
	struct msg copy;
	int r;

	if (send_batch(k) == -1)
		return -1;
	if (skew_offset(k) == 0)
		return send_now(k, m);
	memcpy(&copy, m, msg_size(m->type));
	skew_out(k, &copy);
	r = send_now(k, &copy);
	/* Some of a TICKET is secret. */
	explicit_bzero(&copy, msg_size(m->type));
	return r;
}

int
send_rest(struct keeper *k)
{
	return send_batch(k);
}

int
send_device(struct keeper *k, const struct msg_device *d)
{
	struct msg_devices *to = &k->batch.devices;

	if (begin_batch(k, MSG_DEVICE) == -1)
		return -1;
	to->list[to->n++] = *d;
	return to->n < MSG_DEVICES ? 0 : send_batch(k);
}

int
send_key(struct keeper *k, const struct msg_key_of *key)
{
	struct msg_keys *to = &k->batch.keys;

	if (begin_batch(k, MSG_KEY_OF) == -1)
		return -1;
	to->list[to->n++] = *key;
	return to->n < MSG_KEYS ? 0 : send_batch(k);
}

int
send_seen(void *arg, int64_t device, int64_t at)
{
	struct keeper *k = arg;
	struct msg_seen *to = &k->batch.seen;

	if (begin_batch(k, MSG_SEEN) == -1)
		return -1;
	to->list[to->n].device = device;
	to->list[to->n++].at = at;
	return to->n < MSG_SEENS ? 0 : send_batch(k);
}
