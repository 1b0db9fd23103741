/* Examines a device for et-admin doctor, and gives a verdict. */
#ifndef EXAM_H
#define EXAM_H

#include "admin.h"

#define EXAM_TEXT 512

struct exam {
	struct admin *admin;
	struct device device;
	enum device_state state;
	bool served; /* a server runs */
	int keys;
	struct refusal own; /* with its key; at 0: none */
	struct refusal other; /* under its name */
	struct forward last_ended; /* dport 0: none */
	int queued, delivered, open; /* forwards, virtual or not */
	struct forward told; /* one that was delivered and is not open */
	struct forward refused; /* its port cannot be bound; dport 0: none */
	int standing; /* ports that it holds by virtual permits */
	char reach[EXAM_TEXT]; /* operators who may */
	bool well;
	char verdict[EXAM_TEXT];
};

/* Fill it in, of e->admin's store and e->device. */
enum store_result	exam_look(struct exam *);

/*
 * The verdict: the first thing that is wrong on the way from a login to an open
 * port.
 */
void	exam_judge(struct exam *);

#endif
