/*
 * Enrolment: a connection with a token (tokens.h) may fetch the installer or
 * register a device, once.  The keeper adds the device.
 */
#ifndef ENROL_H
#define ENROL_H

struct conn;
struct monitor;
struct msg;

/* FETCH and ENROLL of a worker.  NULL, or what ends it. */
const char *enrol_fetch(struct conn *, struct msg *ask);
const char *enrol_enroll(struct conn *, struct msg *ask);

/* ENROLLED of the keeper.  NULL, or what ends it. */
const char *enrol_enrolled(struct monitor *, const struct msg *);

/* The keeper is gone: fail all registrations that it had. */
void enrol_keeper_lost(struct monitor *);

#endif
