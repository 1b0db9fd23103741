/*
 * The options of et-sshd.conf(5) that et-admin needs; all else in it is
 * skipped.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>

#define CONF_ERROR	512
#define CONF_DEFAULT	ETPH_SYSCONFDIR "/et-sshd.conf"
#define CONF_HOSTKEYS	16

struct conf {
	char		*store;		/* URL, with its file of passwords */
	char		*store_reader;	/* role that only reads it, or "" */
	char		*store_passfile; /* path, or "" */
	char		*user;		/* what the server runs as */
	char		*forward_address;
	char		*public_name;	/* or "" */
	char		*installer;	/* path */
	char		*event_log;	/* path, or "stderr" */
	char		*event_log_key;	/* path */
	char		*node;		/* the server's name; "": the machine's */
	char		*listen;	/* the first of them */
	char		*hostkey[CONF_HOSTKEYS];	/* paths */
	int		hostkeys;
};

/*
 * Read path, or the default file when path is NULL, which need not be there;
 * then the files of conf.d beside it, as the server does (conf_folder.h).
 * NULL: error says why, in one line.  Free with conf_free.
 */
struct conf	*conf_read(const char *path, char error[CONF_ERROR]);
/* The file that conf_read reads for path. */
const char	*conf_path(const char *path);
void	conf_free(struct conf *);

#endif
