/*
 * Who listens on a port already: proc(5) tells root.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include <stdint.h>

enum holder {
	HOLDER_ET_SSHD,
	HOLDER_OTHER,
	HOLDER_UNKNOWN /* a process that may not be looked at */
};

enum holder holder_of(uint32_t port);

#endif
