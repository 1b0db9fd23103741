/*
 * The process that listens on a port already, from proc(5), as far as root can
 * read it.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include <sys/types.h>

#include <stdint.h>

enum holder {
	HOLDER_ET_SSHD,
	HOLDER_OTHER,
	HOLDER_UNKNOWN, /* a process whose descriptors may not be read */
	HOLDER_NOBODY
};

struct holder_who {
	pid_t pid; /* the process; 0: not known */
	char name[64]; /* the name of its program */
};

/* Find the process; holder may be NULL. */
enum holder holder_of(uint32_t port, struct holder_who *who);

#endif
