/*
 * Where devices and operators find the server, and by which host keys they know
 * it.
 */
#ifndef PUBLIC_H
#define PUBLIC_H

#include "admin.h"
#include "paste.h"

/* The port of the first address that the server listens on; 0: it takes any. */
uint32_t	public_port(const struct admin *);

/*
 * Fill in host and port: those of option (--server, or NULL), else public-name,
 * else this machine's name, which a note then says.  What is wrong has been
 * said.
 */
enum admin_exit	public_server(struct admin *, struct paste *,
    const char *option);

/*
 * For a new operator, in this order: where the server is and its host keys,
 * which root alone may read, so before admin_enter; then the lines for the
 * operator's ~/.ssh/known_hosts and ~/.ssh/config.  By SSH and with --json there
 * are none; why there are none else has been said.
 */
void	public_find(struct admin *, struct paste *, const char *option);
void	public_print(struct admin *, const struct paste *, const char *name);
void	public_free(struct paste *);

#endif
