/*
 * node-listen and et-sshd-link: the process that speaks TLS with the other nodes.
 * It gets connections, keys and local ends from the monitor and opens none itself.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stdint.h>

#include "conf.h"

struct monitor;
struct role;

extern const struct role relay_role; /* the link's */

/*
 * Bind node-listen, if the option has an address.  Returns 0, or -1, errno and one
 * line in error.
 */
int relay_open(struct monitor *, char error[CONF_ERROR]);

/* Start the link, and accept connections, once the server is ready. */
void relay_start(struct monitor *);

/* Once a second: restart the link; streams and tickets that take too long. */
void relay_tick(struct monitor *);

/* The address as bound, or NULL; its port, or 0. */
const char *relay_name(const struct monitor *);
uint32_t relay_port(const struct monitor *);

/* At the end: all streams end with the link. */
void relay_free(struct monitor *);

#endif
