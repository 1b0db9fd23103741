/*
 * What the steps are aimed at, and what a sealed process has.
 */
#ifndef PREY_H
#define PREY_H

#include "escape.h"

/* The folder, the target and the sibling, once.  Returns 0, or -1: errno. */
int	 prey_start(void);
void	 prey_end(void);

/* In the step's own process, before the seal.  Returns 0, or -1: errno. */
int	 prey_make(void);

#endif
