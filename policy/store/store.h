/*
 * Where policy is kept.  A store is opened by URL; everything else speaks
 * records.  Functions return a store_result; store_error says the rest in
 * one line for people.  A store is for one thread.  Records with the devices'
 * name beside the number come filled in.
 *
 * Changes are what the server must know of: each commit that makes one is
 * numbered (seq), streamed by the keeper to the monitor, and its effect is
 * acknowledged in the node's applied (see store_applied).
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert.h"
#include "device.h"
#include "forward.h"
#include "heartbeat.h"
#include "history.h"
#include "key.h"
#include "operator.h"
#include "permit.h"
#include "refusal.h"
#include "session.h"
#include "token.h"

#define STORE_ERROR	256
#define STORE_SCHEMA	13		/* the newest migration's number */

struct store;
struct fleet_query;
struct fleet_row;
struct fleet_counts;

enum store_result {
	STORE_OK = 0,
	STORE_NONE,		/* no such record; end of a list */
	STORE_EXISTS,		/* name, key or port is taken, or the name is
				   not allowed: see error */
	STORE_BUSY,		/* locked for 2 s (250 ms for the server) */
	STORE_FULL,		/* no room on the disk */
	STORE_BROKEN,		/* not a store, truncated, malformed */
	STORE_NEWER,		/* written by a newer version */
	STORE_DENIED,		/* not readable, not writable, not there */
	STORE_TAKEN,		/* another server runs on it */
	STORE_FAILED		/* anything else */
};

/* A node without a sign of life for so long is none, us. */
#define STORE_NODE_GONE	INT64_C(15000000)
/* A ticket that was not used for so long is none, us. */
#define STORE_TICKET_TIME INT64_C(30000000)

#define STORE_CREATE	1	/* make it when it is not there */
#define STORE_SERVER	2	/* the keeper's: migrates; sqlite: one at a
				   time */
#define STORE_MIGRATE	4	/* et-admin's: migrate, snapshot first */
#define STORE_READ	8	/* no file of it is opened for writing */
#define STORE_WITHIN	16	/* by a process of the server that runs on it */
#define STORE_AS_IS	32	/* of any version up to this one; not migrated */
#define STORE_SMALL	64	/* with little memory: by one of many processes */

/*
 * Open url ("sqlite:/path", "postgresql://user@host/database").  On failure *out is NULL and error says why and
 * what to do.  An older store is migrated when flags say so; first a copy is
 * left beside it (sqlite: PATH.schema-N, N the version it has), and
 * store_notice says where; postgresql: none is, and the notice says so.  A newer
 * store is opened if it says that programs of this version can use it.  A store
 * that STORE_CREATE makes is mode 0600; its directory, or its database, has to
 * be there.
 */
enum store_result store_open(struct store **out, const char *url,
    unsigned int flags, char error[STORE_ERROR]);
/*
 * Have what a store at url needs of the system's libraries, for a process that
 * cannot load them later.
 */
enum store_result store_load(const char *url, char error[STORE_ERROR]);
void		 store_close(struct store *);
const char	*store_error(const struct store *);
/* A note on the opening for people, in one line; or "". */
const char	*store_notice(const struct store *);

/* Whether servers on several machines can run on it, at the same time. */
bool		 store_shared(const struct store *);
/*
 * The time, us since the epoch, by the clock that all nodes share: that of the
 * database.
 */
int64_t		 store_clock(const struct store *);

/* The version of the store: STORE_SCHEMA, or with STORE_AS_IS an older one. */
enum store_result store_schema(struct store *, int *version);

/* The oldest schema whose programs can use the store. */
enum store_result store_oldest(struct store *, int *oldest);

/*
 * Facts of the store for people, each by its name and value; a value that
 * begins with "!" is wrong.
 */
enum store_result store_facts(struct store *,
    int (*)(void *, const char *fact, const char *is), void *);

/*
 * Execute statements, which end with NULL, one by one in the database at url,
 * whether it has a store or not; each is told with NULL or why it failed.
 */
enum store_result store_execute(const char *url, const char *const *sql,
    int (*)(void *, const char *sql, const char *error), void *,
    char error[STORE_ERROR]);

/* The size of the database, bytes, as of its last checkpoint. */
enum store_result store_size(struct store *, int64_t *bytes);

/*
 * Copy the store as of one moment to path, which is not there or empty, while
 * others read and write it.  The copy is a store of the same version; it is not
 * yet fsync(2)ed, and after a failure it is not whole.
 */
enum store_result store_copy(struct store *, const char *path);

/* Read the whole store: STORE_BROKEN unless every page and index is sound. */
enum store_result store_verify(struct store *);

/*
 * Keep servers from running on the store at url, which need not be there, until
 * *lock is closed.  STORE_TAKEN: one runs.
 */
enum store_result store_hold(const char *url, int *lock,
    char error[STORE_ERROR]);

/*
 * Limit the store from now on to what this operator sees (operator_sees): the
 * devices, what belongs to them, and the operator's own record.  Nothing can be
 * written any more.  For a store that was opened with STORE_READ.
 */
enum store_result store_limit(struct store *, const struct oper *);

/*
 * A group of writes.  Without begin each call is its own transaction.  After
 * a failure within a group only store_rollback is of use, but for
 * STORE_NONE and STORE_EXISTS, which leave the group as it was.
 */
enum store_result store_begin(struct store *);
/* A group of reads, which all see the store as of one moment. */
enum store_result store_begin_read(struct store *);
enum store_result store_commit(struct store *);
void		 store_rollback(struct store *);

/*
 * A descriptor that turns readable when another process may have written, to be
 * drained by store_watch_drain; -1: look at times instead.
 */
int		 store_watch(struct store *);
void		 store_watch_drain(struct store *);
/*
 * Whether another process has written since the last call.  The watch may turn
 * readable a moment before what was written can be read, so call again shortly
 * after.
 */
enum store_result store_changed(struct store *, bool *changed);
/* Whether the store answers, and is still the one at its address. */
enum store_result store_alive(struct store *);

/*
 * Functions with "each" call back with one record after the other until that
 * returns other than 0, and then return STORE_OK.  What is called back may use
 * the store, but not the same function.
 */

/*
 * --- devices: name may be an id or an alias ---
 * add and update say STORE_EXISTS of a new name that is not allowed (see
 * name.h), or is another device's or an operator's.
 */
enum store_result store_device_add(struct store *, struct device *,
    const struct key *or_null);
enum store_result store_device_find(struct store *, const char *name,
    struct device *);
/*
 * Find the one device that people mean by this name: whose id or alias is its
 * canonical form, or what was typed.  STORE_EXISTS: there are two.  With
 * STORE_BY_ID and an id, that id alone.
 */
#define STORE_BY_ID "id:"
enum store_result store_device_named(struct store *, const char *typed,
    struct device *);
enum store_result store_device_get(struct store *, int64_t id,
    struct device *);
enum store_result store_device_each(struct store *,
    int (*)(void *, const struct device *), void *);
enum store_result store_device_update(struct store *, const struct device *);
enum store_result store_device_remove(struct store *, int64_t id);
/* Note that the device's key is used at two places at once; not a change. */
enum store_result store_device_twice(struct store *, int64_t id,
    int64_t at, const char *places);

/* --- keys: STORE_EXISTS when it is a device's or an operator's --- */
enum store_result store_key_add(struct store *, struct key *);
enum store_result store_key_find(struct store *,
    const uint8_t digest[KEY_DIGEST], struct key *);
enum store_result store_key_get(struct store *, int64_t id, struct key *);
enum store_result store_key_each(struct store *, int64_t device_or_0,
    int (*)(void *, const struct key *), void *);
enum store_result store_key_remove(struct store *, int64_t id);

/*
 * --- operators: STORE_EXISTS when the key is taken, or the name is taken by an
 * operator or a device or not allowed ---
 * add forgets those whose time was over OPERATOR_KEEP ago.
 */
enum store_result store_operator_add(struct store *, struct oper *);
enum store_result store_operator_find(struct store *, const char *name,
    struct oper *);
enum store_result store_operator_get(struct store *, int64_t id,
    struct oper *);
enum store_result store_operator_each(struct store *,
    int (*)(void *, const struct oper *), void *);
enum store_result store_operator_remove(struct store *, int64_t id);
/*
 * Set the end of its time, us since the epoch; STORE_NONE: the operator was
 * removed.
 */
enum store_result store_operator_extend(struct store *, int64_t id,
    int64_t expires);

/* --- permits --- */
enum store_result store_permit_add(struct store *, struct permit *);
enum store_result store_permit_get(struct store *, int64_t id,
    struct permit *);
enum store_result store_permit_each(struct store *,
    int (*)(void *, const struct permit *), void *);
enum store_result store_permit_remove(struct store *, int64_t id);

/* --- forwards: add says STORE_EXISTS when the server port is promised --- */
enum store_result store_forward_add(struct store *, struct forward *);
enum store_result store_forward_get(struct store *, int64_t id,
    struct forward *);
/* The forwards that have not ended, or all that are kept (the last 1,000). */
enum store_result store_forward_each(struct store *, bool all,
    int (*)(void *, const struct forward *), void *);
/* Mark the forward as closed by an operator; the server ends it. */
enum store_result store_forward_cancel(struct store *, int64_t id);
/*
 * Set the state that the server reports; not a change.  STORE_NONE: the forward
 * has ended.
 */
enum store_result store_forward_set(struct store *, int64_t id,
    enum forward_state, int64_t at, const char *reason);

/*
 * --- virtual forwards of this node ---
 * One for each device and device port; of the ended ones a device's last.  Only
 * a shared store makes changes of them (STORE_WISH).
 */
enum store_result store_virtual_put(struct store *, const char *node,
    const struct forward *);
/* Cancel the node's virtual forwards that have not ended. */
enum store_result store_virtual_clear(struct store *, const char *node,
    int64_t now);
enum store_result store_virtual_each(struct store *,
    int (*)(void *, const struct forward *), void *);

/* --- refused logins of devices: the last of each kind; not changes --- */
enum store_result store_refusal_put(struct store *, const struct refusal *);
enum store_result store_refusal_get(struct store *, int64_t device, bool own,
    struct refusal *);

/* --- heartbeats: add also updates the device's last_seen and so on --- */
enum store_result store_heartbeat_add(struct store *,
    const struct heartbeat *);
/* The same for many, in one transaction; those whose device is gone are left out. */
enum store_result store_heartbeat_add_many(struct store *,
    const struct heartbeat *const *, size_t n);
/*
 * The heartbeats of one device (0: of all) after seq, oldest first, at most
 * the newest n.  Kept are the last HEARTBEAT_KEEP of each device; by PostgreSQL
 * all of the last 6 hours.
 */
enum store_result store_heartbeat_each(struct store *, int64_t device,
    int64_t after, unsigned int n,
    int (*)(void *, const struct heartbeat *), void *);

/*
 * When a device polled, us since the epoch, oldest first: the last
 * HEARTBEAT_KEEP; by PostgreSQL to the second, and none before 18 hours without
 * a poll.
 */
enum store_result store_heartbeat_times(struct store *, int64_t device,
    int64_t at[HEARTBEAT_KEEP], size_t *n);

/*
 * --- the fleet: queries on all devices (fleet.h) ---
 * The text, tags and so on of a query have to last until the call returns.
 */
enum store_result store_fleet_each(struct store *, const struct fleet_query *,
    int (*)(void *, const struct fleet_row *), void *);
/* The row of the device with this id; STORE_NONE: there is none. */
enum store_result store_fleet_get(struct store *, const char *id,
    struct fleet_row *);
/* offset, limit and sort count for nothing. */
enum store_result store_fleet_count(struct store *, const struct fleet_query *,
    struct fleet_counts *);
#define FLEET_TAGS_MOST	1000
/* All tags by name, with the number of their devices; FLEET_TAGS_MOST at most. */
enum store_result store_fleet_tags(struct store *,
    int (*)(void *, const char *tag, unsigned int n), void *);
/* Whether any device tells a health field of this key. */
enum store_result store_fleet_tells(struct store *, const char *key,
    bool *tells);

/*
 * --- presence: spans of a device; not changes ---
 * online begins a span at this time unless one lasts; gone ends the one that
 * lasts at the time when the device was last seen.  Of more than HISTORY_SPANS
 * the oldest two become one.
 */
enum store_result store_span_online(struct store *, int64_t device,
    int64_t at);
enum store_result store_span_gone(struct store *, int64_t device, int64_t at,
    enum span_end why);
/* Those that lasted until since or longer, oldest first. */
enum store_result store_span_each(struct store *, int64_t device,
    int64_t since, int (*)(void *, const struct span *), void *);
/* How long the device was there in [from, until). */
enum store_result store_span_presence(struct store *, int64_t device,
    int64_t from, int64_t until, struct presence *);
/* The same for n cells of equal length. */
enum store_result store_span_cells(struct store *, int64_t device,
    int64_t from, int64_t until, struct cell *, size_t n);

/* --- absences of the server --- */
enum store_result store_outage_add(struct store *, const struct outage *);
/* The one that lasts ends. */
enum store_result store_outage_end(struct store *, int64_t at);
/* Those that lasted until since or longer, oldest first. */
enum store_result store_outage_each(struct store *, int64_t since,
    int (*)(void *, const struct outage *), void *);
enum store_result store_outage_load(struct store *, int64_t since,
    int64_t now, struct outages *);

/*
 * --- figures by the hour ---
 * add joins an hour that is there already.  STORE_NONE: no such device.
 */
enum store_result store_series_add(struct store *, const struct hour *);
/*
 * The hours of one field (NULL: of all) of a device from since on: field by field
 * within a day, days oldest first.
 */
enum store_result store_series_each(struct store *, int64_t device,
    const char *key, int64_t since, int (*)(void *, const struct point *),
    void *);
/* Months that are kept, oldest first; the first may be a part of one. */
enum store_result store_series_months(struct store *, int64_t device,
    int (*)(void *, const struct month *), void *);

/*
 * --- texts of a device: model, firmware, client, version, address, ... ---
 * note adds a row if value is another than the last one of that name; of more than
 * HISTORY_TEXTS the oldest that is not the last of its name is dropped.
 */
enum store_result store_inventory_note(struct store *, int64_t device,
    int64_t at, const char *name, const char *value);
/* Of each name oldest first. */
enum store_result store_inventory_each(struct store *, int64_t device,
    int (*)(void *, const struct text_change *), void *);

/*
 * How long each enabled device was there in [from, until), by id; a device that
 * was never seen comes with presence.from 0.
 */
enum store_result store_report(struct store *, int64_t from, int64_t until,
    int (*)(void *, const struct report *), void *);

/*
 * One small step of removing what is older than before.  *after is where the
 * next one begins, at first 0; more: there is a next one.
 */
enum store_result store_history_prune(struct store *, int64_t before,
    int64_t *after, bool *more);

/* --- alerts; the server's own word, not changes --- */
/* Add it, or set what changes of it.  Of closed ones ALERT_KEEP are kept. */
enum store_result store_alert_put(struct store *, const struct alert_record *);
/* The open ones, or all; oldest first. */
enum store_result store_alert_each(struct store *, bool all,
    int (*)(void *, const struct alert_record *), void *);
/* Those that are open, or whose close is not told. */
enum store_result store_alert_unfinished(struct store *,
    int (*)(void *, const struct alert_record *), void *);

/* --- mutes: put replaces that of the same target, and forgets ended ones --- */
enum store_result store_mute_put(struct store *, struct alert_mute *,
    int64_t now);
enum store_result store_mute_get(struct store *, int64_t id,
    struct alert_mute *);
enum store_result store_mute_each(struct store *,
    int (*)(void *, const struct alert_mute *), void *);
enum store_result store_mute_remove(struct store *, const char *target);

/* --- bounds of health fields: add replaces one of the same text and tag --- */
enum store_result store_bound_add(struct store *, struct alert_bound *);
enum store_result store_bound_get(struct store *, int64_t id,
    struct alert_bound *);
enum store_result store_bound_each(struct store *,
    int (*)(void *, const struct alert_bound *), void *);
enum store_result store_bound_remove(struct store *, int64_t id);

/* --- tokens: add forgets those that ended TOKEN_KEEP ago --- */
enum store_result store_token_add(struct store *, struct token *);
enum store_result store_token_find(struct store *, const char *name,
    struct token *);
enum store_result store_token_get(struct store *, int64_t id, struct token *);
enum store_result store_token_each(struct store *,
    int (*)(void *, const struct token *), void *);
enum store_result store_token_remove(struct store *, int64_t id);
/* The latest end of a token that may be used, us since the epoch; 0: none. */
enum store_result store_token_until(struct store *, int64_t *until);
/* The latest end of any token, used up or not. */
enum store_result store_token_last(struct store *, int64_t *expires);
/*
 * A device registers itself: the use of the token, the device and its key, all
 * in one transaction, which is committed when this returns STORE_OK and no
 * refusal.  ENROL_AGAIN changes nothing.
 */
enum store_result store_enrol(struct store *, int64_t token,
    const char *name, const struct key *, int64_t now,
    enum enrol_result *);

/* --- sessions of this node; not changes --- */
enum store_result store_session_put(struct store *, const struct session *);
/* seen: when its device was last there; 0: not known. */
enum store_result store_session_end(struct store *, const char *node,
    uint64_t id, int64_t seen);
enum store_result store_session_clear(struct store *, const char *node);
enum store_result store_session_each(struct store *,
    int (*)(void *, const struct session *), void *);

/*
 * --- nodes: the servers on this store ---
 * Several run on one that is shared.  Sessions, virtual forwards and tunnels of
 * a node that is not alive do not count then.
 */
struct node {
	char		name[DEVICE_NAME];
	uint32_t	pid;		/* the monitor's */
	char		listen[256];
	int64_t		started;	/* us since the epoch */
	int64_t		alive;		/* by store_clock, every 5 s */
	int64_t		applied;	/* changes up to this have effect */
	char		addr[64];	/* of its relay, for other nodes; or "" */
	char		version[64];	/* of et-sshd */
	bool		drain;		/* an admin drains it */
	char		hostkeys[256];	/* "ed25519 SHA256-HEX,..." */
	uint32_t	stale;		/* its stale-limit, s */
	char		status[8192];	/* JSON, from the monitor */
};
/* As store_shared, of the one at this URL. */
bool		 store_url_shared(const char *url);
/*
 * Which connection to the store this is: another number than before, and a
 * transaction that was under way has failed.
 */
unsigned int	 store_connects(const struct store *);
/*
 * The line of the store's history: another one after its database has been
 * replaced by a copy, which may not have all that was written; 0: not known.
 */
int64_t		 store_lineage(struct store *);
/*
 * A server begins, or begins again after the store was away.  STORE_TAKEN:
 * another one of this name is alive, that is with another pid or start;
 * STORE_DENIED: the host keys of another node that is alive are others.  error
 * says which, in a line for people.  What an admin drained is so no more.
 */
enum store_result store_node_begin(struct store *, const struct node *,
    char error[STORE_ERROR]);
/* Write all but applied and drain; alive 0: now, by store_clock. */
enum store_result store_node_put(struct store *, const struct node *);
enum store_result store_node_applied(struct store *, const char *node,
    int64_t seq);
enum store_result store_node_each(struct store *,
    int (*)(void *, const struct node *), void *);
/* The same without status, which is long. */
enum store_result store_node_look(struct store *,
    int (*)(void *, const struct node *), void *);
/* Whether it gave a sign of life within STORE_NODE_GONE. */
bool		 store_node_lives(const struct store *, const struct node *);
/* STORE_NONE: there is no such node. */
enum store_result store_node_drain(struct store *, const char *node, bool on);
/* Remove it, its sessions, virtual forwards and tunnels. */
enum store_result store_node_remove(struct store *, const char *node);
/*
 * How far the node is behind: the number of changes that it has not applied, and
 * for how long the oldest of them has been there.
 */
struct node_lag {
	int64_t		changes;
	int64_t		ms;		/* -1: not known */
};
enum store_result store_node_lag(struct store *, const struct node *,
    struct node_lag *);
/*
 * Whether this connection to the store leads the nodes: the first that asks does
 * until it ends.  In a store that is not shared the only server does.
 */
enum store_result store_lead(struct store *, bool *leads);
/* Whether a server runs on this store now, by its lock, not by alive. */
bool		 store_server_runs(struct store *);

/*
 * --- tunnels that are open ---
 * put: the node that opened it last has it, by opened, however late it is written;
 * an older one of another node that is alive changes nothing.  remove, clear: only
 * what is this node's still.  get and each find those of nodes that are alive.
 */
struct node_tunnel {
	int64_t		device;
	uint32_t	sport;
	uint32_t	dport;		/* 0: not known, by a permit */
	char		node[DEVICE_NAME];
	bool		virtual;	/* jumps alone lead there */
	int64_t		opened;		/* us since the epoch; 0: in doubt */
};
enum store_result store_tunnel_put(struct store *,
    const struct node_tunnel *);
enum store_result store_tunnel_remove(struct store *, const char *node,
    int64_t device, uint32_t sport);
/* Those of this node may be gone: whoever has opened one puts it anew. */
enum store_result store_tunnel_doubt(struct store *, const char *node);
/* Those that were opened before this time; before 1: those in doubt still. */
enum store_result store_tunnel_clear(struct store *, const char *node,
    int64_t before);
enum store_result store_tunnel_get(struct store *, int64_t device,
    uint32_t sport, struct node_tunnel *);
enum store_result store_tunnel_each(struct store *,
    int (*)(void *, const struct node_tunnel *), void *);

/* --- wishes: virtual forwards that have not ended, of nodes that are alive --- */
struct node_wish {
	int64_t		device;
	uint32_t	dport;
	uint32_t	sport;
	char		node[DEVICE_NAME];
};
enum store_result store_wish_get(struct store *, int64_t device,
    uint32_t dport, const char *node, struct node_wish *);
enum store_result store_wish_each(struct store *,
    int (*)(void *, const struct node_wish *), void *);

/*
 * --- tickets: each allows one stream from a node to another ---
 * put forgets those that are too old.  take finds those for this node that are
 * not, and deletes them: each is read once.
 */
struct node_ticket {
	uint64_t	number;
	uint8_t		secret[16];
	int64_t		device;
	uint32_t	dport;		/* 0: not known */
	uint32_t	sport;		/* of the tunnel */
	bool		jump;		/* or of a connection to a forward: */
	uint32_t	from;		/* its originator's port */
	char		addr[64];	/* and address */
	char		asker[DEVICE_NAME];
	char		node[DEVICE_NAME];
};
enum store_result store_ticket_put(struct store *,
    const struct node_ticket *);
enum store_result store_ticket_take(struct store *, const char *node,
    int (*)(void *, const struct node_ticket *), void *);

/* When devices were last seen, if after since; us since the epoch. */
enum store_result store_seen_each(struct store *, int64_t since,
    int (*)(void *, int64_t device, int64_t at), void *);

/* --- changes --- */
enum store_noun {
	STORE_DEVICE = 1,	/* as enum msg_noun */
	STORE_KEY,
	STORE_PERMIT,
	STORE_FORWARD,
	STORE_KILL,		/* id: the session (0: all); ref: the device;
				   what: its node, "": each */
	STORE_ADMIN,		/* who and what: text for the event log */
	STORE_TOKEN,
	STORE_OPERATOR,
	STORE_PENALTY,		/* what: whose, an address */
	STORE_MUTE,
	STORE_BOUND,
	STORE_ALERT_TEST,
	STORE_NODE,		/* what: its name */
	STORE_WISH,		/* ref: the device's port; what: its node */
	STORE_TUNNEL,		/* ref: the server's port; what: its node */
	STORE_TICKET		/* what: the node that it is for */
};

struct change {
	int64_t		seq;
	enum store_noun	noun;
	int64_t		id;
	int64_t		ref;
	char		who[DEVICE_NAME];
	char		what[256];
};
/* Ask the node ("": each) to end a session (0: all of the device's). */
enum store_result store_kill(struct store *, const char *node,
    uint64_t session, int64_t device);
/* Ask the server to clear the penalty of an address. */
enum store_result store_penalty_clear(struct store *, const char *addr);
/* Ask the server to open and close an alert of the kind "test". */
enum store_result store_alert_test(struct store *);
/* Note who made the change, in its transaction. */
enum store_result store_admin(struct store *, const char *who,
    const char *what);
/* The number of the newest change. */
enum store_result store_seq(struct store *, int64_t *seq);
/*
 * Changes after seq, oldest first.  STORE_NONE: seq is older than what is
 * kept (the last 100,000), so everything must be loaded anew.
 */
enum store_result store_change_each(struct store *, int64_t after,
    int (*)(void *, const struct change *), void *);

#endif
