/*
 * The answers to a poll and a wait (sshd/PROTOCOL, section 1.2).
 */
#ifndef INBOX_H
#define INBOX_H

#include <stddef.h>

#include "msg.h"

/*
 * at most "close 65535
 * " or "65535:65535
 * "
 */
#define INBOX_LINE 16

/* Write the line of a WANTED; returns its length. */
size_t inbox_format_wanted(const struct msg_wanted *, char line[INBOX_LINE]);

/* "65535:65535\n" for each port, and "next=4294967295\n" */
#define INBOX_TEXT (MSG_PORTS * 12 + 17)

/*
 * Write the answer to a poll of this version (0: legacy, exactly one line) to
 * text.  Returns its length, or 0 when inbox is not what a monitor sends.
 */
size_t inbox_format(
    const struct msg_inbox *inbox, unsigned int version, char text[INBOX_TEXT]);

#endif
