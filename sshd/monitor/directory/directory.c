#include "config.h"

#ifdef SANITIZE
#include <assert.h>
#endif
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "directory.h"
#include "name.h"

#define VIRTUAL_STEP 4099

void
directory_free(struct directory *d)
{
	struct dir_device *dev, *dtmp;
	struct dir_key *key, *ktmp;
	struct dir_permit *p, *ptmp;
	struct dir_forward *f, *ftmp;
	struct dir_operator *op, *otmp;

	HASH_ITER(hh, d->operators, op, otmp)
		directory_drop_operator(d, op);
	HASH_ITER(hh, d->forwards, f, ftmp)
		directory_drop_forward(d, f);
	HASH_ITER(hh, d->keys, key, ktmp)
		directory_drop_key(d, key);
	DL_FOREACH_SAFE(d->permits, p, ptmp)
		directory_drop_permit(d, p);
	HASH_ITER(hh, d->devices, dev, dtmp)
		directory_drop_device(d, dev);
}

struct dir_device *
directory_device(const struct directory *d, int64_t id)
{
	struct dir_device *dev;

	HASH_FIND(hh, d->devices, &id, sizeof(id), dev);
	return dev;
}

const char *
directory_called(const struct dir_device *dev)
{
	return *dev->alias != '\0' ? dev->alias : dev->name;
}

void
directory_address(struct in6_addr *to, const char *text)
{
	char mapped[80];

	memset(to, 0, sizeof(*to));
	if (strchr(text, ':') != NULL)
		inet_pton(AF_INET6, text, to);
	else if (snprintf(mapped, sizeof(mapped), "::ffff:%s", text) > 0)
		inet_pton(AF_INET6, mapped, to);
}

/* The devices with exactly this id and with exactly this alias. */
static void
named_exactly(
    const struct directory *d, const char *name, struct dir_device *found[2])
{
	size_t len = strlen(name);

	HASH_FIND(by_name, d->devices_by_name, name, len, found[0]);
	HASH_FIND(by_alias, d->devices_by_alias, name, len, found[1]);
}

const char *
directory_named(
    const struct directory *d, const char *typed, struct dir_device **dev)
{
	char plain[DEVICE_NAME], low[DEVICE_NAME];
	struct dir_device *found[4];
	size_t i;

	name_canonical(typed, plain);
	name_lower(typed, low);
	named_exactly(d, plain, found);
	named_exactly(d, low, found + 2);
	*dev = NULL;
	for (i = 0; i < 4; i++) {
		if (found[i] == NULL || found[i] == *dev)
			continue;
		if (*dev != NULL) {
			*dev = NULL;
			return "name means two devices";
		}
		*dev = found[i];
	}
	return *dev == NULL ? "no such device" : NULL;
}

static struct dir_key *
key_of(const struct directory *d, const uint8_t digest[KEY_DIGEST])
{
	struct dir_key *key;

	HASH_FIND(hh, d->keys, digest, KEY_DIGEST, key);
	return key;
}

struct dir_device *
directory_device_of_key(
    const struct directory *d, const uint8_t digest[KEY_DIGEST])
{
	struct dir_key *key = key_of(d, digest);

	return key != NULL ? directory_device(d, key->device) : NULL;
}

struct dir_forward *
directory_forward(const struct directory *d, int64_t id)
{
	struct dir_forward *f;

	HASH_FIND(hh, d->forwards, &id, sizeof(id), f);
	return f;
}

struct dir_key *
directory_key_by_id(const struct directory *d, int64_t id)
{
	struct dir_key *key;

	HASH_FIND(by_id, d->keys_by_id, &id, sizeof(id), key);
	return key;
}

struct dir_permit *
directory_permit(const struct directory *d, int64_t id)
{
	struct dir_permit *p;

	DL_FOREACH(d->permits, p)
		if (p->permit.id == id)
			return p;
	return NULL;
}

struct dir_forward *
directory_listed(const struct dir_device *dev, uint32_t sport)
{
	struct dir_forward *f;

	DL_FOREACH(dev->forwards, f)
		if (f->sport == sport && !forward_ended(f->state))
			return f;
	return NULL;
}

struct dir_forward *
directory_listed_any(const struct directory *d, uint32_t sport)
{
	struct dir_forward *f, *tmp;

	HASH_ITER(hh, d->forwards, f, tmp)
		if (f->sport == sport && !f->virtual &&
		    !forward_ended(f->state))
			return f;
	return NULL;
}

struct dir_forward *
directory_wanted(const struct dir_device *dev, uint32_t dport)
{
	struct dir_forward *f;

	DL_FOREACH(dev->forwards, f)
		if (f->dport == dport && !forward_ended(f->state))
			return f;
	return NULL;
}

bool
directory_permitted(const struct directory *d, const struct dir_device *dev,
    uint32_t port, bool virtual)
{
	const struct dir_permit *p;

	DL_FOREACH(d->permits, p)
		if (p->permit.virtual == virtual &&
		    permit_allows(&p->permit, dev->id, dev->tags, port))
			return true;
	return false;
}

bool
directory_low_ports(const struct directory *d)
{
	const struct dir_forward *f, *tmp;
	const struct dir_permit *p;

	DL_FOREACH(d->permits, p)
		if (p->permit.first < 1024 && !p->permit.virtual)
			return true;
	HASH_ITER(hh, d->forwards, f, tmp)
		if (f->sport < 1024 && !f->virtual)
			return true;
	return false;
}

/*
 * A server port for a virtual forward that no forward or permit of the device
 * has; others: virtual permits for other ports do not count.  0: none is free.
 */
static uint32_t
free_number(const struct directory *d, const struct dir_device *dev,
    uint32_t dport, bool others)
{
	uint32_t port = dport, i;

	for (i = 0; i < 65535; i++) {
		if (directory_listed(dev, port) == NULL &&
		    !directory_permitted(d, dev, port, false) &&
		    (port == dport || others ||
			!directory_permitted(d, dev, port, true)))
			return port;
		port = (port + VIRTUAL_STEP) % 65535 + 1;
	}
	return 0;
}

/*
 * The result is always the same for a port of the device, so that a late device
 * cannot open a forward to another port than the one wanted by then.
 */
static uint32_t
virtual_port(
    const struct directory *d, const struct dir_device *dev, uint32_t dport)
{
	uint32_t port = free_number(d, dev, dport, false);

	if (port == 0)
		port = free_number(d, dev, dport, true);
	return port != 0 ? port : dport;
}

struct dir_forward *
directory_add_virtual(
    struct directory *d, struct dir_device *dev, uint32_t dport, double mono)
{
	struct dir_forward *f;

	if ((f = calloc(1, sizeof(*f))) == NULL)
		return NULL;
	f->id = --d->last_virtual;
	f->device = dev;
	f->dport = dport;
	f->sport = virtual_port(d, dev, dport);
	f->virtual = true;
	f->state_at = mono;
	f->expires = HUGE_VAL; /* ends when no jump uses it */
	HASH_ADD(hh, d->forwards, id, sizeof(f->id), f);
	if (f->hh.tbl == NULL) {
		free(f);
		return NULL;
	}
	DL_APPEND(dev->forwards, f);
	return f;
}

/* Replace *text; false: no memory, and the old one stays. */
static bool
replace_text(char **text, const char *value)
{
	char *copy;

	if (*text != NULL && strcmp(*text, value) == 0)
		return true;
	if ((copy = strdup(value)) == NULL)
		return false;
	free(*text);
	*text = copy;
	return true;
}

struct dir_remote *
directory_remote(const struct dir_device *dev, uint32_t sport)
{
	struct dir_remote *r;

	DL_FOREACH(dev->remotes, r)
		if (r->sport == sport)
			return r;
	return NULL;
}

void
directory_drop_remote(struct dir_device *dev, uint32_t sport)
{
	struct dir_remote *r = directory_remote(dev, sport);

	if (r != NULL)
		DL_DELETE(dev->remotes, r);
	free(r);
}

static void
free_device(struct dir_device *dev)
{
	while (dev->remotes != NULL)
		directory_drop_remote(dev, dev->remotes->sport);
	free(dev->name);
	free(dev->alias);
	free(dev->tags);
	free(dev->sightings);
	free(dev);
}

/* Take the device out of the hashes by id and by alias. */
static void
hide_names(struct directory *d, struct dir_device *dev)
{
	if (dev->by_name.tbl != NULL)
		HASH_DELETE(by_name, d->devices_by_name, dev);
	if (dev->by_alias.tbl != NULL)
		HASH_DELETE(by_alias, d->devices_by_alias, dev);
	dev->by_name.tbl = dev->by_alias.tbl = NULL;
}

static bool
show_names(struct directory *d, struct dir_device *dev)
{
	HASH_ADD_KEYPTR(
	    by_name, d->devices_by_name, dev->name, strlen(dev->name), dev);
	if (*dev->alias == '\0')
		return dev->by_name.tbl != NULL;
	HASH_ADD_KEYPTR(
	    by_alias, d->devices_by_alias, dev->alias, strlen(dev->alias), dev);
	return dev->by_name.tbl != NULL && dev->by_alias.tbl != NULL;
}

static bool
set_names(
    struct directory *d, struct dir_device *dev, const struct msg_device *m)
{
	bool done;

	hide_names(d, dev);
	done = replace_text(&dev->name, m->name) &&
	       replace_text(&dev->alias, m->alias) &&
	       replace_text(&dev->tags, m->tags);
	if (dev->name != NULL && dev->alias != NULL)
		done = show_names(d, dev) && done;
	return done;
}

struct dir_device *
directory_put_device(
    struct directory *d, const struct msg_device *m, int64_t now, double mono)
{
	struct dir_device *dev = directory_device(d, m->id);
	bool fresh = dev == NULL;

	if (fresh && (dev = calloc(1, sizeof(*dev))) == NULL)
		return NULL;
	if (!set_names(d, dev, m)) {
		if (fresh) {
			hide_names(d, dev);
			free_device(dev);
		}
		return NULL;
	}
	dev->enabled = m->enabled != 0;
	dev->removed = false; /* or added again */
	dev->generation = d->generation;
	if (!fresh)
		return dev;
	/* For a known device, what the monitor saw itself is newer. */
	dev->id = m->id;
	dev->interval = m->interval;
	dev->seen = m->last_seen != 0;
	dev->seen_at = m->last_seen;
	directory_address(&dev->addr, m->addr);
	dev->last_seen = mono - (double)(now - m->last_seen) / 1e6;
	dev->presence =
	    device_state(dev->seen ? now - m->last_seen : -1, dev->interval);
	HASH_ADD(hh, d->devices, id, sizeof(dev->id), dev);
	if (dev->hh.tbl != NULL)
		return dev;
	hide_names(d, dev);
	free_device(dev);
	return NULL;
}

static bool
add_key(struct directory *d, struct dir_key *key)
{
	HASH_ADD(hh, d->keys, digest, KEY_DIGEST, key);
	if (key->hh.tbl == NULL)
		return false;
	HASH_ADD(by_id, d->keys_by_id, id, sizeof(key->id), key);
	if (key->by_id.tbl != NULL)
		return true;
	HASH_DEL(d->keys, key);
	return false;
}

struct dir_key *
directory_put_key(struct directory *d, const struct msg_key_of *m)
{
	struct dir_key *key = key_of(d, m->digest);
	struct dir_key *was = directory_key_by_id(d, m->id);

	if (was != NULL && was != key)
		directory_drop_key(d, was); /* the id now has another key */
	if (key != NULL && key->id != m->id) {
		directory_drop_key(d, key); /* removed and added anew */
		key = NULL;
	}
	if (key == NULL) {
		if ((key = calloc(1, sizeof(*key))) == NULL)
			return NULL;
		memcpy(key->digest, m->digest, KEY_DIGEST);
		key->id = m->id;
		if (!add_key(d, key)) {
			free(key);
			return NULL;
		}
	}
	key->device = m->device;
	key->generation = d->generation;
	return key;
}

struct dir_permit *
directory_put_permit(struct directory *d, const struct msg_permit *m)
{
	struct dir_permit *p = directory_permit(d, m->id);

	if (p == NULL) {
		if ((p = calloc(1, sizeof(*p))) == NULL)
			return NULL;
		DL_APPEND(d->permits, p);
	}
	p->permit.id = m->id;
	p->permit.device = m->device;
	p->permit.first = m->first;
	p->permit.last = m->last;
	p->permit.virtual = m->virtual != 0;
	memcpy(p->permit.tag, m->tag, sizeof(p->permit.tag));
	p->generation = d->generation;
	return p;
}

struct dir_forward *
directory_put_forward(
    struct directory *d, const struct msg_forward *m, int64_t now, double mono)
{
	struct dir_device *dev = directory_device(d, m->device);
	struct dir_forward *f = directory_forward(d, m->id);

	if (dev == NULL || m->state > FORWARD_CANCELLED)
		return NULL;
	if (f == NULL) {
		if ((f = calloc(1, sizeof(*f))) == NULL)
			return NULL;
		f->id = m->id;
		f->device = dev;
		f->dport = m->dport;
		f->sport = m->sport;
		f->state = (enum forward_state)m->state;
		f->state_at = mono;
		f->expires = mono + (double)(m->expires - now) / 1e6;
		f->ttl = m->ttl;
		f->oper = m->oper;
		memcpy(f->owner, m->owner, sizeof(f->owner));
		memcpy(f->node, m->node, sizeof(f->node));
		HASH_ADD(hh, d->forwards, id, sizeof(f->id), f);
		if (f->hh.tbl == NULL) {
			free(f);
			return NULL;
		}
		DL_APPEND(dev->forwards, f);
	}
	f->generation = d->generation;
	return f;
}

void
directory_retire_device(struct directory *d, struct dir_device *dev)
{
	dev->removed = true;
	hide_names(d, dev);
}

void
directory_drop_device(struct directory *d, struct dir_device *dev)
{
	struct dir_forward *f, *tmp;

	/* Only builds for tests may end the monitor. */
#ifdef SANITIZE
	assert(dev->jumps == NULL && dev->forwards == NULL);
#endif
	DL_FOREACH_SAFE(dev->forwards, f, tmp)
		directory_drop_forward(d, f);
	hide_names(d, dev);
	HASH_DEL(d->devices, dev);
	free_device(dev);
}

void
directory_drop_key(struct directory *d, struct dir_key *key)
{
	HASH_DEL(d->keys, key);
	HASH_DELETE(by_id, d->keys_by_id, key);
	free(key);
}

void
directory_drop_permit(struct directory *d, struct dir_permit *p)
{
	DL_DELETE(d->permits, p);
	free(p);
}

void
directory_drop_forward(struct directory *d, struct dir_forward *f)
{
	DL_DELETE(f->device->forwards, f);
	HASH_DEL(d->forwards, f);
	free(f);
}
