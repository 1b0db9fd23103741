/*
 * Notices: small answers that the page itself gives to a visitor of a device's
 * web interface, since the device cannot give one.  They have no script, load
 * nothing, set no cookie, and say nothing but the device's name and why.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include <stdint.h>

struct notice {
	unsigned int status; /* 400 to 599 */
	const char *title; /* both are escaped here */
	const char *text;
	unsigned int again; /* s: the browser loads the site again; 0: not */
};

/*
 * Send the notice as an HTTP/1.1 response, and close the visitor's descriptor.
 * What the visitor has sent is dropped.
 */
void notice_send(int fd, const struct notice *);

/* Close the descriptor of a visitor who speaks TLS, with a fatal alert. */
void notice_alert(int fd, uint8_t alert);

#endif
