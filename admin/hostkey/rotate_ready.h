/*
 * Lists the devices that have saved the announcement, by what each reported
 * with its newest heartbeat.
 */
#ifndef ROTATE_READY_H
#define ROTATE_READY_H

#include "admin.h"
#include "announce.h"

struct rotate_count {
	int64_t ready;
	int64_t devices; /* that may log in */
};

/* The store is open.  each is called for each that is not ready, or is NULL. */
enum admin_exit rotate_count(struct admin *, const struct announce *,
    struct rotate_count *,
    void (*each)(struct admin *, const struct device *, const char *why));

/* The store is open.  Has every server that runs on it been started since? */
bool rotate_started(struct admin *, int64_t since);

/* "4,982 of 5,000". */
void rotate_count_text(const struct rotate_count *, char *text, size_t size);

#endif
