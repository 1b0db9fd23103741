/*
 * The handlers of the paths below /api/ (the table is in route.c).
 */
#ifndef API_H
#define API_H

struct request;

void api_act(struct request *); /* runs a command of the operator's */
void api_events(struct request *); /* lines of the event log */
void api_me(struct request *); /* the operator, and this server */

/* GET /metrics, where no operator is; with ?devices those of each device. */
void api_metrics(struct request *);

#endif
