/*
 * Names and keys as people type them.
 */
#ifndef FIND_H
#define FIND_H

#include <stdbool.h>

#include "device.h"

/*
 * A device's id from what was typed: small letters, a MAC without its colons
 * and without the "device" that user names have before it.  Is out another
 * text than name?
 */
bool	find_tidy(const char *name, char out[DEVICE_NAME]);

#endif
