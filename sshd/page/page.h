/*
 * The page of one operator's connection: what all of et-sshd-page shares.
 *
 * From the roof down: main.c starts and seals; serve.c runs the loop and takes
 * the monitor's messages; visitor.c decides what a new visitor wants; http.c
 * speaks HTTP by libmicrohttpd; device_web.c leads to devices; route.c has the table of the paths, whose
 * handlers are in api/api.c and web_file.c; command.c has commands run, feed.c
 * asks for events; api/tell*.c and html*.c make what is told of the store, and
 * know of no HTTP; reply.c answers, guard.c refuses;
 * talk.c sends to the monitor.  No file calls one that stands before it.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

#include "msg.h"
#include "operator.h"
#include "store.h"

struct command;
struct feed;
struct MHD_Daemon;
struct http_visitor;
struct view;
struct visit;
struct visitor;

struct page {
	struct ev_loop *loop;
	struct store *store; /* for reading, limited to what who sees */
	struct oper who; /* the operator: id, role, name and grants */
	char node[MSG_NAME]; /* this server's name */
	uint32_t port; /* where et-sshd was reached; 0: not known */
	bool metrics; /* of no operator: only /metrics is answered */
	struct view *view; /* what the answers are made of */
	uint64_t changes; /* of the store, seen since the start */
	struct msgq *out; /* to the monitor */
	struct msg in;
	ev_io on_sock;
	ev_io on_send;
	ev_io on_watch; /* of the store */
	ev_timer on_look; /* at the store, shortly after the watch */
	struct command *commands; /* that run */
	struct feed *feeds; /* questions for events */
	uint32_t last_id; /* of an act or a question */
	struct visitor *visitors; /* whose first bytes are awaited */
	struct visit *visits; /* of devices' web interfaces */
	uint32_t last_visit; /* its number */
	struct MHD_Daemon *http;
	struct http_visitor *https; /* its connections */
	ev_io on_http;
	ev_timer on_http_due;
	ev_timer on_http_sweep;
};

#endif
