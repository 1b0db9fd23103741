/*
 * /api/device/ID: one device with all that belongs to it, what the doctor says
 * of it, and the lines that reach it.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tell.h"
#include "tell_history.h"
#include "device_parts.h"
#include "exam.h"
#include "row.h"

#define LINE 512

static enum store_result
device_row(struct view *v, const char *id, struct fleet_row *of, json_t **json)
{
	struct wrong_forwards forwards;
	enum store_result r;
	struct row row;

	*json = NULL;
	if ((r = store_fleet_get(v->store, id, of)) != STORE_OK ||
	    (r = wrong_forwards(v->store, &forwards)) != STORE_OK ||
	    (r = row_judge(v, &forwards, of, &row)) != STORE_OK)
		return r;
	view_trace(v, of->device.id, row.print);
	return row_json(v, &row, json);
}

/*
 * What et-admin doctor says of the device: nothing if it can be reached, but has
 * something else that is wrong, which its row says.
 */
static enum store_result
device_doctor(struct view *v, const struct device *d, json_t *object)
{
	struct admin admin = {.store = v->store};
	struct exam e = {.admin = &admin, .device = *d};
	const char *wrong = json_string_value(
	    json_object_get(json_object_get(object, "device"), "wrong"));
	enum store_result r;

	if ((r = exam_look(&e)) != STORE_OK)
		return r;
	exam_judge(&e);
	if (e.well && wrong != NULL && *wrong != '\0')
		json_object_set_new(object, "doctor", json_array());
	else
		json_object_set_new(object, "doctor",
		    json_pack("[{s:s, s:o}]", "verdict",
			e.well ? "well" : "wrong", "text",
			row_text(e.verdict)));
	json_object_set_new(object, "reach", row_words(e.reach));
	return STORE_OK;
}

/*
 * The lines to reach the device with; SERVER stands for the name of this server,
 * which the operator's own configuration knows.
 */
static json_t *
device_lines(const struct view *v, const struct device *d)
{
	const char *name = *d->alias != '\0' ? d->alias : d->name;
	char jump[LINE], ssh[2 * LINE], scp[2 * LINE], web[2 * LINE];
	char port[16] = "", option[16] = "";

	if (v->port != 0 && v->port != 22) {
		snprintf(port, sizeof(port), ":%u", v->port);
		snprintf(option, sizeof(option), "-p %u ", v->port);
	}
	snprintf(jump, sizeof(jump), "-J %s@SERVER%s", v->who->name, port);
	snprintf(ssh, sizeof(ssh), "ssh %s root@%s", jump, name);
	snprintf(scp, sizeof(scp), "scp %s FILE root@%s:", jump, name);
	snprintf(web, sizeof(web), "ssh -N -L 8080:%s:80 %s%s@SERVER", name,
	    option, v->who->name);
	return json_pack("{s:s, s:s, s:s}", "ssh", ssh, "scp", scp, "web", web);
}

static enum store_result
device_read(struct view *v, const char *id, int64_t days, json_t *object)
{
	struct fleet_row of;
	enum store_result r;
	struct device named;
	json_t *row = NULL;

	if ((r = store_device_find(v->store, id, &named)) != STORE_OK ||
	    (r = device_row(v, named.name, &of, &row)) != STORE_OK ||
	    row == NULL) {
		json_decref(row);
		return r;
	}
	json_object_set_new(row, "created", row_time(of.device.created));
	json_object_set_new(object, "device", row);
	if (v->who->role != OPERATOR_VIEWER)
		json_object_set_new(
		    object, "lines", device_lines(v, &of.device));
	if ((r = device_parts(v, &of.device, object)) != STORE_OK ||
	    (r = tell_history(v, &of.device, days, object)) != STORE_OK)
		return r;
	return device_doctor(v, &of.device, object);
}

unsigned int
tell_device(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	int64_t days = TELL_HISTORY_DAYS;
	enum store_result r;
	json_t *object;

	if (asked_number(a, "days", HISTORY_DAYS, &days, error) == -1)
		return 400;
	if (a->id == NULL || !device_name_valid(a->id)) {
		snprintf(error, ASKED_ERROR, "not the id of a device");
		return 400;
	}
	object = json_pack("{s:o}", "now", row_time(v->now));
	if ((r = store_begin_read(v->store)) == STORE_OK) {
		r = device_read(v, a->id, days, object);
		store_rollback(v->store);
	}
	if (r == STORE_OK)
		return tell_done(object, out, error);
	json_decref(object);
	if (r != STORE_NONE)
		return tell_failed(v, r, error);
	snprintf(error, ASKED_ERROR, "no such device");
	return 404;
}
