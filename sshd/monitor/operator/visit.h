/*
 * REACH and JUMP_CLOSED of an operator's page, for its visitors: the same jumps
 * as an operator's channels, with the same grants, limits and events.
 */
#ifndef VISIT_H
#define VISIT_H

struct child;
struct conn;
struct msg;

/*
 * The page asks for a device's port, and is answered by REACHED with its end of
 * the jump, or with the reason why not.  NULL, or what is wrong with it, which
 * ends the page.
 */
const char *visit_reach(struct conn *, struct child *page, const struct msg *);

/*
 * The visitor has left, before the jump was open or after.  A number that has no
 * jump is none of the page's faults: the jump may have been refused meanwhile.
 */
void visit_closed(struct conn *, struct child *page, const struct msg *);

#endif
