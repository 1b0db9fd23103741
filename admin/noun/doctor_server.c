/*
 * A check looks through the store and finds what is wrong, a row each: what it
 * is of, why it is wrong, and what to do.  Another check is another row of the
 * table below.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "checkup.h"
#include "doctor_server.h"
#include "name.h"
#include "when.h"

#define TEXT CHECKUP_TEXT

/* ---- names (name.h) ---- */

/* Finds another device whose name is the canonical form of this one's. */
static bool
names_other(struct checkup *c, const char *name, struct device *other)
{
	char plain[DEVICE_NAME];
	enum store_result r;

	name_canonical(name, plain);
	r = store_device_find(c->admin->store, plain, other);
	c->result = r == STORE_NONE ? STORE_OK : r;
	return r == STORE_OK && other->id != c->device->id;
}

static void
names_check_id(struct checkup *c, const struct device *d)
{
	char why[NAME_WHY], plain[DEVICE_NAME], problem[TEXT];
	struct device other;
	bool fits;

	if (name_allowed(d->name, why))
		return;
	if (names_other(c, d->name, &other)) {
		snprintf(problem, sizeof(problem), "also read as device %s",
		    other.name);
		checkup_find(c, "device", d->name, problem,
		    "if it is not yours, run et-admin device "
		    "remove " STORE_BY_ID
		    "%s; else run et-admin device rename " STORE_BY_ID
		    "%s NEW-ID",
		    d->name, d->name);
		return;
	}
	name_canonical(d->name, plain);
	fits = name_allowed(plain, problem);
	checkup_find(c, "device", d->name, why,
	    "et-admin device rename " STORE_BY_ID "%s %s", d->name,
	    fits ? plain : "NEW-ID");
}

static void
names_check_alias(struct checkup *c, const struct device *d)
{
	char why[NAME_WHY], problem[TEXT] = "";
	struct device other;
	enum store_result r;

	if (d->alias[0] == '\0')
		return;
	r = store_device_named(c->admin->store, d->alias, &other);
	if (r == STORE_EXISTS)
		snprintf(problem, sizeof(problem), "read as two devices");
	else if (r != STORE_OK)
		c->result = r;
	else if (!name_allowed(d->alias, why))
		snprintf(problem, sizeof(problem), "%s", why);
	if (problem[0] == '\0')
		return;
	checkup_find(c, "alias", d->alias, problem,
	    "et-admin device alias " STORE_BY_ID "%s NEW-ALIAS", d->name);
}

static int
names_check_device(void *arg, const struct device *d)
{
	struct checkup *c = arg;

	c->device = d;
	names_check_id(c, d);
	if (c->result == STORE_OK)
		names_check_alias(c, d);
	return c->result != STORE_OK;
}

static int
names_check_operator(void *arg, const struct oper *o)
{
	struct checkup *c = arg;
	char why[NAME_WHY], problem[TEXT];
	struct device d;
	enum store_result r;

	r = store_device_find(c->admin->store, o->name, &d);
	if (r == STORE_OK)
		snprintf(problem, sizeof(problem), "also a name of device %s",
		    d.name);
	else if (r != STORE_NONE) {
		c->result = r;
		return 1;
	} else if (!name_allowed(o->name, why))
		snprintf(problem, sizeof(problem), "%s", why);
	else
		return 0;
	checkup_find(c, "operator", o->name, problem,
	    "run et-admin operator remove %s, and add the operator under "
	    "another name",
	    o->name);
	return 0;
}

static int
names_check_token(void *arg, const struct token *t)
{
	struct checkup *c = arg;
	char why[NAME_WHY];
	enum store_result r;
	struct device d;

	if (t->device[0] == '\0' || name_allowed(t->device, why) ||
	    token_state(t, when_now()) != TOKEN_GOOD)
		return 0;
	r = store_device_find(c->admin->store, t->device, &d);
	if (r != STORE_NONE) {
		c->result = r;
		return r != STORE_OK;
	}
	checkup_find(c, "token", t->name, "registers an id that is not allowed",
	    "run et-admin token revoke %s", t->name);
	return 0;
}

static enum store_result
names_check(struct checkup *c)
{
	struct store *s = c->admin->store;
	enum store_result r;

	if ((r = store_device_each(s, names_check_device, c)) == STORE_OK &&
	    (r = c->result) == STORE_OK)
		r = store_operator_each(s, names_check_operator, c);
	if (r == STORE_OK && (r = c->result) == STORE_OK)
		r = store_token_each(s, names_check_token, c);
	snprintf(c->well, sizeof(c->well), "no names to change");
	return r != STORE_OK ? r : c->result;
}

/* ---- key exchange, as the server's last status has it ---- */

/*
 * Nothing is wrong with it, so it is told: in a line, or as a row beside what
 * is wrong and for programs.
 */
static void
kex_tell(struct checkup *c, const struct node *node, const char *libssh,
    const char *command)
{
	char problem[TEXT];

	if (c->found == 0 && !output_json(c->admin->out)) {
		snprintf(c->well, sizeof(c->well),
		    "key exchange is not post-quantum with libssh %s; to "
		    "install one that supports it, run %s",
		    libssh, command);
		return;
	}
	snprintf(problem, sizeof(problem), "not post-quantum with libssh %s",
	    libssh);
	checkup_find(c, "server", node->name, problem, "%s", command);
	c->advice++;
}

static int
kex_check_node(void *arg, const struct node *node)
{
	struct checkup *c = arg;
	json_t *status = json_loads(node->status, 0, NULL);
	const json_t *safe = json_object_get(status, "post_quantum");
	const char *command, *libssh;

	command =
	    json_string_value(json_object_get(status, "post_quantum_command"));
	libssh = json_string_value(json_object_get(status, "libssh"));
	if (json_is_true(safe))
		snprintf(
		    c->well, sizeof(c->well), "key exchange is post-quantum");
	else if (json_is_false(safe) && command != NULL && libssh != NULL)
		kex_tell(c, node, libssh, command);
	json_decref(status);
	return 0;
}

static enum store_result
kex_check(struct checkup *c)
{
	if (!store_server_runs(c->admin->store))
		return STORE_OK;
	return store_node_each(c->admin->store, kex_check_node, c);
}

/* ---- all of them ---- */

static const struct {
	const char *name;
	enum store_result (*run)(struct checkup *);
} checks[] = {
    {"names", names_check},
    {"key-exchange", kex_check},
    {"nodes", nodes_check},
};
#define CHECKS (sizeof(checks) / sizeof(checks[0]))

enum admin_exit
doctor_server(struct admin *a)
{
	struct checkup c = {.admin = a, .result = STORE_OK};
	enum store_result result;
	size_t i;

	for (i = 0; i < CHECKS; i++) {
		c.check = checks[i].name;
		c.well[0] = '\0';
		if ((result = checks[i].run(&c)) != STORE_OK)
			return admin_result(a, result);
		if (c.found == 0 && c.well[0] != '\0' && !output_json(a->out))
			output_line(a->out, "%s", c.well);
	}
	return c.found > c.advice ? ADMIN_FAILED : ADMIN_DONE;
}
