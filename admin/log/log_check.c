#include "config.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"
#include "log_check.h"
#include "log_seen.h"

#define LOOKED_UP 100 /* problems, for which the line is looked for */
#define UNSIGNED 7200 /* s: et-sshd signs every hour */

struct log_check {
	const struct key *keys;
	int nkeys;
	void (*found)(void *, const char *, int64_t, const char *);
	void *arg;
	struct log_at at;
	struct log_report report;
	struct log_seen seen;

	bool chained; /* the chain has begun */
	bool stopped; /* the last event is the signature of a stop */
	bool opened; /* the last event is a start's log.open */
	char node[DEVICE_NAME]; /* of the last event */
	bool late; /* a signature is, which was said */
	char prev[LOG_SEAL_HEX]; /* of the line before */
	char whole[LOG_SEAL_HEX]; /* of the last event */
	struct log_at torn; /* the first line behind that, which is none */
	bool torn_more; /* and there is another */
	time_t since; /* the first line that is not signed; 0 */
};

/* The fields of an event that the chain is made of. */
struct link {
	const char *event, *ts, *node, *prev, *whole, *reason, *key, *sig;
	int64_t seq;
};

struct log_check *
log_check_new(const struct key *keys, int nkeys,
    void (*found)(void *, const char *, int64_t, const char *), void *arg)
{
	struct log_check *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->keys = keys;
	c->nkeys = nkeys;
	c->found = found;
	c->arg = arg;
	return c;
}

void
log_check_free(struct log_check *c)
{
	if (c == NULL)
		return;
	log_seen_free(&c->seen);
	free(c);
}

void
log_check_file(struct log_check *c, const char *file)
{
	c->at.file = file;
	c->at.line = 0;
}

static void __attribute__((format(printf, 3, 4)))
log_problem(struct log_check *c, const struct log_at *at, const char *fmt, ...)
{
	char text[LOG_PLACE + 256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->report.problems++;
	c->found(c->arg, at->file, at->line, text);
}

/* --- the chain --- */

static void
chain_begin(struct log_check *c, const struct link *l)
{
	c->chained = true;
	if (c->report.before > 0 && strcmp(l->prev, c->prev) != 0)
		log_problem(c, &c->at,
		    "the chain begins here, without the line before");
}

static void
chain_broken(struct log_check *c, const struct link *l)
{
	const struct log_at *at = c->report.problems < LOOKED_UP
				      ? log_seen_find(&c->seen, l->prev)
				      : NULL;

	if (strcmp(l->prev, LOG_SEAL_NONE) == 0)
		log_problem(c, &c->at,
		    "a new chain begins here, but the old one was not closed: "
		    "lines between them may be missing");
	else if (at != NULL)
		log_problem(c, &c->at,
		    "this line follows %s:%lld, not the line before it: lines "
		    "were moved, inserted or copied",
		    at->file, (long long)at->line);
	else
		log_problem(c, &c->at,
		    "this line does not follow the line before it: that line "
		    "was changed, or lines between them are missing or were "
		    "moved");
}

/* Another chain behind the stop of one: of the same server, and no copy. */
static void
chain_check_anew(struct log_check *c, const struct link *l, const char *hash)
{
	const struct log_at *at = log_seen_find(&c->seen, hash);

	if (at != NULL)
		log_problem(c, &c->at,
		    "this line and those after it are copies of %s:%lld and "
		    "following",
		    at->file, (long long)at->line);
	else if (l->node == NULL || strcmp(l->node, c->node) != 0)
		log_problem(
		    c, &c->at, "a new chain begins here, of another node");
}

/*
 * A start says so and signs that at once, so nobody who lacks the key can go on
 * where a server stopped, and have it signed by the next start.
 */
static void
chain_check_start(struct log_check *c, const struct link *l)
{
	bool open = strcmp(l->event, "log.open") == 0;
	bool sign = strcmp(l->event, "log.seal") == 0;

	if (c->stopped && !open)
		log_problem(c, &c->at,
		    "this line follows the server's stop without a start: it "
		    "was inserted, or the lines of the start are missing");
	else if (c->opened && !open && !sign)
		log_problem(c, &c->at,
		    "this line follows a start that is not signed: both were "
		    "inserted, or the signature is missing");
	c->opened = open;
}

/* Lines that are no events are explained by the event that comes next. */
static void
chain_check_link(struct log_check *c, const struct link *l, const char *hash)
{
	bool torn = c->torn.line != 0;

	if (!c->chained)
		chain_begin(c, l);
	else if (strcmp(l->prev, LOG_SEAL_NONE) == 0 && c->stopped && !torn)
		chain_check_anew(c, l, hash);
	else if (torn && strcmp(l->prev, c->whole) == 0)
		log_problem(
		    c, &c->torn, "this line is not an event: it was inserted");
	else if (strcmp(l->prev, c->prev) != 0)
		chain_broken(c, l);
	else if (torn && (c->torn_more || l->whole == NULL ||
			     strcmp(l->whole, c->whole) != 0))
		log_problem(c, &c->torn,
		    "this line is not the torn end of an event: it was "
		    "inserted");
	c->torn.line = 0;
	c->torn_more = false;
}

/* --- signatures --- */

static time_t
log_time_of(const char *ts)
{
	struct tm tm = {.tm_year = 0};

	return ts != NULL && strptime(ts, "%Y-%m-%dT%H:%M:%S", &tm) != NULL
		   ? timegm(&tm)
		   : 0;
}

static void
log_check_time(struct log_check *c, const struct link *l)
{
	time_t now = log_time_of(l->ts);

	if (c->since == 0)
		c->since = now;
	if (now - c->since > UNSIGNED && !c->late) {
		log_problem(c, &c->at,
		    "the lines before this signature were not signed within an "
		    "hour");
		c->late = true;
	}
}

static const struct key *
log_key_of(const struct log_check *c, const char *fingerprint)
{
	char text[KEY_FINGERPRINT];
	int i;

	for (i = 0; i < c->nkeys; i++) {
		key_fingerprint(c->keys[i].digest, text);
		if (fingerprint != NULL && strcmp(text, fingerprint) == 0)
			return &c->keys[i];
	}
	return NULL;
}

static void
log_check_signature(struct log_check *c, const struct link *l)
{
	const struct key *key = log_key_of(c, l->key);
	struct log_seal s = {.node = l->node,
	    .ts = l->ts,
	    .reason = l->reason,
	    .seq = l->seq,
	    .prev = l->prev};

	if (key == NULL) {
		log_problem(c, &c->at,
		    "this line is signed by another key, %.60s",
		    l->key != NULL ? l->key : "none");
		return;
	}
	if (l->node == NULL || l->ts == NULL || l->reason == NULL ||
	    l->sig == NULL || !log_seal_verify(&s, key, l->sig)) {
		log_problem(c, &c->at, "the signature of this line is wrong");
		return;
	}
	c->stopped = strcmp(l->reason, "stop") == 0;
	c->late = false;
	c->since = 0;
	c->report.unsigned_ = 0;
	snprintf(c->report.signed_to, sizeof(c->report.signed_to),
	    "%.1000s:%lld", c->at.file, (long long)c->at.line);
	snprintf(c->report.signed_at, sizeof(c->report.signed_at), "%s", l->ts);
}

/* --- a line --- */

static const char *
log_text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void
log_check_event(struct log_check *c, const json_t *o, const char *hash)
{
	struct link l = {log_text_of(o, "event"), log_text_of(o, "ts"),
	    log_text_of(o, "node"), log_text_of(o, "prev"),
	    log_text_of(o, "whole"), log_text_of(o, "reason"),
	    log_text_of(o, "key"), log_text_of(o, "sig"),
	    json_integer_value(json_object_get(o, "seq"))};

	if (l.prev == NULL) {
		if (c->chained)
			log_problem(c, &c->at, "this line is not in the chain");
		else
			c->report.before++;
		return;
	}
	chain_check_link(c, &l, hash);
	chain_check_start(c, &l);
	snprintf(c->node, sizeof(c->node), "%s", l.node != NULL ? l.node : "");
	c->report.chained++;
	c->report.unsigned_++;
	c->stopped = false;
	log_check_time(c, &l);
	if (strcmp(l.event, "log.seal") == 0)
		log_check_signature(c, &l);
}

int
log_check_line(struct log_check *c, const char *line, size_t len)
{
	json_t *o = json_loadb(line, len, 0, NULL);
	char hash[LOG_SEAL_HEX];

	c->at.line++;
	c->report.lines++;
	log_seal_hash(line, len, hash);
	if (log_text_of(o, "event") != NULL) {
		log_check_event(c, o, hash);
		memcpy(c->whole, hash, sizeof(c->whole));
	} else if (!c->chained)
		c->report.before++;
	else if (c->torn.line == 0)
		c->torn = c->at;
	else
		c->torn_more = true;
	memcpy(c->prev, hash, sizeof(c->prev));
	json_decref(o);
	return log_seen_add(&c->seen, hash, &c->at);
}

void
log_check_end(struct log_check *c, struct log_report *report)
{
	if (c->report.chained == 0)
		log_problem(
		    c, &c->at, "no line is chained: the log is not sealed");
	else if (c->report.signed_to[0] == '\0')
		log_problem(c, &c->at, "no line has a valid signature");
	c->report.end = c->torn.line != 0 ? "with a torn line"
			: c->stopped
			    ? "with the server's stop"
			    : "without the server's stop: it is running, was "
			      "killed, or lines are missing";
	*report = c->report;
}
