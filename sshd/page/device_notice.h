/*
 * The notices to a visitor of a device's web interface: that the device is
 * waited for, or why it is not reached.
 */
#ifndef DEVICE_NOTICE_H
#define DEVICE_NOTICE_H

struct page;
struct site;

/* Each takes the visitor's descriptor. */
void device_notice_waiting(struct page *, int fd, const struct site *);

/* The monitor's reason is shown, and the status is by what the operator sees. */
void device_notice_refused(
    struct page *, int fd, const struct site *, const char *why);

/* As many visitors wait as may. */
void device_notice_full(int fd);

#endif
