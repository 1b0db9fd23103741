/*
 * The text of a command from its words, as words_split takes it apart again
 * (sshd/console/words.h).
 */
#ifndef COMMAND_TEXT_H
#define COMMAND_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "msg.h"

struct command_text {
	char text[MSG_COMMAND_TEXT];
	size_t len;
};

/*
 * Append a command's noun and verb, as they are ("device disable").  False: it
 * is no such text.
 */
bool command_text_begin(struct command_text *, const char *);

/*
 * Append a word, whatever is in it.  False: it is not printable ASCII, or there
 * is no room.
 */
bool command_text_word(struct command_text *, const char *);

#endif
