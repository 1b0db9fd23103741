#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "view.h"

#define MS 1000 /* us */
#define BACK INT64_C(1000000) /* us that the clock may be ahead of itself */

struct view *
view_new(struct store *store, const struct oper *who, const char *node,
    uint32_t port)
{
	struct view *v;

	if ((v = calloc(1, sizeof(*v))) == NULL)
		return NULL;
	v->store = store;
	v->who = who;
	v->node = node;
	v->port = port;
	return v;
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	json_decref(v->tags);
	free(v);
}

/* A time after that of the last request, unless the clock was set back. */
static void
view_advance(struct view *v, int64_t now)
{
	if (now < v->now - BACK) {
		memset(v->tallies, 0, sizeof(v->tallies));
		memset(v->traces, 0, sizeof(v->traces));
		v->tags_again = v->written = 0;
	} else if (now / MS <= v->now / MS)
		now = (v->now / MS + 1) * MS;
	v->now = now;
}

void
view_begin(struct view *v, int64_t now, uint64_t changes)
{
	view_advance(v, now);
	if (v->written == 0 || changes != v->changes)
		v->written = v->now;
	v->changes = changes;
}

int64_t
view_trace(struct view *v, int64_t device, uint64_t print)
{
	struct trace *t = &v->traces[(uint64_t)device % VIEW_TRACES];

	if (t->device != device || t->print != print) {
		t->device = device;
		t->print = print;
		t->changed = v->now;
	}
	return t->changed;
}
