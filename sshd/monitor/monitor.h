/*
 * The monitor's state.  The monitor accepts, decides, binds and logs, and
 * speaks neither SSH nor SQL; loop.c runs it.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <sys/types.h>

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "bucket.h"
#include "conf.h"
#include "counters.h"
#include "directory.h"
#include "event.h"
#include "hostkey.h"
#include "listen.h"
#include "lobby.h"
#include "msg.h"
#include "privilege.h"
#include "quantum.h"
#include "tokens.h"
#include "turn_away.h"

struct alerts;
struct child;
struct conn;
struct console;
struct jump;
struct nodes;
struct enrolment;
struct installer;
struct page;
struct pins;
struct recent;
struct scrape;
struct wanted_watch;

struct monitor {
	struct ev_loop *loop;
	struct conf *conf;
	const char *conf_path;
	struct account account;
	struct eventlog *log;
	struct hostkeys *hostkeys;
	struct directory dir;
	struct counters counters;
	uint64_t turned_away[TURN_AWAY_REASONS]; /* by reason */
	double started;

	int launcher; /* its socket, or -1 */
	int notify; /* the service manager's socket, or -1 */
	struct child *workers; /* those that drain included */
	struct child *keeper;
	struct child *once; /* that are not started again: consoles and pages */
	uint32_t last_tag;
	unsigned int devices[4]; /* by presence, at the last sweep */
	struct quantum quantum; /* as the workers have it */

	struct listen *listens; /* where clients connect */
	struct conn *conns; /* all that are not gone, by number */
	struct conn *ends; /* ended or gone, not torn down yet: ending.h */
	const struct wanted_watch *watch; /* of forwards: ending_start */
	struct conn *unrecorded; /* whose record is to be sent to the keeper */
	struct lobby lobbies[POOLS]; /* those not logged in, by pool */
	uint64_t last_conn;
	struct jump *jumps; /* all, by number */
	uint64_t last_jump;
	uint64_t last_ticket;
	struct console *consoles; /* all, oldest first */
	struct scrape *scrape; /* metrics-listen; NULL: none */
	struct page *pages; /* all, oldest first */
	struct recent *recent; /* lines of the event log, for pages */
	struct nodes *nodes; /* NULL: the store has this one alone */

	struct alerts *alerts; /* NULL: there are none, in tests */
	struct pins *pins; /* host keys to come, for devices */
	struct installer *installer; /* for those with a token */
	struct tokens tokens;

	struct bucket refusals[2]; /* for the store: under a device's name, with
				    * its key */

	int64_t applying; /* a change to be acknowledged; 0 */
	int64_t learnt; /* changes up to this are known; 0: none */
	unsigned int ending; /* connections that the change waits for */

	bool leads; /* tells presence and alerts: one node of all does */
	double led; /* since when, s */
	bool settled; /* it knows what the other nodes saw */
	bool fenced; /* of several nodes, and the store does not answer */
	bool draining; /* takes no connections: node/drain.h */
	double drain_since; /* s */
	bool ready; /* accepts connections */
	bool low_ports; /* may still hold CAP_NET_BIND_SERVICE */
	bool status_due; /* to be sent in the loop's turn */
	bool stale; /* no answer of the store for stale-limit */
	bool testing; /* -t: a worker seals itself, and all */
	bool tested; /* it has: it may have exited by now */
	bool stopping;
	bool failed; /* exit status 1 */
};

/*
 * The monitor cannot go on: a line on stderr.  The loop ends at its next turn,
 * with exit status 1.
 */
void monitor_fail(struct monitor *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
