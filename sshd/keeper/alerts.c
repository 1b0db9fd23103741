#include "config.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alerts.h"
#include "disk.h"
#include "send.h"
#include "skew.h"

static int
alerts_one(void *arg, const struct alert_record *a)
{
	struct msg_alert *to;
	struct msg m;

	msg_init(&m, MSG_ALERT, 0);
	to = &m.alert;
	to->kind = a->kind;
	to->told = a->told;
	to->count = a->count;
	to->device = a->device;
	to->since = a->since;
	to->opened = a->opened;
	to->closed = a->closed;
	snprintf(to->id, sizeof(to->id), "%s", a->id);
	snprintf(to->subject, sizeof(to->subject), "%s", a->subject);
	snprintf(to->tag, sizeof(to->tag), "%s", a->tag);
	snprintf(to->summary, sizeof(to->summary), "%s", a->summary);
	snprintf(to->devices, sizeof(to->devices), "%s", a->devices);
	snprintf(to->missing, sizeof(to->missing), "%s", a->missing);
	return send_message(arg, &m);
}

static int
alerts_mute(void *arg, const struct alert_mute *mute)
{
	struct msg m;

	msg_init(&m, MSG_MUTE, 0);
	m.mute.id = mute->id;
	m.mute.device = mute->device;
	m.mute.until = mute->until;
	snprintf(m.mute.target, sizeof(m.mute.target), "%s", mute->target);
	return send_message(arg, &m);
}

static int
alerts_bound(void *arg, const struct alert_bound *b)
{
	struct msg m;

	msg_init(&m, MSG_BOUND, 0);
	m.bound.id = b->id;
	m.bound.hold = b->hold;
	alert_bound_text(b, m.bound.text, sizeof(m.bound.text));
	snprintf(m.bound.tag, sizeof(m.bound.tag), "%s", b->tag);
	return send_message(arg, &m);
}

enum store_result
alerts_load(struct keeper *k)
{
	enum store_result r;

	if ((r = store_alert_unfinished(k->store, alerts_one, k)) != STORE_OK ||
	    (r = store_mute_each(k->store, alerts_mute, k)) != STORE_OK)
		return r;
	return store_bound_each(k->store, alerts_bound, k);
}

enum store_result
alerts_change(struct keeper *k, const struct change *c)
{
	struct alert_mute mute;
	struct alert_bound b;
	enum store_result r;
	struct msg m;

	switch (c->noun) {
	case STORE_MUTE:
		if ((r = store_mute_get(k->store, c->id, &mute)) == STORE_OK)
			alerts_mute(k, &mute);
		return r;
	case STORE_BOUND:
		if ((r = store_bound_get(k->store, c->id, &b)) == STORE_OK)
			alerts_bound(k, &b);
		return r;
	default:
		msg_init(&m, MSG_ALERT_TEST, 0);
		send_message(k, &m);
		return STORE_OK;
	}
}

/* --- what ends soon --------------------------------------------------------- */

static void
alerts_end(struct keeper *k, bool oper, const char *name, int64_t created,
    int64_t expires)
{
	int64_t now = skew_now(k);
	struct msg m;

	if (expires <= now || expires - now > ALERTS_ENDS ||
	    expires - created <= ALERTS_ENDS)
		return;
	msg_init(&m, MSG_ENDS, 0);
	m.ends.oper = oper;
	m.ends.at = expires;
	snprintf(m.ends.name, sizeof(m.ends.name), "%s", name);
	send_message(k, &m);
}

static int
alerts_token(void *arg, const struct token *t)
{
	if (t->uses_left > 0)
		alerts_end(arg, false, t->name, t->created, t->expires);
	return 0;
}

static int
alerts_operator(void *arg, const struct oper *o)
{
	alerts_end(arg, true, o->name, o->created, o->expires);
	return 0;
}

enum store_result
alerts_ends(struct keeper *k)
{
	enum store_result r;

	if ((r = store_token_each(k->store, alerts_token, k)) != STORE_OK)
		return r;
	return store_operator_each(k->store, alerts_operator, k);
}

bool
alerts_full(struct keeper *k)
{
	const char *path = strchr(k->where.url, '/');
	char copy[PATH_MAX];
	int fd;

	if (path == NULL)
		return false;
	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	k->full = disk_nearly_full(fd, k->full);
	if (fd != -1)
		close(fd);
	return k->full;
}
