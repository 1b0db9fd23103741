/*
 * Listed forwards that operators own: which they may open (operator-ports and
 * operator-ttl of et-sshd.conf(5), which limit the role operator alone), and
 * when these end: when the operator is removed or expires, or the grants or the
 * configuration no longer allow them.
 */
#ifndef OWNER_H
#define OWNER_H

#include <stdint.h>

#include "msg.h"

struct dir_operator;
struct monitor;

/*
 * May the operator open a forward to this server port for ttl seconds?  NULL,
 * or why not, for the operator to read; it may stand in text.
 */
const char *owner_refuses(const struct monitor *, const struct dir_operator *,
    uint32_t sport, uint32_t ttl, char text[MSG_TEXT]);

/* The ttl of an operator's forward that names none, s. */
uint32_t owner_ttl(const struct monitor *);

/* An operator was removed: end all forwards it owns. */
void owner_gone(struct monitor *, int64_t oper, const char *reason);

/* Once a second and upon changes: end forwards no longer allowed. */
void owner_check(struct monitor *);

#endif
