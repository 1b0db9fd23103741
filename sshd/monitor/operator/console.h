/*
 * A console: the process that runs one command of an operator, from the ask to
 * its end.  It is told who the operator is, and hears the command only when it
 * has sealed itself.  What an operator may change it asks for (FORWARD_REQUEST); whether
 * that is granted is looked up anew here.
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

/* Asks of a worker for an operator's connection, as answer.c has them. */
const char *console_command(struct conn *, struct msg *);
const char *console_hung_up(struct conn *, struct msg *);

/* The keeper has answered an order.  NULL, or what is wrong with it. */
const char *console_forward_result(struct monitor *, const struct msg *);
void console_keeper_lost(struct monitor *);

/* An operator's connection ends, or is gone. */
void console_end_all(struct conn *, const char *reason);

/* The operator's role or grants may have changed. */
void console_regrant(struct monitor *, const struct dir_operator *);

/* Once a second. */
void console_tick(struct monitor *);

/* At the end of it all. */
void console_free_all(struct monitor *);

#endif
