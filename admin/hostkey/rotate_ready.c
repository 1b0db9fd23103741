#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rotate_ready.h"

/* Devices that hold a connection since before the announcement. */
struct holders {
	int64_t since;
	int64_t *device;
	size_t n, room;
	bool failed;
};

struct readiness {
	struct admin *admin;
	const struct announce *announce;
	struct rotate_count *count;
	struct holders holders;
	void (*each)(struct admin *, const struct device *, const char *);
	enum store_result result;
};

static int
holders_add(void *arg, const struct session *s)
{
	struct holders *h = arg;
	int64_t *more;

	if (s->device == 0 || s->since >= h->since)
		return 0;
	if (h->n == h->room) {
		h->room = h->room == 0 ? 64 : 2 * h->room;
		more = realloc(h->device, h->room * sizeof(*more));
		if (more == NULL) {
			h->failed = true;
			return 1;
		}
		h->device = more;
	}
	h->device[h->n++] = s->device;
	return 0;
}

static int
holders_order(const void *a, const void *b)
{
	const int64_t *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

static bool
holders_has(const struct holders *h, int64_t device)
{
	return h->n > 0 && bsearch(&device, h->device, h->n, sizeof(*h->device),
			       holders_order) != NULL;
}

static int
look_newest(void *arg, const struct heartbeat *h)
{
	*(struct heartbeat *)arg = *h;
	return 1;
}

/* Why a device has noted nothing that it was told, by the word that it says. */
static const char *
look_refused(const char *said)
{
	static const struct {
		const char *said, *why;
	} words[] = {
	    {"notool", "cannot verify: it has neither usign nor "
		       "ssh-keygen of OpenSSH 8.1"},
	    {"nokey", "cannot verify: it has no pinned ed25519 key"},
	    {"bad", "refused: not signed by its pinned key, or not "
		    "newer"},
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(said, words[i].said) == 0)
			return words[i].why;
	return NULL;
}

/* NULL: it is ready. */
static const char *
look_why(struct readiness *l, const struct device *d)
{
	struct heartbeat h = {.at = 0};
	char said[ANNOUNCE_MARK];
	const char *refused;

	l->result =
	    store_heartbeat_each(l->admin->store, d->id, 0, 1, look_newest, &h);
	if (h.at == 0)
		return "has never polled";
	if (!announce_said(h.health, said))
		return "client is too old, or not et-phone-home";
	if (strcmp(said, l->announce->mark) == 0)
		return NULL;
	if ((refused = look_refused(said)) != NULL)
		return refused;
	if (h.at >= l->announce->since)
		return "was told, and confirms with its next poll";
	if (holders_has(&l->holders, d->id))
		return "holds a connection from before the announcement";
	return "has not polled since the announcement";
}

static int
look_at(void *arg, const struct device *d)
{
	struct readiness *l = arg;
	const char *why;

	if (!d->enabled)
		return 0;
	why = look_why(l, d);
	if (l->result != STORE_OK)
		return 1;
	l->count->devices++;
	l->count->ready += why == NULL;
	if (why != NULL && l->each != NULL)
		l->each(l->admin, d, why);
	return 0;
}

enum admin_exit
rotate_count(struct admin *a, const struct announce *announce,
    struct rotate_count *count,
    void (*each)(struct admin *, const struct device *, const char *))
{
	struct readiness l = {.admin = a,
	    .announce = announce,
	    .count = count,
	    .holders = {.since = announce->since},
	    .each = each};
	enum store_result result;

	memset(count, 0, sizeof(*count));
	result = store_session_each(a->store, holders_add, &l.holders);
	if (l.holders.n > 0)
		qsort(l.holders.device, l.holders.n, sizeof(*l.holders.device),
		    holders_order);
	if (result == STORE_OK && !l.holders.failed)
		result = store_device_each(a->store, look_at, &l);
	free(l.holders.device);
	if (l.holders.failed)
		return admin_fail("out of memory");
	return admin_result(a, result == STORE_OK ? l.result : result);
}

/* A server that began before since. */
struct elder {
	const struct store *store;
	int64_t since;
	bool found;
};

static int
node_older(void *arg, const struct node *node)
{
	struct elder *e = arg;

	e->found |=
	    node->started < e->since &&
	    (!store_shared(e->store) || store_node_lives(e->store, node));
	return e->found;
}

bool
rotate_started(struct admin *a, int64_t since)
{
	struct elder e = {.store = a->store, .since = since};

	if (!store_server_runs(a->store))
		return true;
	return store_node_look(a->store, node_older, &e) == STORE_OK &&
	       !e.found;
}

static void
put_thousands(int64_t n, char *text, size_t size)
{
	char digits[24];
	size_t i, at = 0, len;

	len = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, n);
	for (i = 0; i < len && at + 2 < size; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
}

void
rotate_count_text(const struct rotate_count *c, char *text, size_t size)
{
	char ready[32], devices[32];

	put_thousands(c->ready, ready, sizeof(ready));
	put_thousands(c->devices, devices, sizeof(devices));
	snprintf(text, size, "%s of %s", ready, devices);
}
