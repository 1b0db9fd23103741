/*
 * The files of a rotated event log in the order in which they were written.
 */
#ifndef LOG_ORDER_H
#define LOG_ORDER_H

#define LOG_FILES	1000

/*
 * Put the paths in order: one whose first line is chained to the last line of
 * another stands behind that, and otherwise the time of the first line counts.
 * Returns 0, or -1 and the path that cannot be read (errno).
 */
int	log_order(const char **path, int n, const char **unread);

#endif
