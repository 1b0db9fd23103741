/*
 * The keeper's records of the other nodes: that they live, their wishes and
 * tunnels, tickets of streams.
 */
#ifndef LEARN_NODE_H
#define LEARN_NODE_H

struct monitor;
struct msg;

/* Take in a record.  Each returns NULL, or what is wrong, which ends the keeper. */
const char *learn_node(struct monitor *, const struct msg *);
const char *learn_wish(struct monitor *, const struct msg *);
const char *learn_tunnel(struct monitor *, const struct msg *);
const char *learn_ticket(struct monitor *, const struct msg *);
const char *learn_ticketed(struct monitor *, const struct msg *);
const char *learn_lead(struct monitor *, const struct msg *);
const char *learn_seen(struct monitor *, const struct msg *);

/* After a load: drop what it did not have. */
void learn_node_sweep(struct monitor *);

#endif
