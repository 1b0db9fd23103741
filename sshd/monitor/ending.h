/*
 * The end of connections.  conn_end and conn_gone mark a connection and put it
 * on a list (monitor.ends); the loop's turn then tears it down, once, in the
 * order of one table.  Connections that this marks are torn down in the same
 * turn.
 */
#ifndef ENDING_H
#define ENDING_H

struct monitor;

/* At the start: set the table of struct wanted_watch. */
void ending_start(struct monitor *);

/* In the loop's turn, before slots are granted: tear down all marked ones. */
void ending_run(struct monitor *);

#endif
