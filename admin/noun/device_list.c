#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "device_list.h"
#include "screen.h"
#include "show.h"

struct filter {
	struct admin *admin;
	const struct args *args;
	enum device_state state;
	size_t seen;
	size_t shown;
	size_t most; /* shown at most; 0: all */
	bool tell; /* how far it is */
	bool served; /* a server runs */
	enum store_result result;
};

static bool
list_wanted(const struct filter *f, const struct device *d)
{
	int i;

	for (i = 0; i < f->args->tags; i++)
		if (!device_has_tag(d->tags, f->args->tag[i]))
			return false;
	if (f->args->value[ARG_STATE] == NULL)
		return true;
	return show_state(d) == f->state &&
	       (f->served || f->state == DEVICE_NEVER);
}

static int
list_one(void *arg, const struct device *d)
{
	struct filter *f = arg;
	char version[HEARTBEAT_VALUE];

	if (++f->seen % 10000 == 0 && f->tell)
		fprintf(stderr, "\r%zu devices read", f->seen);
	if (!list_wanted(f, d))
		return 0;
	f->shown++;
	if (f->most != 0 && f->shown > f->most)
		return 1;
	f->result = store_heartbeat_version(f->admin->store, d->id, version);
	if (f->result != STORE_OK)
		return 1;
	show_device(f->admin->out, d, f->served, version);
	return 0;
}

static enum store_result
list_devices(struct filter *f)
{
	enum store_result result;

	f->seen = f->shown = 0;
	f->result = STORE_OK;
	show_table(f->admin->out, SHOW_DEVICE);
	result = store_device_each(f->admin->store, list_one, f);
	return result == STORE_OK ? f->result : result;
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
	struct filter f = {.admin = a, .args = args};
	const char *state = args->value[ARG_STATE];
	enum store_result result;

	if (state != NULL && device_state_parse(state, &f.state) == -1)
		return admin_usage(
		    "no such state: %s; must be online, late, offline or never",
		    state);
	if (args->value[ARG_WATCH] != NULL)
		return screen_run(a, args, list_draw, &f);
	if (!(f.served = store_server_runs(a->store)))
		admin_note(
		    "the server is not running: no device's state is known");
	f.tell = !output_json(a->out) && admin_terminal(a, STDERR_FILENO);
	result = list_devices(&f);
	if (f.tell && f.seen >= 10000)
		fprintf(stderr, "\r\033[K");
	return admin_result(a, result);
}
