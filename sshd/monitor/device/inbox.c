#include "config.h"

#include <utlist.h>

#include "conn.h"
#include "directory.h"
#include "inbox.h"
#include "monitor.h"
#include "msg.h"
#include "wanted.h"

/* The newest connection of the device that waits, or NULL. */
static const struct conn *
inbox_waiter(const struct dir_device *dev)
{
	const struct conn *c, *newest = NULL;

	DL_FOREACH2(dev->conns, c, dnext)
		if (c->waits && c->state == CONN_OPEN &&
		    (newest == NULL || c->number > newest->number))
			newest = c;
	return newest;
}

static void
inbox_send(const struct conn *c, uint32_t dport, uint32_t sport)
{
	struct msg msg;

	msg_init(&msg, MSG_WANTED, c->number);
	msg.wanted.dport = dport;
	msg.wanted.sport = sport;
	conn_send(c, &msg, -1);
}

void
inbox_tell_close(const struct dir_device *dev, uint32_t sport)
{
	const struct conn *c = inbox_waiter(dev);

	if (c != NULL)
		inbox_send(c, 0, sport);
}

void
inbox_ended(const struct dir_forward *f, enum forward_state was)
{
	if (was != FORWARD_QUEUED)
		inbox_tell_close(f->device, f->sport);
}

void
inbox_queued(struct monitor *m, struct dir_forward *f)
{
	const struct conn *c = inbox_waiter(f->device);

	if (c == NULL)
		return;
	inbox_send(c, f->dport, f->sport);
	wanted_delivered(m, f);
}

void
inbox_tell(struct monitor *m, struct dir_device *dev)
{
	struct dir_forward *f;

	DL_FOREACH(dev->forwards, f)
		if (f->state == FORWARD_QUEUED || f->state == FORWARD_DELIVERED)
			inbox_queued(m, f);
}

void
inbox_wait_ended(const struct conn *gone)
{
	const struct conn *c = inbox_waiter(gone->device);
	struct dir_forward *f;

	if (c != NULL && c->number > gone->number)
		return;
	DL_FOREACH(gone->device->forwards, f)
		if (f->state == FORWARD_DELIVERED)
			wanted_set(
			    gone->m, f, FORWARD_QUEUED, "the wait ended");
}

void
inbox_answer(struct monitor *m, struct dir_device *dev, size_t most,
    struct msg_inbox *answer)
{
	struct dir_forward *f;

	DL_FOREACH(dev->forwards, f) {
		if (answer->n >= most)
			break;
		if (f->state != FORWARD_QUEUED)
			continue;
		answer->forwards[answer->n].dport = (uint16_t)f->dport;
		answer->forwards[answer->n].sport = (uint16_t)f->sport;
		answer->n++;
		wanted_delivered(m, f);
	}
}
