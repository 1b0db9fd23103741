/*
 * An operator's page: the process that shows the fleet to one operator's
 * connection, and its visitors.
 *
 * A visitor is a direct-tcpip channel of the operator to the reserved name
 * "fleet", port 80.  The first one starts the process, et-sshd-page, which has
 * the operator's role and grants and ends with the connection.  Each visitor is
 * a socketpair: the page gets one end once it is sealed, the operator's worker
 * the other.  A page that hangs is ended; the next visitor starts another.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct conn;
struct dir_operator;
struct monitor;
struct msg_reach;

#define PAGE_NAME "fleet"
#define PAGE_PORT 80
#define PAGES 64 /* at a time */
#define PAGES_OPERATOR 4 /* of one operator */
#define PAGE_VISITORS 96 /* of one connection, at a time */

/* Whether a target is the page's name, as people may type it. */
bool page_named(const char *name);

/* REACH of that name: the channel becomes a visitor, or is refused. */
void page_visit(struct conn *, const struct msg_reach *);

/* Whether the connection has a visitor of this channel. */
bool page_has_visitor(const struct conn *, uint32_t id);

/* JUMP_CLOSED: a visitor has left.  False: there is none of this channel. */
bool page_left(struct conn *, uint32_t id);

/* An operator's connection ends, or is gone: the page ends, too. */
void page_end(struct conn *, const char *reason);
void page_gone(struct conn *, const char *reason);

/* End an operator's pages if the role or grants have changed. */
void page_regrant(struct monitor *, const struct dir_operator *);

/* Once a second: end pages that do not start, or answer, in time. */
void page_tick(struct monitor *);

/* At the end of the monitor: kill and free all. */
void page_free_all(struct monitor *);

#endif
