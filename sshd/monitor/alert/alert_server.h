/*
 * Alerts of the server and of keys: the store, disks, tokens and operators that
 * end soon, copied keys, and keys that are refused.
 */
#ifndef ALERT_SERVER_H
#define ALERT_SERVER_H

#include <stdbool.h>

struct dir_device;
struct monitor;
struct msg;
struct msg_store_state;

/* The keeper's word on the store. */
void alert_store_state(struct monitor *, const struct msg_store_state *);

/* A token or an operator ends soon; as learn.c has it. */
const char *alert_learn_ends(struct monitor *, const struct msg *);

/* An admin tests the alerts: one is opened and closed. */
const char *alert_learn_test(struct monitor *, const struct msg *);

/* The device's key is used by two machines, at these addresses. */
void alert_clone(struct monitor *, const struct dir_device *, const char *one,
    const char *other);

/*
 * A login of the device was refused: by its own key, or under its name with a
 * key that is unknown, from the address from which it polled.
 */
void alert_key_refused(struct monitor *, struct dir_device *, bool own,
    const char *addr, const char *reason);

/* Every few seconds. */
void alert_server_sweep(struct monitor *);

/* This node leads since shortly: a test that came just before is told. */
void alert_test_late(struct monitor *);

#endif
