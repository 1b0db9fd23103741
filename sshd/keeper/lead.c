#include "config.h"

#include "alerts.h"
#include "lead.h"
#include "send.h"
#include "skew.h"

#define SEEN_EVERY 5 /* s */
/* us: what another node has seen is in the store by then. */
#define SEEN_AGAIN (10 * INT64_C(1000000))

static void
lead_tell(struct keeper *k, bool leads)
{
	struct msg m;

	if (k->leads == leads)
		return;
	k->leads = leads;
	k->seen_in = 0;
	/* The load has told of what was before. */
	k->seen = k->loaded - SEEN_AGAIN;
	msg_init(&m, MSG_LEAD, 0);
	m.lead.on = leads;
	send_message(k, &m);
}

static enum store_result
lead_seen(struct keeper *k)
{
	int64_t now = skew_now(k);
	enum store_result r;

	if (k->seen_in-- > 0)
		return STORE_OK;
	k->seen_in = SEEN_EVERY - 1;
	if ((r = store_seen_each(k->store, k->seen, send_seen, k)) != STORE_OK)
		return r;
	send_rest(k);
	k->seen = now - SEEN_AGAIN;
	return STORE_OK;
}

enum store_result
lead_look(struct keeper *k)
{
	enum store_result r;
	bool leads, began;

	if (!store_shared(k->store))
		return STORE_OK;
	if ((r = store_lead(k->store, &leads)) != STORE_OK)
		return r;
	began = leads && !k->leads;
	lead_tell(k, leads);
	/* The monitor forgets what it knew of another node's. */
	if (began && (r = alerts_load(k)) != STORE_OK)
		return r;
	return leads ? lead_seen(k) : STORE_OK;
}

void
lead_lost(struct keeper *k)
{
	lead_tell(k, false);
}
