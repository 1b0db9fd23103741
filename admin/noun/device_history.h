/* The verb "device history". */
#ifndef DEVICE_HISTORY_H
#define DEVICE_HISTORY_H

#include "admin.h"

enum admin_exit	device_history_run(struct admin *, const struct args *);

#endif
