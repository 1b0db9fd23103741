#include "config.h"

#include <string.h>

#include <utlist.h>

#include "alert_gone.h"
#include "alert_list.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "directory.h"
#include "inbox.h"
#include "jump.h"
#include "learn_device.h"
#include "monitor.h"
#include "msg.h"
#include "tunnel.h"
#include "wanted.h"

/* --- removed records -------------------------------------------------- */

static void
end_device(struct dir_device *dev, const char *reason)
{
	struct conn *c, *tmp;

	DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
		conn_end_awaited(c, reason);
}

static void
drop_key(struct monitor *m, struct dir_key *key)
{
	struct dir_device *dev = directory_device(&m->dir, key->device);
	struct conn *c, *tmp;

	if (dev != NULL)
		DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
			if (memcmp(c->digest, key->digest, KEY_DIGEST) == 0)
				conn_end_awaited(c, "key revoked");
	directory_drop_key(&m->dir, key);
}

/*
 * A removed device is freed with its last connection, which points at it.  No
 * login is possible meanwhile, as its keys were removed before.
 */
static void
drop_device(struct monitor *m, struct dir_device *dev)
{
	struct dir_forward *f, *tmp;

	dev->enabled = false;
	alert_device_off(m, dev);
	directory_retire_device(&m->dir, dev);
	DL_FOREACH_SAFE(dev->forwards, f, tmp)
		wanted_withdraw(m, f, "device removed");
	jump_device_gone(dev, "device removed");
	end_device(dev, "device removed");
	if (dev->conns == NULL)
		directory_drop_device(&m->dir, dev);
}

/* Tunnels by a permit end with the permit, or with the tag it names. */
static void
check_tunnels(struct monitor *m, struct conn *c)
{
	struct tunnel *t, *tmp;

	DL_FOREACH_SAFE(c->tunnels, t, tmp)
		if (t->forward == NULL &&
		    !directory_permitted(
			&m->dir, c->device, t->port, tunnel_virtual(t))) {
			inbox_tell_close(c->device, t->port);
			tunnel_end(t, "permit removed");
		}
}

static void
check_all_tunnels(struct monitor *m)
{
	struct conn *c, *tmp;

	HASH_ITER(hh, m->conns, c, tmp)
		check_tunnels(m, c);
}

void
learn_device_gone(struct monitor *m, int64_t id)
{
	struct dir_device *dev = directory_device(&m->dir, id);

	if (dev != NULL)
		drop_device(m, dev);
}

void
learn_key_gone(struct monitor *m, int64_t id)
{
	struct dir_key *key = directory_key_by_id(&m->dir, id);

	if (key != NULL)
		drop_key(m, key);
}

void
learn_permit_gone(struct monitor *m, int64_t id)
{
	struct dir_permit *p = directory_permit(&m->dir, id);

	if (p != NULL)
		directory_drop_permit(&m->dir, p);
	check_all_tunnels(m);
}

void
learn_forward_gone(struct monitor *m, int64_t id)
{
	struct dir_forward *f = directory_forward(&m->dir, id);

	if (f != NULL)
		wanted_withdraw(m, f, "removed");
}

void
learn_device_sweep(struct monitor *m)
{
	struct directory *d = &m->dir;
	struct dir_forward *f, *ftmp;
	struct dir_permit *p, *ptmp;
	struct dir_key *key, *ktmp;
	struct dir_device *dev, *dtmp;

	HASH_ITER(hh, d->forwards, f, ftmp)
		if (f->generation != d->generation && !f->virtual)
			wanted_withdraw(m, f, "removed");
	DL_FOREACH_SAFE(d->permits, p, ptmp)
		if (p->generation != d->generation)
			directory_drop_permit(d, p);
	HASH_ITER(hh, d->keys, key, ktmp)
		if (key->generation != d->generation)
			drop_key(m, key);
	HASH_ITER(hh, d->devices, dev, dtmp)
		if (dev->generation != d->generation && !dev->removed)
			drop_device(m, dev);
	check_all_tunnels(m);
}

/* --- present records -------------------------------------------------- */

/* The keeper is ended, and the next one sends all records anew. */
static const char no_memory[] = "out of memory";

static bool
put_device(struct monitor *m, const struct msg_device *record)
{
	struct dir_device *dev =
	    directory_put_device(&m->dir, record, clock_wall(), clock_now());
	struct conn *c, *tmp;

	if (dev == NULL)
		return false;
	if (!dev->enabled && m->alerts != NULL && m->alerts->adopted)
		alert_device_off(m, dev);
	if (!dev->enabled)
		end_device(dev, "device disabled");
	DL_FOREACH_SAFE2(dev->conns, c, tmp, dnext)
		check_tunnels(m, c);
	return true;
}

const char *
learn_devices(struct monitor *m, const struct msg *msg)
{
	uint32_t i;

	for (i = 0; i < msg->devices.n; i++)
		if (!put_device(m, &msg->devices.list[i]))
			return no_memory;
	return NULL;
}

const char *
learn_keys(struct monitor *m, const struct msg *msg)
{
	uint32_t i;

	for (i = 0; i < msg->keys.n; i++)
		if (directory_put_key(&m->dir, &msg->keys.list[i]) == NULL)
			return no_memory;
	return NULL;
}

const char *
learn_permit(struct monitor *m, const struct msg *msg)
{
	if (directory_put_permit(&m->dir, &msg->permit) == NULL)
		return no_memory;
	return NULL;
}

static void
send_state(struct monitor *m, const struct dir_forward *f)
{
	struct msg msg;

	msg_init(&msg, MSG_FORWARD_STATE, 0);
	msg.forward_state.id = f->id;
	msg.forward_state.at = clock_wall();
	msg.forward_state.state = f->state;
	child_send(m->keeper, &msg, -1);
}

/* Of several nodes: all of a load must be known to say. */
static void
learn_forward_anew(struct monitor *m, struct dir_forward *f)
{
	if (m->nodes != NULL && directory_remote(f->device, f->sport) != NULL)
		wanted_elsewhere(m, f);
	else if (m->nodes == NULL || m->dir.loaded || f->state != FORWARD_OPEN)
		wanted_set(m, f, FORWARD_QUEUED, "server restarted");
}

void
learn_forward_states(struct monitor *m)
{
	struct dir_forward *f, *tmp;

	if (m->nodes == NULL)
		return;
	HASH_ITER(hh, m->dir.forwards, f, tmp)
		if (!f->virtual && !f->elsewhere && tunnel_of(f) == NULL &&
		    f->state == FORWARD_OPEN)
			wanted_set(m, f, FORWARD_QUEUED, "server restarted");
}

/*
 * The monitor's state of a forward takes precedence over the record's; a forward
 * that an earlier run had delivered or open is delivered anew.
 */
const char *
learn_forward(struct monitor *m, const struct msg *msg)
{
	const struct msg_forward *mf = &msg->forward;
	const struct dir_device *dev = directory_device(&m->dir, mf->device);
	bool known = directory_forward(&m->dir, mf->id) != NULL;
	struct dir_forward *f;

	/* A removed device gets no forwards. */
	if (dev == NULL || dev->removed ||
	    (!known && forward_ended((enum forward_state)mf->state)))
		return NULL;
	f = directory_put_forward(&m->dir, mf, clock_wall(), clock_now());
	if (f == NULL)
		return no_memory;
	if (mf->cancelled) {
		wanted_withdraw(m, f, "closed by an operator");
		return NULL;
	}
	if (!known && f->state != FORWARD_QUEUED)
		learn_forward_anew(m, f);
	else if (!known)
		wanted_announce(m, f);
	else if (m->nodes == NULL && f->state != (enum forward_state)mf->state)
		send_state(m, f);
	return NULL;
}
