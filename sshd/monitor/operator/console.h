/*
 * A console: the process that runs one command of an operator, from the request
 * to its end.  It gets the operator's role and grants, and the command only
 * once it has sealed itself.  Forwards it requests with FORWARD_REQUEST, which
 * the monitor checks against the operator's present grants.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

struct conn;
struct console;
struct dir_operator;
struct monitor;
struct msg;

#define CONSOLES 32 /* at a time */
#define CONSOLES_OPERATOR 4 /* of one operator */

/* Requests of a worker, for the table in answer.c. */
const char *console_command(struct conn *, struct msg *);
const char *console_hung_up(struct conn *, struct msg *);

/* FORWARD_RESULT of the keeper.  NULL, or what is wrong with it. */
const char *console_forward_result(struct monitor *, const struct msg *);
void console_keeper_lost(struct monitor *);

/* An operator's connection ends, or is gone: kill its commands. */
void console_end_all(struct conn *, const char *reason);

/* Kill an operator's commands if the role or grants have changed. */
void console_regrant(struct monitor *, const struct dir_operator *);

/* Once a second: kill consoles that do not start in time. */
void console_tick(struct monitor *);

/* At the end of the monitor: kill and free all. */
void console_free_all(struct monitor *);

#endif
