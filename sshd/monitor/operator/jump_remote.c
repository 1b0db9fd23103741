#include "config.h"

#include <stdio.h>

#include "conn.h"
#include "directory.h"
#include "jump.h"
#include "jump_remote.h"
#include "monitor.h"
#include "relay_out.h"
#include "remote.h"
#include "wanted.h"

/* The wish is granted: other nodes need not tell the device any more. */
static void
jump_remote_joined(struct monitor *m, void *of, int fd)
{
	struct jump *j = of;
	struct dir_forward *f = j->forward;

	j->relay = 0;
	j->fd = fd;
	j->forward = NULL;
	jump_open(j);
	if (f != NULL)
		wanted_release(m, f, "");
}

/*
 * The tunnel may be gone, though no node has said so yet: the wish is held from
 * now on.  Without room for it the jump waits all the same.
 */
static void
jump_remote_hold(struct jump *j)
{
	struct monitor *m = j->asker.conn->m;
	const char *why;
	struct dir_forward *f;

	if (j->forward != NULL || j->dport == 0)
		return;
	if ((f = directory_wanted(j->device, j->dport)) == NULL)
		f = wanted_add(m, j->device, j->dport, &why);
	if (f == NULL)
		return;
	j->forward = f;
	wanted_hold(m, f);
}

static void
jump_remote_failed(struct monitor *m, void *of, enum msg_link_result result,
    const char *reason)
{
	struct jump *j = of;

	(void)m;
	j->relay = 0;
	snprintf(j->trouble, sizeof(j->trouble), "%s", reason);
	if (result == LINK_REFUSED || result == LINK_FULL)
		jump_fail(j, reason);
	else {
		jump_wait_again(j);
		jump_remote_hold(j);
	}
}

static const struct relay_watch jump_remote_watch = {
    jump_remote_joined, jump_remote_failed};

bool
jump_remote_begin(struct jump *j)
{
	struct relay_ask ask = {.jump = true, .device = j->device};
	const char *why;
	bool later;

	if ((ask.to = remote_to(j->device, j->dport)) == NULL) {
		j->trouble[0] = '\0';
		return false;
	}
	j->relay = relay_out_new(
	    j->asker.conn->m, &ask, -1, &jump_remote_watch, j, &why, &later);
	if (j->relay != 0) {
		j->inside = false;
		j->state = JUMP_JOINING;
	} else if (later)
		snprintf(j->trouble, sizeof(j->trouble), "%s", why);
	else
		jump_fail(j, why);
	return true;
}
