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
	size_t shown;
	size_t most; /* shown at most; 0: all */
	bool tell; /* how far it is */
	bool served; /* a server runs */
};

static int
list_one(void *arg, const struct fleet_row *row)
{
	struct filter *f = arg;
	char version[HEARTBEAT_VALUE];

	if (++f->shown % 10000 == 0 && f->tell)
		fprintf(stderr, "\r%zu devices read", f->shown);
	if (f->most != 0 && f->shown > f->most)
		return 1;
	health_text(row->health, "v", version);
	show_device(f->admin->out, &row->device, f->served, version);
	return 0;
}

static enum store_result
list_devices(struct filter *f)
{
	f->shown = 0;
	f->query.now = when_now();
	f->query.limit = f->most != 0 ? (unsigned int)f->most + 1 : 0;
	show_table(f->admin->out, SHOW_DEVICE);
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

enum admin_exit
device_list_run(struct admin *a, const struct args *args)
{
	struct filter f = {.admin = a};
	const char *state = args->value[ARG_STATE];
	enum store_result result;

	if (state != NULL && device_state_parse(state, &f.query.state) == -1)
		return admin_usage(
		    "no such state: %s; must be online, late, offline or never",
		    state);
	f.query.by_state = state != NULL;
	for (; f.query.tags < args->tags && f.query.tags < FLEET_TAGS;
	     f.query.tags++)
		f.query.tag[f.query.tags] = args->tag[f.query.tags];
	if (args->value[ARG_WATCH] != NULL)
		return screen_run(a, args, list_draw, &f);
	if (!(f.served = store_server_runs(a->store)))
		admin_note(
		    "the server is not running: no device's state is known");
	f.tell = !output_json(a->out) && admin_terminal(a, STDERR_FILENO);
	result = list_devices(&f);
	if (f.tell && f.shown >= 10000)
		fprintf(stderr, "\r\033[K");
	return admin_result(a, result);
}
