/*
 * A client that has asked for a terminal shows what it gets as it is: lines
 * have to end with CR LF.  There is no terminal here.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

/* From now on stdout and stderr are so.  Returns 0, or -1 without memory. */
int terminal_lines(void);

#endif
