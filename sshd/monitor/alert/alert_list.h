/*
 * The alerts that are open: each is opened once, recorded to the keeper, and
 * closed once.  alert_tell.h writes what is told of them.  doc/alerts.md says
 * what is an alert, and when.
 */
#ifndef ALERT_LIST_H
#define ALERT_LIST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "alert.h"

struct dir_device;
struct event_file;
struct monitor;
struct msg_alert;

#define ALERT_LABEL 24 /* a device's number */
#define ALERT_KEY_TEXT 112 /* kind and label: of which one alert is open at a time */

struct alert {
	char key[ALERT_KEY_TEXT];
	char id[ALERT_ID];
	enum alert_kind kind;
	char subject[ALERT_SUBJECT];
	int64_t device; /* 0: no one device's */
	char tag[DEVICE_NAME];
	int64_t since, opened, closed; /* us since the epoch; closed 0: open */
	enum alert_told told;
	uint32_t count; /* devices, those that are back included */
	char summary[ALERT_SUMMARY];
	char *devices; /* "a,b"; NULL: the subject alone, or none */
	char *missing;
	bool dirty; /* to be recorded to the keeper */
	bool stale; /* of a reload: not heard of yet */
	/* of a site */
	unsigned int away; /* devices that point here: dir_device.alert */
	uint32_t every; /* s: the slowest rhythm of its devices */
	double back; /* since when devices return, s; 0: none yet */
	/* of what is closed unless it is heard of again: s */
	double heard;
	int64_t ends; /* of a token or an operator, us since the epoch */
	UT_hash_handle hh; /* while it is open */
	struct alert *prev, *next; /* closed, until that is told */
};

struct alert_breach;
struct alert_often;
struct alert_bound_rule;
struct alert_mute_rule;

struct alerts {
	struct alert *open; /* by key */
	struct alert *closed; /* whose close is not told yet */
	struct alert_mute_rule *mutes;
	struct alert_bound_rule *bounds;
	struct alert_breach *breaches;
	struct alert_often *often; /* devices that had some lately */
	struct event_file *file; /* the stream; NULL: off */
	int64_t seq; /* of the last line */
	double from; /* absence counts from then on at the earliest */
	double swept;
	double wall; /* clock_wall, s, less clock_now at the last sweep */
	double store_bad; /* since when the store fails; 0: it does not */
	double tested; /* when another node was to tell a test, s; 0 */
	bool store_full;
	bool log_full;
	bool adopted; /* the first load is done */
	bool crowded; /* ALERT_OPEN was met, and that was logged */
	uint64_t logged; /* events dropped by then */
};

/* What an alert is about. */
struct alert_about {
	enum alert_kind kind;
	const char *label; /* tells alerts of one kind apart; part of the id */
	const char *subject;
	const struct dir_device *device; /* NULL: no one device's */
	const char *tag; /* or NULL */
	int64_t since; /* us since the epoch; 0: now */
	const char *summary;
};

/* The open alert of this kind and label, or NULL. */
struct alert *alert_find(
    const struct monitor *, enum alert_kind, const char *label);

/*
 * Open an alert, for which alert_opened is to be called, or return the one that
 * is open.  NULL: ALERT_OPEN are open (logged once), the device has had too many
 * (alert_often.h), or no memory.
 */
struct alert *alert_open(struct monitor *, const struct alert_about *);

/* It was opened just now, and has all that is told: log and tell it. */
void alert_opened(struct monitor *, struct alert *);

/* Close it, and free it once that is told. */
void alert_close(struct monitor *, struct alert *, const char *summary);

unsigned int alert_count(const struct monitor *);

/* Record to the keeper what has changed; free what has ended. */
void alert_record(struct monitor *);

/*
 * The keeper's record of an alert that has not ended.  Only those of the first
 * load are taken; a later keeper is told what it missed.  alert_loaded: it has
 * sent all.
 */
const char *alert_learn(struct monitor *, const struct msg_alert *);
void alert_loaded(struct monitor *);

/* The label of an alert of one device, whatever it is called. */
const char *alert_label(const struct dir_device *, char label[ALERT_LABEL]);

/* At the end. */
void alert_free_all(struct alerts *);

/* "12 min", as people say how long. */
const char *alert_span(int64_t seconds, char out[32]);

#endif
