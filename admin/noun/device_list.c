#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "device_list.h"
#include "fleet.h"
#include "screen.h"
#include "show.h"

struct filter {
	struct admin *admin;
	struct fleet_query query;
	struct show_columns columns;
	bool wide;
	size_t shown;
	size_t most; /* shown at most; 0: all */
	bool tell; /* how far it is */
	bool served; /* a server runs */
};

static int
list_one(void *arg, const struct fleet_row *row)
{
	struct filter *f = arg;

	if (++f->shown % 10000 == 0 && f->tell)
		fprintf(stderr, "\r%zu devices read", f->shown);
	if (f->most != 0 && f->shown > f->most)
		return 1;
	show_device(f->admin->out, row, f->served);
	return 0;
}

/* A table with the fields that were asked about. */
static void
list_begin(struct filter *f)
{
	const char *asked[FLEET_WHERE + 1];
	size_t n = 0;
	int i;

	asked[n++] = f->query.sort;
	for (i = 0; i < f->query.wheres; i++)
		asked[n++] = f->query.where[i].field;
	show_device_table(f->admin->out, &f->columns, asked, n, f->wide);
}

static enum store_result
list_devices(struct filter *f)
{
	f->shown = 0;
	f->query.now = when_now();
	f->query.limit = f->most != 0 ? (unsigned int)f->most + 1 : 0;
	list_begin(f);
	/* Without a server no other state is known. */
	if (f->query.by_state && f->query.state != DEVICE_NEVER && !f->served)
		return STORE_OK;
	return store_fleet_each(f->admin->store, &f->query, list_one, f);
}

static enum store_result
list_draw(void *arg, struct frame *frame)
{
	struct filter *f = arg;
	enum store_result result;

	f->served = store_server_runs(f->admin->store);
	f->most = frame->rows;
	result = list_devices(f);
	frame->shown = f->shown < f->most ? f->shown : f->most;
	frame->more = f->shown > f->most;
	frame->note = f->served ? "" : "the server is not running";
	return result;
}

/* A field that only a device knows: is there one that tells it? */
static enum admin_exit
list_check_field(struct admin *a, const char *field)
{
	char names[FLEET_ERROR];
	enum fleet_kind kind;
	enum store_result r;
	bool tells;

	if (fleet_field(field, &kind) == NULL || kind != FLEET_KIND_KEY)
		return ADMIN_DONE;
	if ((r = store_fleet_tells(a->store, field, &tells)) != STORE_OK)
		return admin_result(a, r);
	if (tells)
		return ADMIN_DONE;
	fleet_fields(names);
	return admin_usage(
	    "no such field, and no device tells it: %s; there are %s", field,
	    names);
}

/* Fill in the query from the options. */
static enum admin_exit
list_describe(struct filter *f, const struct args *args)
{
	const char *state = args->value[ARG_STATE],
		   *sort = args->value[ARG_SORT];
	struct fleet_query *q = &f->query;
	char error[FLEET_ERROR];
	enum admin_exit result;
	int i;

	if (state != NULL && device_state_parse(state, &q->state) == -1)
		return admin_usage(
		    "no such state: %s; must be online, late, offline or never",
		    state);
	q->by_state = q->with_disabled = state != NULL;
	f->wide = args->value[ARG_WIDE] != NULL;
	for (; q->tags < args->tags && q->tags < FLEET_TAGS; q->tags++)
		q->tag[q->tags] = args->tag[q->tags];
	if (sort != NULL && fleet_sort_parse(sort, q, error) == -1)
		return admin_usage("%s", error);
	if (args->wheres > FLEET_WHERE)
		return admin_usage("more than %d times --where", FLEET_WHERE);
	for (i = 0; i < args->wheres; i++, q->wheres++) {
		if (fleet_where_parse(args->where[i], &q->where[i], error) ==
		    -1)
			return admin_usage("%s", error);
		result = list_check_field(f->admin, q->where[i].field);
		if (result != ADMIN_DONE)
			return result;
	}
	return list_check_field(f->admin, q->sort);
}

enum admin_exit
device_list_run(struct admin *a, const struct args *args)
{
	struct filter f = {.admin = a};
	enum store_result result;
	enum admin_exit r;

	if ((r = list_describe(&f, args)) != ADMIN_DONE)
		return r;
	if (args->value[ARG_WATCH] != NULL)
		return screen_run(a, args, list_draw, &f);
	if (!(f.served = store_server_runs(a->store)))
		admin_note(
		    "the server is not running: no device's state is known");
	f.tell = !output_json(a->out) && admin_terminal(a, STDERR_FILENO);
	result = list_devices(&f);
	output_end(a->out); /* while its columns are there */
	if (f.tell && f.shown >= 10000)
		fprintf(stderr, "\r\033[K");
	return admin_result(a, result);
}
