/*
 * Sites: the devices of a tag or of an address, or all of them.  When at least
 * half of a site's devices, and SITE_LEAST of them, go within SITE_WITHIN, they
 * are one alert.
 *
 * Devices that have just gone are held back while others of their sites may be
 * gone too: those that have not polled since the first poll of theirs was
 * missing.  So no clock decides what belongs together, and a device that goes
 * alone is not held back as long as the others poll.
 */
#ifndef ALERT_SITE_H
#define ALERT_SITE_H

#include <stdbool.h>

struct alert;
struct dir_device;
struct monitor;
struct sites;

#define SITE_LEAST 3 /* devices */
#define SITE_WITHIN 300.0 /* s */

enum site_verdict {
	SITE_WAIT, /* it is held back */
	SITE_JOINED, /* it belongs to a site's alert */
	SITE_ALONE /* it has gone alone */
};

/* The sites of devices that have just gone.  NULL: no memory. */
struct sites *sites_new(void);
void sites_free(struct sites *);

/* A device that has just gone; it is held back until then at most. */
bool sites_add(struct sites *, struct dir_device *, double until);

/* When all are added: count the devices of their sites. */
void sites_count(struct monitor *, struct sites *);

/* What becomes of one of them; a site's alert is opened by sites_open. */
enum site_verdict sites_judge(
    struct monitor *, struct sites *, struct dir_device *);
void sites_open(struct monitor *, struct sites *);

/* The device belongs to this site's alert, or no longer; true: it is back. */
void site_attach(struct alert *, struct dir_device *);
void site_detach(struct dir_device *, bool back);

/* After a start: devices of the site that are gone since before it. */
void site_restore(struct monitor *, struct alert *);

/* Every few seconds: close the alerts of sites that are back. */
void site_sweep(struct monitor *);

#endif
