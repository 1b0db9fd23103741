/* The reason why a key exchange failed. */
#ifndef KEX_H
#define KEX_H

#include "msg.h"

/*
 * Write the reason for the event log, from libssh's error text.  If compat
 * openwrt-15.05 would admit the client's algorithms, the reason says so.
 */
void kex_explain(const char *error, char reason[MSG_TEXT]);

#endif
