/*
 * A console: the process that runs one command of an operator, from the request
 * to its end.  It gets the operator's role and grants, and the command only
 * once it has sealed itself.  Forwards it requests with FORWARD_REQUEST, which
 * the monitor checks against the operator's present grants.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

struct child;
struct conn;
struct console;
struct dir_operator;
struct monitor;
struct msg;
struct msg_act;
struct msg_hung_up;

#define CONSOLES 32 /* at a time */
#define CONSOLES_OPERATOR 4 /* of one operator */

/* Requests of a worker, for the table in answer.c. */
const char *console_command(struct conn *, struct msg *);
const char *console_hung_up(struct conn *, struct msg *);

/*
 * Run an act of a connection's page, whose child this is: the streams and the
 * answer go there.  refused: it is answered with this instead (copied), or NULL.
 * Returns NULL, or what is wrong with it, which ends the page.
 */
const char *console_act(struct conn *, struct child *page,
    const struct msg_act *, const char *refused);
const char *console_act_hung_up(struct conn *, const struct msg_hung_up *);
/* The page has ended: kill its acts. */
void console_end_acts(struct conn *, const struct child *page);

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
