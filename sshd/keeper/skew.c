#include "config.h"

#include <stddef.h>

#include "clock.h"
#include "skew.h"

#define TIMES 3 /* at most, of a message or of one of its records */

#define AT(member) offsetof(struct msg, member)

/* list: the number of records in it; 0: the message is one record. */
static const struct skew {
	enum msg_type type;
	size_t at[TIMES]; /* 0: no more */
	size_t list, size;
} skews[] = {
    {MSG_HEARTBEAT, {AT(heartbeat.at)}, 0, 0},
    {MSG_SESSION, {AT(session.since)}, 0, 0},
    {MSG_SESSION_END, {AT(session_end.seen)}, 0, 0},
    {MSG_FORWARD_STATE, {AT(forward_state.at)}, 0, 0},
    {MSG_VIRTUAL_FORWARD, {AT(virtual_forward.created), AT(virtual_forward.at)},
	0, 0},
    {MSG_DUPLICATE_KEY, {AT(duplicate_key.at)}, 0, 0},
    {MSG_REFUSAL, {AT(refusal.at)}, 0, 0},
    {MSG_PRESENCE, {AT(presence.at)}, 0, 0},
    {MSG_ALERT, {AT(alert.since), AT(alert.opened), AT(alert.closed)}, 0, 0},
    {MSG_DEVICE, {AT(devices.list[0].last_seen)}, AT(devices.n),
	sizeof(struct msg_device)},
    {MSG_FORWARD, {AT(forward.expires)}, 0, 0},
    {MSG_OPERATOR, {AT(oper.expires)}, 0, 0},
    {MSG_TOKENS, {AT(tokens.until), AT(tokens.told)}, 0, 0},
    {MSG_MUTE, {AT(mute.until)}, 0, 0},
    {MSG_ENDS, {AT(ends.at)}, 0, 0},
    {MSG_SEEN, {AT(seen.list[0].at)}, AT(seen.n),
	sizeof(((struct msg *)0)->seen.list[0])},
};
#define SKEWS (sizeof(skews) / sizeof(skews[0]))

int64_t
skew_offset(const struct keeper *k)
{
	if (k->store == NULL || !store_shared(k->store))
		return 0;
	return store_clock(k->store) - clock_wall();
}

int64_t
skew_now(const struct keeper *k)
{
	return clock_wall() + skew_offset(k);
}

/* 0 is no time, and the end of times stays where it is. */
static void
skew_time(int64_t *t, int64_t by)
{
	if (*t <= 0 || (by > 0 && *t > INT64_MAX - by))
		return;
	*t += by;
	if (*t < 1)
		*t = 1;
}

static void
skew_message(struct msg *m, int64_t by)
{
	const struct skew *s;
	uint32_t i, n = 1;
	size_t t;

	if (by == 0)
		return;
	for (s = skews; s < skews + SKEWS && s->type != m->type; s++)
		;
	if (s == skews + SKEWS)
		return;
	if (s->list != 0)
		n = *(uint32_t *)((char *)m + s->list);
	for (i = 0; i < n; i++)
		for (t = 0; t < TIMES && s->at[t] != 0; t++)
			skew_time(
			    (int64_t *)((char *)m + s->at[t] + i * s->size),
			    by);
}

void
skew_in(const struct keeper *k, struct msg *m)
{
	skew_message(m, skew_offset(k));
}

void
skew_out(const struct keeper *k, struct msg *m)
{
	skew_message(m, -skew_offset(k));
}
