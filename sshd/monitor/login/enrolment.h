/*
 * Of a connection that has tried a token: for tokens.c and enrol.c, and what
 * its end needs of it.
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
	ENROLMENT_IN_LINE, /* for a place at the keeper */
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

/* Was it refused because the keeper was not there? */
bool enrolment_was_busy(const struct conn *);

/* Removes the enrolment from the line. */
void enrolment_leave_line(struct enrolment *);

/*
 * The enrolment does not count at its source any more, nor does its token, if
 * it waits.
 */
void enrolment_leave(struct conn *);
void enrolment_free(struct conn *);

#endif
