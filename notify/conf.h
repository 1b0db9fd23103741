/*
 * et-notify.conf(5).
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_RECEIVERS	32	/* the most */
#define CONF_NAME	32	/* bytes of a receiver's name, with NUL */
#define CONF_WORDS	32	/* texts of one option */

enum receiver_type {
	RECEIVER_MAIL,
	RECEIVER_WEBHOOK,
	RECEIVER_COMMAND,
};

struct template;

/* Lists end with NULL; texts that are not set are NULL. */
struct receiver {
	enum receiver_type	 type;
	char			*name;
	/* the alerts it wants; an empty list: all of them */
	char			**kinds;	/* patterns of fnmatch(3) */
	char			**subjects;	/* the same */
	char			**severities;
	char			**events;
	unsigned int		 rate;		/* messages an hour, 0: any */
	unsigned int		 burst;		/* messages at once */
	unsigned int		 timeout;	/* s, of one attempt */
	/* mail */
	char			**to;
	char			*from;
	char			*sendmail;	/* a program */
	char			*smtp;		/* instead of it: a URL */
	char			*user;		/* with secret-file */
	/* webhook */
	const struct template	*template;
	char			*url;
	char			*url_file;
	char			*target;	/* topic or chat */
	char			**headers;
	/* mail by smtp, webhook */
	char			*secret_file;
	char			*ca_file;
	/* command */
	char			**command;
};

struct conf {
	char			*stream;	/* the alert-log of et-sshd */
	char			*state;		/* a folder */
	unsigned int		 keep;		/* h, of an alert not sent */
	unsigned int		 queue;		/* alerts for a receiver */
	unsigned int		 retry;		/* s, after a first failure */
	unsigned int		 retry_most;	/* s, between attempts */
	struct receiver		 receiver[CONF_RECEIVERS];
	size_t			 n;
};

/*
 * Read a file.  NULL: what is wrong has been said, with file and line.
 */
struct conf	*conf_load(const char *path);
void		 conf_free(struct conf *);

/* The receiver of a name; NULL: there is none. */
const struct receiver	*conf_receiver(const struct conf *, const char *name);
const char	*conf_type_name(enum receiver_type);

/*
 * Look at the files that the configuration names, and at the folders of the stream
 * and the state: they are there, programs can
 * be run, secrets are not everybody's to read.  Returns the number of mistakes,
 * which have been said.
 */
unsigned int	 conf_check_files(const struct conf *);

#endif
