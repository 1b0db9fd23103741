/*
 * et-sshd.conf(5): reading it, and the value of every option.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert.h"
#include "network.h"
#include "store_url.h"

#define CONF_DEFAULT ETPH_SYSCONFDIR "/et-sshd.conf"
#define CONF_ERROR 512
#define CONF_LIST 16 /* listen addresses, host keys: at most */
#define CONF_NETWORKS 64 /* proxy-from: at most */
#define CONF_AFTERS 64 /* alert-after-tag: at most */
#define CONF_PORTS 64 /* operator-ports: at most */

struct port_range {
	uint32_t first; /* inclusive */
	uint32_t last;
};

/* admin-by-ssh: where an operator of role admin may log in. */
enum conf_admin {
	CONF_ADMIN_YES, /* wherever operators may */
	CONF_ADMIN_OPERATOR_LISTEN, /* at operator-listen alone */
	CONF_ADMIN_NO, /* nowhere */
	CONF_ADMINS
};

/* alert-after-tag: polls of the devices with a tag */
struct conf_after {
	char tag[DEVICE_NAME];
	unsigned int polls;
};

struct conf {
	char *listen[CONF_LIST];
	size_t nlisten;
	char *store;
	bool several; /* servers may run on the store: it is PostgreSQL's */
	char *store_reader; /* role that only reads it; "": the URL's user */
	char *store_passfile; /* libpq's file of passwords; "": none */
	char *hostkeys[CONF_LIST];
	size_t nhostkeys;
	char *user;
	char *event_log;
	bool event_log_seal;
	char *event_log_key; /* that signs the event log */
	char *forward_address;
	char *node;
	char *installer; /* what "install 1" sends */
	char *public_name; /* for devices: "HOST", "HOST:PORT"; "": not said */
	unsigned int history; /* days that it is kept; 0: it is not */
	unsigned int workers;
	unsigned int worker_sessions;
	unsigned int worker_lifetime; /* connections */
	unsigned int login_grace; /* s */
	unsigned int max_auth_tries;
	unsigned int max_startups;
	unsigned int per_source_max_startups;
	bool per_source_penalties;
	struct network proxy_from[CONF_NETWORKS];
	size_t nproxy_from;
	unsigned int client_alive_interval; /* s */
	unsigned int client_alive_count_max;
	unsigned int max_sessions; /* channels a device */
	unsigned int rekey_limit; /* MiB; 0: the cipher's own */
	unsigned int redeliver; /* s */
	unsigned int reach_timeout; /* s until a jump must be open */
	unsigned int reach_idle; /* s until an unused one is closed */
	unsigned int stale_limit; /* s */
	bool compat_openwrt_1505;
	struct port_range operator_ports[CONF_PORTS]; /* of this server */
	size_t noperator_ports;
	unsigned int operator_ttl; /* s, of a forward: at most */
	char *metrics_listen; /* "": none */
	char *node_listen; /* for streams of other nodes; "": none */
	unsigned int drain_time; /* s for which a drained node's jumps go on */
	char *operator_listen[CONF_LIST];
	size_t noperator_listen; /* 0: operators log in at listen alone */
	enum conf_admin admin_by_ssh;
	unsigned int alert_after; /* polls missing until a device is gone */
	struct conf_after alert_after_tag[CONF_AFTERS];
	size_t nalert_after_tag;
	unsigned int alert_quiet_first; /* minutes; as the last: none */
	unsigned int alert_quiet_last;
	char *alert_log; /* "": off */
};

/*
 * Read path, then the files of conf.d beside it (conf_folder.h).  Returns NULL
 * and one line in error ("FILE:LINE: what") when one cannot be read, an option
 * is unknown or a value is bad.
 */
struct conf *conf_load(const char *path, char error[CONF_ERROR]);
void conf_free(struct conf *);

/*
 * Apply the options of next that can be changed at run time; returns in kept
 * the names of options that differ but need a restart ("listen, store"), or "".
 */
void conf_reload(struct conf *, const struct conf *next, char kept[CONF_ERROR]);

/*
 * The URL with which a process opens the store, to write it or only to read it.
 */
void conf_store_url(const struct conf *, bool writes, char url[STORE_URL]);

/* Is addr in proxy-from, so that connections begin with a PROXY header? */
bool conf_proxied(const struct conf *, const struct sockaddr *addr);

/* Is this server port in operator-ports? */
bool conf_operator_port(const struct conf *, uint32_t port);

#endif
