/*
 * Heartbeats of a backend that writes them in groups, by arrays (struct
 * store_beats).  Private to store_heartbeat*.c.
 */
#ifndef STORE_HEARTBEAT_GROUP_H
#define STORE_HEARTBEAT_GROUP_H

#include "store_query.h"

/* As store_heartbeat_add_many; *written is how many had their device. */
enum store_result heartbeat_group_add(struct store *,
    const struct heartbeat *const *, size_t n, size_t *written);
/* As store_heartbeat_times, to the second. */
enum store_result heartbeat_group_times(struct store *, int64_t device,
    int64_t at[HEARTBEAT_KEEP], size_t *n);

#endif
