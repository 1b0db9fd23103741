/*
 * The directory: the monitor's copy in memory of what logins, polls and
 * forwards need from the store.  The keeper fills it (learn.c).  Times are
 * seconds of the loop's monotonic clock.
 */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uthash.h>

#include "device.h"
#include "forward.h"
#include "key.h"
#include "msg.h"
#include "operator.h"
#include "permit.h"

struct alert;
struct conn;
struct sightings;
struct jump;

struct dir_forward {
	int64_t id; /* the store's; below 0: virtual */
	struct dir_device *device;
	uint32_t dport;
	uint32_t sport;
	double expires;
	double state_at;
	enum forward_state state; /* changed by wanted.c alone */
	bool elsewhere; /* open, by a tunnel on another node */
	bool virtual; /* for jumps alone: binds no port */
	uint32_t ttl; /* s */
	int64_t oper; /* its owner; 0: opened with et-admin on the server */
	char owner[DEVICE_NAME]; /* that operator's name, or "" */
	char node[DEVICE_NAME]; /* that binds sport; "": where its tunnel is */
	int64_t created; /* of a virtual one, us since the epoch */
	bool told; /* a virtual one: the store has it */
	unsigned int jumps; /* waiting for or through it: wanted_hold */
	unsigned int kept; /* of these, for others: wanted_keep */
	double unused; /* since when no jump uses it, s */
	unsigned int generation;
	char refused[FORWARD_REASON]; /* why it was not bound, or "" */
	UT_hash_handle hh;
	struct dir_forward *prev, *next; /* of the device */
};

/* A tunnel of the device on another node (node/remote.h). */
struct dir_remote {
	uint32_t dport; /* 0: not known, by a permit */
	uint32_t sport;
	bool virtual; /* jumps alone lead there */
	char node[DEVICE_NAME]; /* that has it */
	unsigned int generation;
	struct dir_remote *prev, *next;
};

/* In an order without gaps: there are a million of them. */
struct dir_device {
	int64_t id;
	bool enabled;
	bool removed; /* goes with its last conn */
	bool seen; /* ever */
	bool waited; /* its last heartbeat began a wait */
	bool pending; /* gone just now: alert_site.c */
	bool key_alert; /* an alert that its key is refused is open */
	char *name;
	char *alias; /* or "" */
	char *tags; /* "a,b,c" or "" */
	uint32_t interval; /* s between polls; 0: unknown */
	uint32_t gaps[3]; /* s between its last polls; 0: unknown */
	double last_seen; /* < 0 is before this start */
	enum device_state presence;
	unsigned int told; /* the keeper: presence_tell */
	uint32_t next; /* s until its next poll, as it was told; 0 */
	unsigned int generation;
	int64_t seen_at; /* last seen, us since the epoch; 0: never */
	struct in6_addr addr; /* of its last poll; IPv4: mapped */
	struct alert *alert; /* that it is gone, or its site; or NULL */
	double judged; /* not missed before, s; HUGE_VAL: not at all */
	struct conn *conns; /* logged in as this device */
	struct sightings *sightings; /* NULL: none yet */
	double refused[2]; /* last told: under its name, with its key */
	struct dir_forward *forwards; /* that have not ended */
	struct jump *jumps; /* to it, that have not ended */
	struct dir_remote *remotes; /* its tunnels on other nodes */
	UT_hash_handle hh;
	UT_hash_handle by_name;
	UT_hash_handle by_alias; /* if it has one */
};

struct dir_key {
	uint8_t digest[KEY_DIGEST];
	int64_t id;
	int64_t device;
	unsigned int generation;
	UT_hash_handle hh; /* by digest */
	UT_hash_handle by_id;
};

struct dir_permit {
	struct permit permit;
	unsigned int generation;
	struct dir_permit *prev, *next;
};

struct dir_operator {
	int64_t id;
	bool removed; /* goes with its last conn */
	char *name;
	char *grants;
	enum operator_role role;
	double expires; /* 0: never */
	uint8_t digest[KEY_DIGEST];
	struct conn *conns; /* logged in as this operator */
	unsigned int generation;
	UT_hash_handle hh; /* both until it is removed */
	UT_hash_handle by_key;
};

struct directory {
	struct dir_device *devices;
	struct dir_device *devices_by_name;
	struct dir_device *devices_by_alias;
	struct dir_key *keys;
	struct dir_key *keys_by_id;
	struct dir_permit *permits;
	struct dir_forward *forwards;
	struct dir_operator *operators;
	struct dir_operator *operators_by_key;
	int64_t last_virtual; /* forward's id */
	bool loaded; /* once whole */
	unsigned int generation; /* of the load under way */
	double fresh; /* the store answered then */
};

void directory_free(struct directory *);

struct dir_device *directory_device(const struct directory *, int64_t id);
/* The device with this key, or NULL. */
struct dir_device *directory_device_of_key(
    const struct directory *, const uint8_t digest[KEY_DIGEST]);
/*
 * The one device that people mean by this: whose id or alias is its canonical
 * form (name.h), or what was typed, in a store that has names which are not
 * canonical.  NULL, or why there is none: they may be two.
 */
const char *directory_named(
    const struct directory *, const char *typed, struct dir_device **);
/* What people call the device: its alias, or its id. */
const char *directory_called(const struct dir_device *);
/* An address as text, into one; IPv4 is mapped, and no address is 0. */
void directory_address(struct in6_addr *, const char *text);
struct dir_forward *directory_forward(const struct directory *, int64_t id);
/* The device's forward with this server port that has not ended, or NULL. */
struct dir_forward *directory_listed(const struct dir_device *, uint32_t sport);
/* The listed forward, of any device, with this server port, or NULL. */
struct dir_forward *directory_listed_any(
    const struct directory *, uint32_t sport);
/* The device's forward to this port of its own that has not ended, or NULL. */
struct dir_forward *directory_wanted(const struct dir_device *, uint32_t dport);
/*
 * Does a permit allow the device this server port, or (virtual) a forward to
 * this port of its own?
 */
bool directory_permitted(const struct directory *, const struct dir_device *,
    uint32_t port, bool virtual);
/* Is any port below 1024 listed? */
bool directory_low_ports(const struct directory *);

/*
 * Put a record in, or replace what is known of it.  NULL: no memory, or its
 * device is not known.  now is the wall clock in microseconds and mono the
 * loop's, to turn the store's times into the loop's.
 */
struct dir_device *directory_put_device(
    struct directory *, const struct msg_device *, int64_t now, double mono);
struct dir_operator *directory_put_operator(struct directory *,
    const struct msg_operator *, int64_t now, double mono);
struct dir_key *directory_put_key(
    struct directory *, const struct msg_key_of *);
struct dir_permit *directory_put_permit(
    struct directory *, const struct msg_permit *);
struct dir_forward *directory_put_forward(
    struct directory *, const struct msg_forward *, int64_t now, double mono);

/*
 * Mark a removed device, which is no longer found by id or alias.  Its keys
 * were dropped before.  The caller drops it once its last connection is gone.
 */
void directory_retire_device(struct directory *, struct dir_device *);
/*
 * Add a virtual forward to a port of the device.  Its server port is the same
 * number, or another that the device does not use.  NULL: no memory.
 */
struct dir_forward *directory_add_virtual(
    struct directory *, struct dir_device *, uint32_t dport, double mono);
/*
 * The device's tunnel on another node by its server port, or NULL; remove it, if
 * there is one.
 */
struct dir_remote *directory_remote(const struct dir_device *, uint32_t sport);
void directory_drop_remote(struct dir_device *, uint32_t sport);
/*
 * Remove and free a record.  All that uses it must have ended before; a build
 * with sanitizers asserts that a device has no jumps and forwards.
 */
void directory_drop_device(struct directory *, struct dir_device *);
void directory_drop_key(struct directory *, struct dir_key *);
void directory_drop_permit(struct directory *, struct dir_permit *);
void directory_drop_forward(struct directory *, struct dir_forward *);

struct dir_operator *directory_operator(const struct directory *, int64_t id);
/* The operator with this key, or NULL. */
struct dir_operator *directory_operator_of_key(
    const struct directory *, const uint8_t digest[KEY_DIGEST]);
/* Mark a removed operator: no login, and dropped with its last connection. */
void directory_retire_operator(struct directory *, struct dir_operator *);
void directory_drop_operator(struct directory *, struct dir_operator *);

struct dir_key *directory_key_by_id(const struct directory *, int64_t id);
struct dir_permit *directory_permit(const struct directory *, int64_t id);

#endif
