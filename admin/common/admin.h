/*
 * Shared by the nouns of et-admin: the words of the command line, the open
 * store, and the way to say what happened.
 */
#ifndef ADMIN_H
#define ADMIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "act.h"
#include "args.h"
#include "conf.h"
#include "output.h"
#include "store.h"

#define INSTALLER_HEX 65 /* SHA-256 in hexadecimal, with its end */

struct paste;

enum admin_exit {
	ADMIN_DONE = 0,
	ADMIN_FAILED = 1, /* refused or failed; a line on stderr */
	ADMIN_USAGE = 2
};

struct admin {
	struct conf	*conf;		/* NULL: see VERB_BARE */
	const char	*conf_path;
	const char	*url;		/* the store's */
	struct store	*store;		/* NULL: the verb needs none */
	struct output	*out;
	const char	*who;		/* by SSH: the operator; else NULL */
	int64_t		oper;		/* that operator's number; else 0 */
	char		node[DEVICE_NAME];	/* this machine's server */
	char		login[DEVICE_NAME];	/* else who is at the keyboard */
	bool		member;		/* one who is not this process's user */
	const struct desk *desk;	/* who may not write the store; or NULL */
	/* By SSH: the key of the page of the operator's connection. */
	enum admin_exit (*page_key)(char key[ACT_KEY]);
	/* By SSH: fills in what a command to paste has of the server. */
	enum admin_exit (*paste)(struct paste *, char installer[INSTALLER_HEX]);
};

/* Where an operator who may not write the store asks for a forward. */
struct desk {
	/* Fills in the forward's id, and the ttl if that is 0. */
	enum admin_exit (*open)(struct forward *);
	enum admin_exit (*close)(int64_t forward);
};

/* Preparations that a verb needs. */
#define VERB_STORE	1	/* the store opened; else see admin_enter */
#define VERB_CREATE	2	/* and made when it is not there */
#define VERB_PLAIN	4	/* after the first word all are plain: "-T" */
/* By SSH it is for operators of this role and above; else for none. */
#define VERB_BY(role)	((unsigned int)(role) * 8)
/* The configuration is not read, and url is that of --store, or NULL. */
#define VERB_BARE	32
#define VERB_MEMBER	64	/* also for members (member.h) */
#define VERB_ROOT	128	/* for root, unless the store is the caller's own */

struct verb {
	const char	*name;		/* NULL: the noun has one verb only */
	const char	*words;		/* "ID [KEY]", for the help */
	const char	*help;		/* one line */
	const char	*more;		/* lines of detail, or NULL */
	int		min, max;	/* words; max -1: any number */
	uint64_t	options;	/* ARG_BIT()s */
	unsigned int	flags;
	enum admin_exit (*run)(struct admin *, const struct args *);
};

struct noun {
	const char	*name;
	const char	*help;		/* one line */
	const struct verb	*verbs;	/* ends with run == NULL */
};

extern const struct noun noun_device, noun_key, noun_forward, noun_permit,
    noun_operator, noun_session, noun_heartbeat, noun_token, noun_hostkey,
    noun_status, noun_connect, noun_doctor, noun_log, noun_penalty, noun_event,
    noun_setup, noun_backup, noun_restore, noun_metrics,
    noun_page, noun_report, noun_alert, noun_store, noun_node;

/* Say on stderr why not: one line, made fit for a terminal. */
enum admin_exit	admin_fail(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
enum admin_exit	admin_usage(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
void	admin_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Become the store's owner (owner.h) and open the store, which VERB_CREATE in
 * flags makes when it is not there.  A verb that needs who called it first, to
 * read a file that is named or to start a program, has no VERB_STORE and calls
 * this when that is done.  A store that is open stays.  ADMIN_FAILED has been
 * said.
 */
enum admin_exit	admin_enter(struct admin *, unsigned int flags);

/*
 * From now on what is said is for somebody who came by SSH and has no et-admin:
 * "et-admin device list" is said as "device list".
 */
void	admin_by_ssh(void);

/* The same for a text that is printed elsewhere: it is changed in its place. */
void	admin_words(char *text);

/* Is it a terminal here?  By SSH there is none. */
bool	admin_terminal(const struct admin *, int fd);

/* The same for what the store refused; ADMIN_DONE for STORE_OK. */
enum admin_exit	admin_result(struct admin *, enum store_result);

/*
 * Find a device by its id or alias, also as people copy them ("deviceID", a
 * MAC with colons), or by "id:ID" (store_device_named).  ADMIN_FAILED has been
 * said already.
 */
enum admin_exit	admin_device(struct admin *, const char *name, struct device *);
/* The same without a word: STORE_NONE when there is none. */
enum store_result admin_device_find(struct admin *, const char *name,
    struct device *);

/*
 * The id of a new device from what people type; a note says what it is kept as
 * if that is another text.  ADMIN_FAILED has been said already: not allowed.
 */
enum admin_exit	admin_new_id(const char *typed, char id[DEVICE_NAME]);

/* Is it allowed for a new name (what: "alias")?  If not, that has been said. */
enum admin_exit	admin_new_name(const char *what, const char *name);

/*
 * Read a public key's line from a file, or from stdin for "-": a .pub file,
 * a line of authorized_keys, or what dropbearkey -y prints.
 */
enum admin_exit	admin_key(struct admin *, const char *path, struct key *);

/*
 * Open a file that a word names, for reading; stdin for "-", and nothing else
 * by SSH and for a member.  NULL and errno.
 */
FILE	*admin_open(const struct admin *, const char *path);

#endif
