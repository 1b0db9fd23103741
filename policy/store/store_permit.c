#include "config.h"

#include "store_query.h"

#define COLUMNS                                                               \
	"p.id, coalesce(p.device, 0), coalesce(d.name, ''), p.tag, p.first, " \
	"p.last, p.virtual, p.created "                                       \
	"FROM permit p LEFT JOIN device d ON d.id = p.device "

static void
permit_read(struct query *q, struct permit *p)
{
	p->id = query_int(q, 0);
	p->device = query_int(q, 1);
	query_text(q, 2, p->name, sizeof(p->name));
	query_text(q, 3, p->tag, sizeof(p->tag));
	p->first = (uint32_t)query_int(q, 4);
	p->last = (uint32_t)query_int(q, 5);
	p->virtual = query_int(q, 6) != 0;
	p->created = query_int(q, 7);
}

/*
 * A port within one device's permit is not promised to another.  A virtual
 * permit is of the device's own ports.
 */
static enum store_result
permit_check_ports(struct store *s, const struct permit *p)
{
	static const char sql[] =
	    "SELECT d.name FROM permit o JOIN device d ON d.id = o.device "
	    "WHERE ?1 <> 0 AND o.device <> ?1 AND o.first <= ?3 "
	    "AND o.last >= ?2 AND o.virtual = 0 "
	    "UNION ALL SELECT d.name FROM forward f JOIN device d "
	    "ON d.id = f.device WHERE ?1 <> 0 AND f.device <> ?1 "
	    "AND f.state < 3 AND f.cancelled = 0 "
	    "AND f.sport BETWEEN ?2 AND ?3 LIMIT 1";
	char other[DEVICE_NAME] = "";
	struct query *q;
	enum store_result r;

	if ((r = store_lock_changes(s)) != STORE_OK || p->virtual)
		return r;
	q = store_select(
	    s, sql, STORE_ARGS(INT(p->device), INT(p->first), INT(p->last)));
	if (query_row(q))
		query_text(q, 0, other, sizeof(other));
	if ((r = query_end(s, q)) != STORE_OK)
		return r == STORE_NONE ? STORE_OK : r;
	return store_fail(s, STORE_EXISTS,
	    "device %s has a permit or forward for a port of that range",
	    other);
}

/* A second permit like it would stay behind when the first is removed. */
static enum store_result
permit_check_new(struct store *s, const struct permit *p)
{
	static const char sql[] =
	    "SELECT 1 FROM permit WHERE coalesce(device, 0) = ?1 "
	    "AND (?1 <> 0 OR tag = ?2) AND first = ?3 AND last = ?4 "
	    "AND virtual = ?5";
	enum store_result r;
	int64_t one;

	r = store_one(s, sql,
	    STORE_ARGS(INT(p->device), TEXT(p->tag), INT(p->first),
		INT(p->last), INT(p->virtual)),
	    &one);
	if (r != STORE_OK)
		return r == STORE_NONE ? STORE_OK : r;
	return store_fail(s, STORE_EXISTS, "this permit exists already");
}

enum store_result
store_permit_add(struct store *s, struct permit *p)
{
	static const char of_device[] =
	    "INSERT INTO permit (device, first, last, created, virtual) "
	    "VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
	static const char of_tag[] =
	    "INSERT INTO permit (tag, first, last, created, virtual) "
	    "VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
	enum store_result r;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = permit_check_ports(s, p)) != STORE_OK ||
	    (r = permit_check_new(s, p)) != STORE_OK)
		;
	else if (p->device != 0)
		r = store_one(s, of_device,
		    STORE_ARGS(INT(p->device), INT(p->first), INT(p->last),
			INT(p->created), INT(p->virtual)),
		    &p->id);
	else
		r = store_one(s, of_tag,
		    STORE_ARGS(TEXT(p->tag), INT(p->first), INT(p->last),
			INT(p->created), INT(p->virtual)),
		    &p->id);
	return store_leave(s, mine, r);
}

enum store_result
store_permit_get(struct store *s, int64_t id, struct permit *p)
{
	static const char sql[] = "SELECT " COLUMNS "WHERE p.id = ?1";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(id)));
	if (query_row(q))
		permit_read(q, p);
	return query_end(s, q);
}

enum store_result
store_permit_each(
    struct store *s, int (*each)(void *, const struct permit *), void *arg)
{
	static const char sql[] = "SELECT " COLUMNS "ORDER BY p.id";
	struct permit p;
	struct query *q;

	q = store_select(s, sql, NULL);
	while (query_row(q)) {
		permit_read(q, &p);
		if (each(arg, &p) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_permit_remove(struct store *s, int64_t id)
{
	static const char sql[] =
	    "DELETE FROM permit WHERE id = ?1 RETURNING id";

	return store_one(s, sql, STORE_ARGS(INT(id)), &id);
}
