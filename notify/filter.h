/*
 * Which alerts a receiver wants.
 */
#ifndef FILTER_H
#define FILTER_H

#include <jansson.h>
#include <stdbool.h>

#include "conf.h"

bool	filter_wants(const struct receiver *, const json_t *alert);

#endif
