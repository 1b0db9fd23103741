#include "config.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "await.h"
#include "clean.h"
#include "show.h"
#include "watch.h"
#include "when.h"

#define SECOND INT64_C(1000000)
#define TICK 1000 /* ms between two updates of the line */
#define CONNECT_WAIT 2000 /* ms */

struct await {
	struct admin *admin;
	struct device device; /* as it is now */
	struct forward forward; /* as it is now */
	int64_t since; /* us since the epoch */
	int64_t end; /* us since the epoch; 0: none */
	bool terminal; /* one line that counts down */
	bool told; /* the state has been said */
	bool line; /* the countdown stands there */
	bool served; /* a server ran at the last look */
	int64_t counted; /* us since the epoch, when it was last written */
};

/* ---- telling ---- */

static void
clear_line(struct await *w)
{
	if (w->line)
		printf("\r\033[K");
	w->line = false;
	fflush(stdout);
}

/* Without a server nothing will happen; one may be started meanwhile. */
static void
tell_server(struct await *w)
{
	bool serves = store_server_runs(w->admin->store);

	if (serves == w->served)
		return;
	w->served = serves;
	clear_line(w);
	admin_note(serves
		       ? "the server is running now"
		       : "no server is running on this store: start et-sshd");
}

/* Why the device may never come; said once, before the wait. */
static void
await_warn(struct await *w)
{
	if (!w->device.enabled)
		admin_note(
		    "device %s is disabled: run et-admin device enable %s",
		    w->device.name, w->device.name);
	else if (w->device.connected)
		return;
	else if (show_state(&w->device) == DEVICE_NEVER)
		admin_note("device %s has never been seen: this may take long",
		    w->device.name);
	else if (show_state(&w->device) == DEVICE_OFFLINE)
		admin_note(
		    "device %s is offline: this may take long", w->device.name);
}

/* Describes what the forward waits for. */
static const char *
waits_for(const struct await *w, char *text, size_t size)
{
	char due[SHOW_EXPECTED];

	switch (w->forward.state) {
	case FORWARD_QUEUED:
		if (w->device.connected)
			snprintf(text, size,
			    "waiting for %s, which is "
			    "connected",
			    w->device.name);
		else if (w->device.last_seen == 0)
			snprintf(text, size, "waiting for %s's first poll",
			    w->device.name);
		else
			snprintf(text, size, "waiting for %s's next poll, %s",
			    w->device.name, show_expected(&w->device, due));
		break;
	case FORWARD_DELIVERED:
		snprintf(text, size,
		    "%s has received the request, waiting for its tunnel",
		    w->device.name);
		break;
	case FORWARD_OPEN:
		snprintf(text, size, "port %u is open", w->forward.sport);
		break;
	default:
		snprintf(
		    text, size, "%s", forward_state_name(w->forward.state));
	}
	return text;
}

/* A new state gets a line of its own. */
static void
tell_state(struct await *w)
{
	char text[256];
	const char *reason = w->forward.reason;

	clear_line(w);
	waits_for(w, text, sizeof(text));
	if (output_json(w->admin->out)) {
		show_table(w->admin->out, SHOW_FORWARD);
		show_forward(w->admin->out, &w->forward);
		output_flush(w->admin->out);
	} else if (!w->terminal || *reason != '\0' ||
		   w->forward.state == FORWARD_OPEN)
		output_line(w->admin->out, "%s%s%s%s", text,
		    *reason == '\0' ? "" : " (", reason,
		    *reason == '\0' ? "" : ")");
	w->told = true;
}

/* On a terminal: one line, no more than one update a second. */
static void
count_down(struct await *w)
{
	int64_t now = when_now();
	char text[256];

	if (!w->terminal || w->forward.state == FORWARD_OPEN ||
	    (w->line && now - w->counted < SECOND))
		return;
	printf("\r\033[K");
	clean_print(stdout, waits_for(w, text, sizeof(text)));
	fflush(stdout);
	w->line = true;
	w->counted = now;
}

/* ---- the port ---- */

static bool
await_connects(const struct addrinfo *ai)
{
	struct pollfd pfd = {.events = POLLOUT};
	socklen_t len = sizeof(int);
	int error = 0;

	pfd.fd = socket(ai->ai_family,
	    ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);
	if (pfd.fd == -1)
		return false;
	if (connect(pfd.fd, ai->ai_addr, ai->ai_addrlen) == -1 &&
	    (poll(&pfd, 1, CONNECT_WAIT) != 1 ||
		getsockopt(pfd.fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1))
		error = -1;
	close(pfd.fd);
	return error == 0;
}

/* Does the forward's port take a connection? */
static bool
port_answers(const char *address, uint32_t port)
{
	struct addrinfo *ai = NULL,
			hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
			    .ai_socktype = SOCK_STREAM};
	char service[8];
	bool answers;

	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(address, service, &hints, &ai) != 0)
		return false;
	answers = await_connects(ai);
	freeaddrinfo(ai);
	return answers;
}

/*
 * By SSH, for a member, and to another machine no connection can be tried: the
 * server's word does.
 */
static bool
port_is_open(const struct await *w)
{
	const char *node = w->forward.node;

	return w->admin->who != NULL || w->admin->member ||
	       (*node != '\0' && strcmp(node, w->admin->node) != 0) ||
	       port_answers(w->admin->conf->forward_address, w->forward.sport);
}

/* ---- the wait ---- */

static enum store_result
await_refresh(struct await *w)
{
	enum forward_state before = w->forward.state;
	enum store_result result;

	result =
	    store_device_get(w->admin->store, w->forward.device, &w->device);
	if (result == STORE_OK)
		result = store_forward_get(
		    w->admin->store, w->forward.id, &w->forward);
	if (w->forward.state != before)
		w->told = false;
	return result;
}

static enum admin_exit
gave_up(struct await *w, const char *why)
{
	char ends[WHEN_TEXT];

	clear_line(w);
	return admin_fail("%s; the forward stays %s until %s (to close it: "
			  "et-admin forward close %s %u)",
	    why, forward_state_name(w->forward.state),
	    when_seconds(w->forward.expires, ends), w->device.name,
	    w->forward.sport);
}

static enum admin_exit
await_ended(struct await *w)
{
	const char *reason = w->forward.reason;

	clear_line(w);
	if (w->forward.state == FORWARD_EXPIRED && *reason == '\0')
		reason = "expired before the device came";
	return admin_fail("the forward of %s to port %u is %s%s%s",
	    w->device.name, w->forward.sport,
	    w->forward.cancelled ? "cancelled"
				 : forward_state_name(w->forward.state),
	    *reason == '\0' ? "" : ": ", reason);
}

/* Is it over?  Then *result says how. */
static bool
await_settled(struct await *w, enum admin_exit *result)
{
	enum store_result found = await_refresh(w);

	if (found == STORE_NONE)
		*result = admin_fail("the forward is gone: device %s was "
				     "removed",
		    w->device.name);
	else if (found == STORE_BUSY)
		return false; /* the next look will tell */
	else if (found != STORE_OK)
		*result = admin_result(w->admin, found);
	else if (w->forward.cancelled || forward_ended(w->forward.state))
		*result = await_ended(w);
	else if (w->forward.state == FORWARD_OPEN && port_is_open(w)) {
		if (!w->told)
			tell_state(w);
		*result = ADMIN_DONE;
	} else if (forward_refused(&w->forward) &&
		   w->forward.state_at > w->since)
		*result = gave_up(w, w->forward.reason);
	else if (w->end != 0 && when_now() >= w->end)
		*result = gave_up(w, "timeout reached");
	else
		return false;
	return true;
}

static int
ms_to_tick(const struct await *w)
{
	int64_t left;

	if (w->end == 0)
		return TICK;
	left = (w->end - when_now()) / 1000 + 1;
	return left < 0 ? 0 : left < TICK ? (int)left : TICK;
}

static enum admin_exit
wait_for(struct await *w, struct watch *watch)
{
	enum admin_exit result;

	while (!await_settled(w, &result)) {
		if (!w->told)
			tell_state(w);
		tell_server(w);
		count_down(w);
		if (watch_next(watch, ms_to_tick(w)) == WATCH_INTERRUPT)
			return gave_up(w, "stopped waiting");
	}
	return result;
}

enum admin_exit
await_forward(struct admin *a, const struct device *device,
    const struct forward *forward, uint32_t timeout)
{
	struct await w = {
	    .admin = a, .device = *device, .forward = *forward, .served = true};
	enum admin_exit result;
	struct watch *watch;

	if ((watch = watch_new(a->store)) == NULL)
		return admin_fail("out of memory");
	w.since = when_now();
	w.end = timeout == 0 ? 0 : when_now() + timeout * SECOND;
	w.terminal = !output_json(a->out) && admin_terminal(a, STDOUT_FILENO);
	await_warn(&w);
	result = wait_for(&w, watch);
	clear_line(&w);
	watch_free(watch);
	return result;
}
