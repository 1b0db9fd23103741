/*
 * et-admin device list: the devices, once or again and again.
 */
#ifndef DEVICE_LIST_H
#define DEVICE_LIST_H

#include "admin.h"

enum admin_exit	device_list_run(struct admin *, const struct args *);

#endif
