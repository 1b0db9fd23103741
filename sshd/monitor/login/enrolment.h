/*
 * The state of a connection that has tried a token: for tokens.c and enrol.c,
 * and for the end of the connection.
 */
#ifndef ENROLMENT_H
#define ENROLMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "key.h"
#include "token.h"

struct conn;

enum enrolment_doing {
	ENROLMENT_NOTHING,
	ENROLMENT_IN_LINE, /* until the keeper can check its token */
	ENROLMENT_CHECKED, /* its token, by the keeper */
	ENROLMENT_REGISTERED /* its device, by the keeper */
};

struct enrolment {
	struct conn *conn;
	enum enrolment_doing doing;
	bool used; /* it has had its one command */
	bool busy; /* the keeper was not there for it */
	bool keyed; /* its user has logged in by a key, without a token yet */
	bool tried; /* and has had its one token */
	struct key key; /* that key */
	int64_t token; /* the store's; 0: none yet */
	char name[TOKEN_NAME]; /* the token's id, or "" */
	char text[TOKEN_TEXT]; /* while it is in line */
	struct enrolment *prev, *next; /* in line */
};

/* Was the token refused because there was no keeper? */
bool enrolment_was_busy(const struct conn *);

/* Take the token out of the line. */
void enrolment_leave_line(struct enrolment *);

/* The connection no longer counts at its source, nor does a waiting token. */
void enrolment_leave(struct conn *);
void enrolment_free(struct conn *);

#endif
