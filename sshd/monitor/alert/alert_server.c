#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "alert_list.h"
#include "alert_server.h"
#include "clock.h"
#include "directory.h"
#include "disk.h"
#include "event.h"
#include "monitor.h"
#include "msg.h"

#define TEST_LATE 10.0 /* s from a test that no node told until one leads */

#define SILENT 30.0 /* s for which a store may fail untold */
#define ENDS_HEARD 180.0 /* s: ENDS is repeated every minute */
#define CLONE_HEARD 86400.0 /* s after which a copied key is no more */

/* An alert of the server that is open as long as something holds. */
static void
server_hold(struct monitor *m, enum alert_kind kind, const char *label,
    bool holds, const char *bad, const char *good)
{
	const struct alert_about about = {
	    .kind = kind, .label = label, .subject = "server", .summary = bad};
	struct alert *a = alert_find(m, kind, label);

	if (holds && a == NULL && (a = alert_open(m, &about)) != NULL)
		alert_opened(m, a);
	else if (!holds && a != NULL)
		alert_close(m, a, good);
}

/* --- the store and disks ------------------------------------------------------- */

void
alert_store_state(struct monitor *m, const struct msg_store_state *s)
{
	struct alerts *as = m->alerts;

	if (as == NULL)
		return;
	as->store_full = s->full != 0;
	if (!s->ok && as->store_bad == 0)
		as->store_bad = clock_now();
	else if (s->ok && s->reason[0] != '\0')
		as->store_bad = 0;
}

static void
server_disks(struct monitor *m)
{
	struct alerts *as = m->alerts;
	bool lost = event_failing(m->log);

	as->log_full = disk_nearly_full(event_fd(m->log), as->log_full);
	server_hold(m, ALERT_DISK, "store", as->store_full,
	    "the store's file system is nearly full",
	    "the store's file system has room again");
	server_hold(m, ALERT_DISK, "log", as->log_full || lost,
	    lost ? "the event log cannot be written: events are lost"
		 : "the event log's file system is nearly full",
	    "the event log can be written, and has room");
}

static void
server_store(struct monitor *m)
{
	struct alerts *as = m->alerts;
	double now = clock_now();
	bool silent = now - m->dir.fresh > SILENT;
	bool bad = as->store_bad != 0 && now - as->store_bad > SILENT;

	server_hold(m, ALERT_STORE, "store", silent || bad,
	    silent ? "the store does not answer"
		   : "the store cannot be read or written",
	    "the store answers again");
}

/* --- what ends ------------------------------------------------------------------- */

const char *
alert_learn_ends(struct monitor *m, const struct msg *msg)
{
	const struct msg_ends *e = &msg->ends;
	char summary[ALERT_SUMMARY], span[32];
	struct alert_about about = {
	    .kind = e->oper ? ALERT_OPERATOR : ALERT_TOKEN,
	    .label = e->name,
	    .subject = e->name,
	    .summary = summary};
	struct alert *a;

	if (m->alerts == NULL || !m->leads)
		return NULL;
	snprintf(summary, sizeof(summary), "%s %s ends in %s",
	    e->oper ? "operator" : "token", e->name,
	    alert_span((e->at - clock_wall()) / 1000000, span));
	a = alert_find(m, about.kind, e->name);
	if (a == NULL && (a = alert_open(m, &about)) != NULL)
		alert_opened(m, a);
	if (a != NULL) {
		a->heard = clock_now();
		a->ends = e->at;
	}
	return NULL;
}

static void
server_ends(struct monitor *m, struct alert *a)
{
	char summary[ALERT_SUMMARY];

	if (clock_now() - a->heard <= ENDS_HEARD || m->alerts->store_bad != 0 ||
	    clock_now() - m->dir.fresh > SILENT)
		return;
	snprintf(summary, sizeof(summary), "%s %s %s",
	    a->kind == ALERT_OPERATOR ? "operator" : "token", a->subject,
	    a->ends != 0 && a->ends <= clock_wall() ? "has ended"
						    : "no longer ends soon");
	alert_close(m, a, summary);
}

const char *
alert_learn_test(struct monitor *m, const struct msg *msg)
{
	const struct alert_about about = {.kind = ALERT_TEST,
	    .label = "server",
	    .subject = "server",
	    .summary = "this is a test of the alerts"};
	struct alert *a;

	(void)msg;
	/* The node that led may have died: the next one tells it. */
	if (m->alerts != NULL && !m->leads)
		m->alerts->tested = clock_now();
	if (m->alerts == NULL || !m->leads ||
	    (a = alert_open(m, &about)) == NULL)
		return NULL;
	alert_opened(m, a);
	alert_close(m, a, "the test of the alerts has ended");
	alert_record(m);
	return NULL;
}

void
alert_test_late(struct monitor *m)
{
	double tested;

	if (m->alerts == NULL || (tested = m->alerts->tested) == 0)
		return;
	m->alerts->tested = 0;
	if (m->led - tested < TEST_LATE)
		alert_learn_test(m, NULL);
}

/* --- keys ---------------------------------------------------------------------------- */

static struct alert *
server_device_alert(struct monitor *m, enum alert_kind kind,
    const struct dir_device *dev, const char *summary)
{
	char label[ALERT_LABEL];
	const struct alert_about about = {.kind = kind,
	    .label = alert_label(dev, label),
	    .subject = dev->name,
	    .device = dev,
	    .summary = summary};
	struct alert *a = alert_find(m, kind, label);

	if (a == NULL && (a = alert_open(m, &about)) != NULL)
		alert_opened(m, a);
	return a;
}

void
alert_clone(struct monitor *m, const struct dir_device *dev, const char *one,
    const char *other)
{
	char summary[ALERT_SUMMARY];
	struct alert *a;

	if (m->alerts == NULL)
		return;
	snprintf(summary, sizeof(summary),
	    "the key of %s is used by two machines, at %s and %s",
	    directory_called(dev), one, other);
	a = server_device_alert(m, ALERT_CLONE, dev, summary);
	if (a != NULL)
		a->heard = clock_now();
}

void
alert_key_refused(struct monitor *m, struct dir_device *dev, bool own,
    const char *addr, const char *reason)
{
	char summary[ALERT_SUMMARY];
	struct in6_addr from;

	if (m->alerts == NULL || dev->key_alert || !dev->enabled || m->stale)
		return;
	/*
	 * Anybody may know its name, or its public key, which is refused before
	 * a signature is looked at: only its own address counts.
	 */
	directory_address(&from, addr);
	if (memcmp(&from, &dev->addr, sizeof(from)) != 0 ||
	    (!own && strcmp(reason, "unknown key") != 0))
		return;
	snprintf(summary, sizeof(summary),
	    "a login of %s from %s is refused: "
	    "%.120s",
	    directory_called(dev), addr, reason);
	dev->key_alert =
	    server_device_alert(m, ALERT_KEY, dev, summary) != NULL;
}

/* --- the sweep --------------------------------------------------------------------- */

void
alert_server_sweep(struct monitor *m)
{
	double now = clock_now();
	struct alert *a, *tmp;

	server_disks(m);
	server_store(m);
	HASH_ITER(hh, m->alerts->open, a, tmp) {
		if (a->kind == ALERT_TOKEN || a->kind == ALERT_OPERATOR)
			server_ends(m, a);
		else if (a->kind == ALERT_CLONE && now - a->heard > CLONE_HEARD)
			alert_close(m, a, "no second machine for a day");
	}
}
