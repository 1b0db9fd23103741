/*
 * Output for a client that has asked for a terminal: its own terminal shows the
 * output as it comes, since no pty is made here, so lines end with CR LF.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

/* Convert stdout and stderr from now on.  Returns 0, or -1 without memory. */
int terminal_lines(void);

#endif
