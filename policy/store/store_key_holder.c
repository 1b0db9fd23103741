#include "config.h"

#include "store_query.h"

enum store_result
store_key_holder(struct store *s, const uint8_t digest[KEY_DIGEST],
    char name[DEVICE_NAME], bool *is_device)
{
	static const char sql[] =
	    "SELECT 1, d.name FROM key k JOIN device d ON d.id = k.device "
	    "WHERE k.digest = ?1 "
	    "UNION ALL SELECT 0, name FROM operator WHERE digest = ?1 LIMIT 1";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(BLOB(digest, KEY_DIGEST)));
	if (query_row(q)) {
		*is_device = query_int(q, 0) != 0;
		query_text(q, 1, name, DEVICE_NAME);
	}
	return query_end(s, q);
}
