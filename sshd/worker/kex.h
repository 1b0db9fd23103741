/*
 * Why a key exchange failed.
 */
#ifndef KEX_H
#define KEX_H

#include "msg.h"

/*
 * Put libssh's error text into words for the event log.  When what the client
 * offered would be taken with compat openwrt-15.05, that is what it says.
 */
void kex_explain(const char *error, char reason[MSG_TEXT]);

#endif
