/*
 * The server as a service of this machine: its users and folders, and systemd's
 * unit et-sshd.
 */
#ifndef SETUP_SERVICE_H
#define SETUP_SERVICE_H

#include "admin.h"

/*
 * The users and folders of the packages' sysusers.d and tmpfiles.d, if they are
 * not there.  Without the programs of systemd nothing is done.
 */
void	setup_service_accounts(void);

/*
 * et-sshd -t of the server that is installed beside this program.  ADMIN_FAILED:
 * all that it said has been printed.
 */
enum admin_exit	setup_service_check(const char *conf);

/*
 * Let the server run with what is configured, and be started at each boot: it
 * is started when it does not run, restarted when nothing of it listens on port,
 * reloaded when changed.  system: conf is the one of systemd's unit; where it is
 * not, or systemd does not run, the command is said.
 */
enum admin_exit	setup_service_run(struct admin *, const char *conf,
    bool system, uint32_t port, bool changed);

#endif
