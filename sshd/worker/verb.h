/*
 * The command of an exec request (sshd/PROTOCOL, section 1.2).
 */
#ifndef VERB_H
#define VERB_H

#include "msg.h"

#define VERB_LINE 1024 /* bytes of the longest command */

enum verb {
	VERB_LEGACY, /* any other command, or a shell */
	VERB_POLL, /* poll 1 [k=v ...] */
	VERB_WAIT, /* wait 1 [k=v ...] */
	VERB_TOO_LONG
};

/*
 * Read a command (NULL: shell).  The text of the health fields goes to health,
 * unread and cut between fields to what a message holds; returns the verb, and
 * in *dropped 1 when it was cut.
 */
enum verb verb_parse(
    const char *command, char health[MSG_HEALTH], unsigned int *dropped);

/* The commands of a client with a token. */
enum enrol_verb {
	ENROL_VERB_INSTALL, /* install 1 */
	ENROL_VERB_ENROLL, /* enroll 1 ID TYPE BASE64 */
	ENROL_VERB_INSTALL_2, /* install 2, after a login by a key */
	ENROL_VERB_ENROLL_2, /* enroll 2 ID, after a login by a key */
	ENROL_VERB_NONE /* any other command */
};

/*
 * Parse a command of a client with a token: of "enroll 1" the id and the key's
 * line, of "enroll 2" the id.  Only their length is checked.
 */
enum enrol_verb verb_parse_enrol(
    const char *command, char name[MSG_NAME], char key[MSG_KEY_LINE]);

#endif
