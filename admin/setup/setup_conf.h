/*
 * conf.d/setup.conf, which et-admin setup writes: public-name, and listen when
 * setup was told a port.
 */
#ifndef SETUP_CONF_H
#define SETUP_CONF_H

#include "admin.h"

#define SETUP_CONF	"setup.conf"

/*
 * Set public-name to name and listen to all addresses at port; NULL and 0 leave
 * each as it is there.  conf is the main file; if it is not there it is made of
 * the installed example, in which all options are comments.  The new file takes the old one's place at once
 * and whole.  *changed: it was written.  What is wrong has been said.
 */
enum admin_exit	setup_conf_write(const char *conf, const char *name,
    uint32_t port, bool *changed);

#endif
