/*
 * The options of et-sshd.conf(5): their defaults, and the check of their
 * values.
 */
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include <confuse.h>

#include "conf.h"

/*
 * All options, with their defaults.  The first mistake that libconfuse finds in
 * a file is written to error ("FILE:LINE: what").  One at a time.  NULL: out of
 * memory.  End it with conf_declare_end, which takes NULL.
 */
cfg_t	*conf_declare(char error[CONF_ERROR]);
void	 conf_declare_end(cfg_t *);

/* All options that are numbers: from a file, from another configuration. */
void	 conf_numbers_take(struct conf *, cfg_t *);
void	 conf_numbers_copy(struct conf *, const struct conf *next);

/* CONF_ADMINS: v is no value of admin-by-ssh. */
enum conf_admin conf_admin_parse(const char *v);

/* NULL, or what is wrong with a value of operator-ports. */
const char *conf_ports_parse(const char *text, struct port_range *);

#endif
