/*
 * The check of a request's target (RFC 9112, section 3.2.1), as it is sent:
 * before libmicrohttpd decodes it.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>

/*
 * Whether the page answers this target.  It begins with "/", has printable ASCII
 * alone, each "%" before two hexadecimal digits and none of them a control
 * character, and no part of its path is "." or "..", as it stands or decoded.
 */
bool target_valid(const char *);

#endif
