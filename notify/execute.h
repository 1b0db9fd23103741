/*
 * Runs a program with a text on its stdin.
 */
#ifndef EXECUTE_H
#define EXECUTE_H

#define EXECUTE_SAID	256	/* bytes kept of what it writes */
#define EXECUTE_LATE	256	/* as a status: it was ended by the timeout */

/*
 * Run argv[0], a path, in a process group and with an environment of its own, and
 * give it timeout seconds, after which the group is killed.  Returns its exit
 * status, 128 and more if a signal ended it, or EXECUTE_LATE; said has the
 * beginning of its stdout and stderr as one line.
 */
int	execute_program(char *const argv[], const char *input,
    unsigned int timeout, char said[EXECUTE_SAID]);

#endif
