/*
 * The SQL of heartbeats: a group of them is a few statements with arrays, which
 * are written as text.
 */
#include "config.h"

#include "store_pgsql.h"

#define NUMBERS(n) "CAST (" n " AS BIGINT[])"
#define TEXTS(n) "CAST (" n " AS TEXT[])"

#define UNNESTED                                                          \
	"unnest(g.device, g.at, g.interval, g.addr, g.client, g.health) " \
	"WITH ORDINALITY u (device, at, interval, addr, client, health, n) "
#define COLUMNS                                                       \
	"g.last - cardinality(g.device) + u.n AS seq, d.id, d.name, " \
	"u.at, u.interval, u.addr, u.client, u.health "

/* Those that a copy from SQLite brought. */
#define COPIED                                                             \
	"SELECT h.seq, d.id, d.name, h.at, h.interval, h.addr, h.client, " \
	"h.health FROM heartbeat h "

const struct store_beats pgsql_beats =
    {
	.before =
	    "SELECT device, health, interval, gap1, gap2, beats, last_seen "
	    "FROM device_seen WHERE device = ANY (" NUMBERS("?1") ")",
	.seen = "SELECT 1 FROM heartbeat_seen(" NUMBERS("?1") ", " NUMBERS("?2") ", " NUMBERS("?3") ", " NUMBERS("?4") ", " NUMBERS(
	    "?5") ", " NUMBERS("?6") ", " NUMBERS("?7") ", " NUMBERS("?8") ","
									   " " TEXTS("?9") ", " TEXTS(
									       "?10") ", " TEXTS("?11") ")",
	.put =
	    "WITH next AS (UPDATE heartbeat_last SET seq = seq + ?2 WHERE one "
	    "= 1 RETURNING seq) INSERT INTO heartbeat_group SELECT ?1, "
	    "next.seq, ?3, " NUMBERS("?4") ", " NUMBERS("?5") ", " NUMBERS(
		"?6") ", " TEXTS("?7") ", " TEXTS("?8") ", " TEXTS("?9") " FROM"
									 " nex"
									 "t",
	.drop = "SELECT heartbeat_drop(?1)",
	.times = "SELECT times, beats, last_seen FROM device_seen "
		 "WHERE device = ?1",
	.of_all = "SELECT * FROM ((SELECT " COLUMNS "FROM (SELECT * FROM "
		  "heartbeat_group WHERE last > ?1 ORDER BY last DESC "
		  "LIMIT ?2) g CROSS JOIN LATERAL " UNNESTED
		  "JOIN device d ON d.id = u.device "
		  "WHERE g.last - cardinality(g.device) + u.n > ?1 "
		  "ORDER BY 1 DESC LIMIT ?2) UNION ALL (" COPIED
		  "JOIN device d ON d.id = h.id / 64 WHERE h.seq > ?1 "
		  "ORDER BY 1 DESC LIMIT ?2) "
		  "ORDER BY 1 DESC LIMIT ?2) newest ORDER BY 1",
	.of_device =
	    "SELECT * FROM ((SELECT " COLUMNS "FROM (SELECT * FROM "
	    "heartbeat_group WHERE last > ?1 AND device @> ARRAY[?3] "
	    "ORDER BY last DESC LIMIT LEAST (?2, 64)) g "
	    "CROSS JOIN LATERAL " UNNESTED "JOIN device d ON d.id = u.device "
	    "WHERE u.device = ?3 AND g.last - cardinality(g.device) + u.n > ?1 "
	    "ORDER BY 1 DESC LIMIT LEAST (?2, 64)) UNION ALL (" COPIED
	    "JOIN device d ON d.id = ?3 WHERE h.id >= ?3 * 64 "
	    "AND h.id < (?3 + 1) * 64 AND h.seq > ?1) "
	    "ORDER BY 1 DESC LIMIT LEAST (?2, 64)) newest ORDER BY 1",
};
