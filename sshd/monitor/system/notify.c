#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notify.h"

int
notify_open(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n;
	int fd;

	if (path == NULL || (*path != '/' && *path != '@') ||
	    (n = strlen(path)) >= sizeof(sun.sun_path))
		return -1;
	memcpy(sun.sun_path, path, n + 1);
	if (*path == '@')
		sun.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&sun,
			    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
					n)) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
notify_send(int fd, const char *state)
{
	if (fd != -1)
		(void)!send(fd, state, strlen(state), MSG_NOSIGNAL);
}
