/*
 * et-admin doctor without a device: what is wrong with the server, as far as
 * its store shows it.
 */
#ifndef DOCTOR_SERVER_H
#define DOCTOR_SERVER_H

#include "admin.h"

/*
 * A row for each thing that is wrong, and ADMIN_FAILED if there is one; and a
 * row for each that may be better.
 */
enum admin_exit doctor_server(struct admin *);

#endif
