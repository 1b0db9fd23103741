/*
 * Names: ids and aliases of devices, and names of operators.  They are one
 * name space, in which a name has one canonical form and means one thing.
 * Stored names are canonical; a typed name is made canonical and then looked
 * up as it is.
 */
#ifndef NAME_H
#define NAME_H

#include <stdbool.h>

#include "device.h"

#define NAME_WHY 128

/*
 * The canonical form of what people type: small letters, without the "device"
 * that user names have before an id, and a MAC ("64:66:B3:4B:DE:54", with
 * hyphens as well, after each or some of its bytes) without what separates its
 * bytes.  "" if that is no name, since it is too long.
 */
void name_canonical(const char *typed, char out[DEVICE_NAME]);

/*
 * name in small letters, and otherwise unchanged: in a store of an older
 * version a name need not be canonical.  "" if it is too long.
 */
void name_lower(const char *typed, char out[DEVICE_NAME]);

/*
 * Whether this may become a name.  It must be canonical and of the characters
 * of device_name_valid; it must not begin with "device", look like an address,
 * or be reserved.  If it may not, why is a clause that says so.
 */
bool name_allowed(const char *name, char why[NAME_WHY]);

/* The name of a server that has none: this machine's, or "node". */
void name_of_machine(char out[DEVICE_NAME]);

#endif
