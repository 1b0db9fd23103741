#include "config.h"

#include <string.h>
#include <unistd.h>

#include "port.h"

#define BACKLOG 16

static int
unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int
port_open(struct port *p)
{
	struct sockaddr *address = (struct sockaddr *)&p->address;

	memset(p, 0, sizeof(*p));
	p->address.sun_family = AF_UNIX;
	p->len = sizeof(p->address);
	p->fd = unix_socket();
	if (p->fd != -1 && bind(p->fd, address, sizeof(sa_family_t)) == 0 &&
	    listen(p->fd, BACKLOG) == 0 &&
	    getsockname(p->fd, address, &p->len) == 0)
		return 0;
	port_close(p);
	return -1;
}

void
port_close(struct port *p)
{
	if (p->fd == -1)
		return;
	shutdown(p->fd, SHUT_RDWR);
	close(p->fd);
	p->fd = -1;
}

int
port_connect(const struct port *p)
{
	int fd = unix_socket();

	if (fd != -1 &&
	    connect(fd, (const struct sockaddr *)&p->address, p->len) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
ports_init(struct ports *ps)
{
	size_t i;

	for (i = 0; i < PORTS; i++)
		ps->list[i].fd = -1;
}

void
ports_close(struct ports *ps)
{
	size_t i;

	for (i = 0; i < PORTS; i++)
		port_close(&ps->list[i]);
}

struct port *
ports_find(struct ports *ps, uint32_t number)
{
	struct port *p;

	for (p = ps->list; p < ps->list + PORTS; p++)
		if (p->fd != -1 && p->number == number)
			return p;
	return NULL;
}

struct port *
ports_at(struct ports *ps, size_t i)
{
	struct port *p;

	for (p = ps->list; p < ps->list + PORTS; p++)
		if (p->fd != -1 && i-- == 0)
			return p;
	return NULL;
}

struct port *
ports_open(struct ports *ps, uint32_t number)
{
	struct port *p;

	for (p = ps->list; p < ps->list + PORTS; p++)
		if (p->fd == -1)
			break;
	if (p == ps->list + PORTS || port_open(p) == -1)
		return NULL;
	p->number = number;
	return p;
}
