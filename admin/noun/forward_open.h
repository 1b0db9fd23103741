/*
 * et-admin forward open: a device is asked for a port, and with --wait and
 * --ssh the port is waited for and used.
 */
#ifndef FORWARD_OPEN_H
#define FORWARD_OPEN_H

#include "admin.h"

enum admin_exit	forward_open(struct admin *, const struct args *);

#endif
