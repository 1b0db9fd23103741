/*
 * A login that was refused to a device: the last with its own key, and the last
 * that came under its name with another, which may be anybody's.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#define REFUSAL_REASON	256

struct refusal {
	int64_t		device;
	bool		own;		/* by the device's own key */
	int64_t		at;		/* us since the epoch */
	char		addr[64];
	char		reason[REFUSAL_REASON];
};

#endif
