#include "config.h"

#include "store_view.h"

/* Looked up for each row: one device's must not cost a list of all. */
#define SEEN(device)                                               \
	"EXISTS (SELECT 1 FROM main.device d WHERE d.id = " device \
	" AND sees (d.name, d.tags))"

static const char *const views[] = {
    "device AS SELECT * FROM main.device WHERE sees (name, tags)",
    "device_seen AS SELECT * FROM main.device_seen WHERE " SEEN(
	"device_seen.device"),
    "key AS SELECT * FROM main.key WHERE " SEEN("key.device"),
    "permit AS SELECT * FROM main.permit WHERE " SEEN(
	"permit.device") " OR device IS NULL AND sees ('', tag)",
    "refusal AS SELECT * FROM main.refusal WHERE " SEEN("refusal.device"),
    /* The owner of another operator's forward is not shown. */
    "forward AS SELECT id, device, dport, sport, ttl, created, expires, state, "
    "state_at, reason, cancelled, operator, CASE operator WHEN " STORE_VIEW_SELF
    " THEN owner "
    "ELSE '' END AS owner, node FROM main.forward WHERE " SEEN(
	"forward.device"),
    "wish AS SELECT * FROM main.wish WHERE " SEEN("wish.device"),
    "heartbeat AS SELECT * FROM main.heartbeat WHERE " SEEN(
	"heartbeat.id / 64"),
    "session AS SELECT * FROM main.session WHERE " SEEN(
	"session.device") " OR operator = " STORE_VIEW_SELF,
    "operator AS SELECT * FROM main.operator WHERE id = " STORE_VIEW_SELF,
    "history_span AS SELECT * FROM main.history_span WHERE " SEEN(
	"history_span.device"),
    "history_day AS SELECT * FROM main.history_day WHERE " SEEN(
	"history_day.device"),
    "history_text AS SELECT * FROM main.history_text WHERE " SEEN(
	"history_text.device"),
    "history_outage AS SELECT * FROM main.history_outage",
    "history_calendar AS SELECT * FROM main.history_calendar",
    "tunnel AS SELECT * FROM main.tunnel WHERE " SEEN("tunnel.device"),
    "ticket AS SELECT * FROM main.ticket WHERE false",
    "node AS SELECT * FROM main.node",
    "heartbeat_last AS SELECT * FROM main.heartbeat_last",
    /* A site is that of its tag; the server's own alerts are an admin's. */
    "alert AS SELECT * FROM main.alert WHERE " SEEN(
	"alert.device") " OR tag <> '' AND sees ('', tag)",
    "mute AS SELECT * FROM main.mute WHERE false",
    "bound AS SELECT * FROM main.bound WHERE false",
    "token AS SELECT * FROM main.token WHERE false",
    "change AS SELECT * FROM main.change WHERE false",
};

const char *
store_view_at(size_t i)
{
	return i < sizeof(views) / sizeof(views[0]) ? views[i] : NULL;
}
