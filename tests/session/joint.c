#include "config.h"

#include <sys/socket.h>

#include <fcntl.h>
#include <unistd.h>

#include "joint.h"

static struct joint *
find(struct joints *js, uint64_t id)
{
	size_t i;

	for (i = 0; i < JOINTS; i++)
		if (js->list[i].id == id)
			return &js->list[i];
	return NULL;
}

int
joint_open(struct joints *js, uint64_t id)
{
	struct joint *j = find(js, 0);
	int sock[2];

	if (j == NULL ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		sock) == -1)
		return -1;
	j->id = id;
	j->fd = sock[0];
	return sock[1];
}

bool
joint_close(struct joints *js, uint64_t id)
{
	struct joint *j = id != 0 ? find(js, id) : NULL;

	if (j == NULL)
		return false;
	j->id = 0;
	close(j->fd);
	return true;
}

void
joint_close_all(struct joints *js)
{
	size_t i;

	for (i = 0; i < JOINTS; i++)
		joint_close(js, js->list[i].id);
}

uint64_t
joint_first(const struct joints *js)
{
	uint64_t first = 0;
	size_t i;

	for (i = 0; i < JOINTS; i++)
		if (js->list[i].id != 0 &&
		    (first == 0 || js->list[i].id < first))
			first = js->list[i].id;
	return first;
}

bool
joint_any(const struct joints *js)
{
	return joint_first(js) != 0;
}

void
joint_shut(struct joints *js, uint64_t id)
{
	const struct joint *j = id != 0 ? find(js, id) : NULL;

	if (j != NULL)
		shutdown(j->fd, SHUT_RDWR);
}

int
joint_other_end(struct joints *js, uint64_t id)
{
	const struct joint *j = id != 0 ? find(js, id) : NULL;

	return j != NULL ? fcntl(j->fd, F_DUPFD_CLOEXEC, 0) : -1;
}
