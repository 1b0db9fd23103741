/*
 * The handlers of the paths below /api/ (the table is in route.c).
 */
#ifndef API_H
#define API_H

struct request;

void api_me(struct request *); /* the operator, and this server */

#endif
