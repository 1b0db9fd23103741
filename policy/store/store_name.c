#include "config.h"

#include <stdio.h>

#include "name.h"
#include "store_query.h"

/* Find the device or operator that has the name; STORE_NONE: none has it. */
static enum store_result
name_holder(struct store *s, int64_t device, const char *name,
    char other[DEVICE_NAME], bool *is_device)
{
	/* In pieces, so that each is looked up by an index. */
	static const char sql[] =
	    "SELECT 1, name FROM device WHERE name = ?2 AND id <> ?1 "
	    "UNION ALL SELECT 1, name FROM device "
	    "WHERE alias = ?2 AND alias <> '' AND id <> ?1 "
	    "UNION ALL SELECT 0, name FROM operator WHERE name = ?2 LIMIT 1";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(device), TEXT(name)));
	if (query_row(q)) {
		*is_device = query_int(q, 0) != 0;
		query_text(q, 1, other, DEVICE_NAME);
	}
	return query_end(s, q);
}

enum store_result
store_name_free(
    struct store *s, int64_t device, const char *what, const char *name)
{
	char other[DEVICE_NAME] = "", why[NAME_WHY];
	bool is_device = false;
	enum store_result r;

	if (!name_allowed(name, why))
		return store_fail(s, STORE_EXISTS,
		    "%s \"%.64s\" is not allowed: %s", what, name, why);
	if ((r = store_lock_changes(s)) != STORE_OK)
		return r;
	r = name_holder(s, device, name, other, &is_device);
	if (r != STORE_OK)
		return r == STORE_NONE ? STORE_OK : r;
	if (is_device)
		return store_fail(s, STORE_EXISTS,
		    "device %s has that id or alias already", other);
	return store_fail(s, STORE_EXISTS,
	    "%s \"%.64s\" is not allowed: an operator has that name", what,
	    name);
}
