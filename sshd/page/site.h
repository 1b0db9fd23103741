/*
 * The site that a browser names, in Host (RFC 9110, section 7.2) or in a TLS
 * server name (RFC 6066, section 3): the page itself, or a device.
 *
 *	localhost, 127.0.0.1, [::1]	the page
 *	NAME.localhost			a device: its id or alias
 *	NAME--PORT.localhost		the same, another port of it
 *
 * Browsers resolve *.localhost to this machine (RFC 6761, section 6.3).  NAME is
 * everything before ".localhost", with dots and underscores, and PORT what
 * follows its last "--", if that is a port: 1 to 65535 in decimal, without a
 * leading zero.  A device whose id itself ends so is named with its port:
 * a--1--80.localhost is port 80 of the device a--1.  Every name here is a site of
 * its own to a browser, with its own cookies and storage.
 */
#ifndef SITE_H
#define SITE_H

#include <stddef.h>
#include <stdint.h>

#include "device.h"

enum site_is {
	SITE_PAGE,
	SITE_DEVICE,
	SITE_UNKNOWN, /* well formed, but a name that is not ours */
	SITE_BAD /* not a host name */
};

struct site {
	char name[DEVICE_NAME]; /* a device's, in small letters */
	uint32_t port; /* a device's; 0: not named */
};

/* Read a host name, without the port at which the browser connects. */
enum site_is site_read(const char *host, size_t len, struct site *);

/* The same with ":PORT" behind it, or without, as in Host. */
enum site_is site_read_host(const char *host, size_t len, struct site *);

#endif
