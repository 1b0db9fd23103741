/*
 * The end of connections.  conn_end and conn_gone mark a connection and put it
 * on a list (monitor.ends); the loop's turn tells all that have to do with one,
 * once, in the order of one table.  What the table's functions mark themselves
 * is told in the same turn.
 */
#ifndef ENDING_H
#define ENDING_H

struct monitor;

/* At the start: who watches forwards (struct wanted_watch). */
void ending_start(struct monitor *);

/* The loop's turn, before places are given to those that wait. */
void ending_run(struct monitor *);

#endif
