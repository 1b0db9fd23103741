/*
 * The status of all servers on a store in one.
 */
#ifndef STATUS_SUM_H
#define STATUS_SUM_H

#include <jansson.h>

#include "store.h"

/*
 * The sums of the numbers in the status of the nodes that are alive, their
 * groups of numbers included; "devices" is what the store says of the fleet.
 * Free *sums, which is never NULL.
 */
enum store_result	status_sum(struct store *, json_t **sums);

#endif
