#include "config.h"

#include <poll.h>
#include <stdio.h>

#include "tell.h"

static int
send_message(struct keeper *k, const struct msg *m)
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
	keeper_stop(k);
	return -1;
}

static int
send_batch(struct keeper *k)
{
	int r = 0;

	if (k->batch.type != 0)
		r = send_message(k, &k->batch);
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
tell(struct keeper *k, const struct msg *m)
{
	return send_batch(k) == -1 ? -1 : send_message(k, m);
}

int
tell_device(struct keeper *k, const struct msg_device *d)
{
	struct msg_devices *to = &k->batch.devices;

	if (begin_batch(k, MSG_DEVICE) == -1)
		return -1;
	to->list[to->n++] = *d;
	return to->n < MSG_DEVICES ? 0 : send_batch(k);
}

int
tell_key(struct keeper *k, const struct msg_key_of *key)
{
	struct msg_keys *to = &k->batch.keys;

	if (begin_batch(k, MSG_KEY_OF) == -1)
		return -1;
	to->list[to->n++] = *key;
	return to->n < MSG_KEYS ? 0 : send_batch(k);
}

void
tell_state(struct keeper *k, bool ok, bool fatal, const char *reason)
{
	struct msg m;

	msg_init(&m, MSG_STORE_STATE, 0);
	m.store_state.ok = ok;
	m.store_state.fatal = fatal;
	snprintf(
	    m.store_state.reason, sizeof(m.store_state.reason), "%s", reason);
	tell(k, &m);
}

static void
report(struct keeper *k, bool *failing, enum store_result r, const char *again)
{
	if (r != STORE_OK && !*failing)
		tell_state(k, false, false, store_error(k->store));
	else if (r == STORE_OK && *failing)
		tell_state(k, true, false, again);
	*failing = r != STORE_OK;
}

void
tell_read(struct keeper *k, enum store_result r)
{
	report(k, &k->unreadable, r, "the store answers again");
}

void
tell_write(struct keeper *k, enum store_result r)
{
	char again[80];
	size_t lost;

	if (r == STORE_OK && k->unwritable && (lost = group_lost(k->group)) > 0)
		snprintf(again, sizeof(again),
		    "the store is written again; %zu heartbeats were lost",
		    lost);
	else
		snprintf(again, sizeof(again), "the store is written again");
	report(k, &k->unwritable, r, again);
}

void
tell_refusal(struct keeper *k, const char *reason)
{
	tell_state(k, false, true, reason);
	k->failed = true;
	keeper_stop(k);
}
