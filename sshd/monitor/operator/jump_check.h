/*
 * The limits of a jump: reach-timeout of et-sshd.conf(5), the operator's
 * grants, and the time in which a worker has to answer JUMP_CLOSE.
 */
#ifndef JUMP_CHECK_H
#define JUMP_CHECK_H

struct monitor;

/* Once a second: end jumps that are not open within reach-timeout. */
void jump_tick(struct monitor *);

/* Grants, tags or a device's state have changed: end jumps not granted now. */
void jump_check(struct monitor *);

#endif
