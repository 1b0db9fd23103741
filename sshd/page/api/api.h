/*
 * The handlers of the paths below /api/, and of the views (the table is in
 * route.c).
 */
#ifndef API_H
#define API_H

struct page;
struct request;

void api_act(struct request *); /* runs a command of the operator's */
void api_events(struct request *); /* lines of the event log */
void api_me(struct request *); /* the operator, and this server */
/* Make the page's view, before the seal.  Returns 0, or -1: out of memory. */
int	api_start(struct page *);

void	api_me(struct request *);	/* the operator, and this server */
void	api_fleet(struct request *);	/* a page of the fleet */
void	api_rows(struct request *);	/* what has changed in its rows */
void	api_device(struct request *);	/* one device */
void	api_tokens(struct request *);
void	api_operators(struct request *);
void	api_server(struct request *);	/* nodes and store */
void	api_alerts(struct request *);	/* those that are open */

/* The views, as HTML. */
void	api_view_fleet(struct request *);
void	api_view_device(struct request *);
void	api_view_events(struct request *);
void	api_view_tokens(struct request *);
void	api_view_operators(struct request *);
void	api_view_server(struct request *);

/* GET /metrics, where no operator is; with ?devices those of each device. */
void api_metrics(struct request *);

#endif
