/*
 * An alert as a mail (RFC 5322), which threads: the close refers to the open.
 */
#ifndef MAIL_H
#define MAIL_H

#include <jansson.h>

#include "conf.h"

/*
 * The whole message, its lines ended by "\n".  Free it.  NULL: no memory.
 */
char	*mail_message(const struct receiver *, const json_t *alert);

#endif
