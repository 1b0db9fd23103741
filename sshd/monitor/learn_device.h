/*
 * The keeper's records of devices, keys, permits and forwards: they fill the
 * directory, and end sessions and tunnels that are no longer allowed.
 */
#ifndef LEARN_DEVICE_H
#define LEARN_DEVICE_H

#include <stdint.h>

struct monitor;
struct msg;

/* Take in records.  Each returns NULL, or what is wrong, which ends the keeper. */
const char *learn_devices(struct monitor *, const struct msg *);
const char *learn_keys(struct monitor *, const struct msg *);
const char *learn_permit(struct monitor *, const struct msg *);
const char *learn_forward(struct monitor *, const struct msg *);

/* The record was removed: end all that depends on it. */
void learn_device_gone(struct monitor *, int64_t id);
void learn_key_gone(struct monitor *, int64_t id);
void learn_permit_gone(struct monitor *, int64_t id);
void learn_forward_gone(struct monitor *, int64_t id);

/*
 * After a load, in a store of several nodes: forwards that an earlier run had
 * delivered or open, and that are open on no node, are delivered anew.
 */
void learn_forward_states(struct monitor *);

/* After a load: remove the records that it did not have. */
void learn_device_sweep(struct monitor *);

#endif
