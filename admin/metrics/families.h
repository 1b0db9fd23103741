/*
 * The metrics of the servers on a store.  Names and units by the rules of
 * Prometheus (https://prometheus.io/docs/practices/naming/); et-admin(8), METRICS,
 * has the list.
 */
#ifndef FAMILIES_H
#define FAMILIES_H

#include "exposition.h"
#include "store.h"

/*
 * Write all metrics, with those of each device if devices is set, and the end.
 * What the store says is as of the servers' last report, at most 5 s ago.
 * After a failure what was written is not whole.
 */
enum store_result	families_write(struct exposition *, struct store *,
    bool devices);

#endif
