/*
 * Removes history that is older than the option history says: from the start and
 * then every few hours, a small step a second.
 */
#ifndef KEEPER_PRUNE_H
#define KEEPER_PRUNE_H

#include "keeper.h"

void	 prune_init(struct keeper *);
void	 prune_start(struct keeper *);

#endif
