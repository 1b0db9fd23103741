/*
 * et-admin setup: what its parts know.
 */
#ifndef SETUP_H
#define SETUP_H

#include "admin.h"

#define SETUP_ANSWER	256

struct setup {
	struct admin	*admin;
	const struct args *args;
	const char	*conf;		/* the main file */
	bool		system;		/* and that of the system's service */
	bool		asks;
	char		server[SETUP_ANSWER];	/* public-name */
	uint32_t	port;
	char		oper[SETUP_ANSWER];	/* the operator; "": none */
	char		key[SETUP_ANSWER];	/* its key's file, or "-" */
	char		new_key[SETUP_ANSWER];	/* or where to make one */
};

/*
 * Ask, if that may be; an empty answer leaves what is in text.  false: nothing
 * was asked, or there is no more to read.
 */
bool	setup_ask(const struct setup *, const char *question,
    char text[SETUP_ANSWER]);

/* The option's value, if it was given. */
void	setup_option(const struct setup *, enum arg, char text[SETUP_ANSWER]);

/* A noun's verb, which is there. */
const struct verb	*setup_verb(const struct noun *, const char *name);

/*
 * Find the public name, and a port that is free: from the options, from what is
 * set already, or by asking.  What is wrong has been said.
 */
enum admin_exit	setup_server(struct setup *);
enum admin_exit	setup_port(struct setup *);

/* Read the operator's options.  What is missing or too many has been said. */
enum admin_exit	setup_operator_options(struct setup *);

/*
 * Add the operator, asking for the first one; print the lines for it, and then
 * the command for the first device, if none is there.
 */
enum admin_exit	setup_people(struct setup *);

#endif
