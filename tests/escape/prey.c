#include "config.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prey.h"

struct prey prey;
static int target = -1; /* listens */

static int
prey_listener(struct sockaddr_in *in)
{
	socklen_t len = sizeof(*in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*in = (struct sockaddr_in){.sin_family = AF_INET};
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)in, len) == -1 ||
	    listen(fd, 128) == -1 ||
	    getsockname(fd, (struct sockaddr *)in, &len) == -1)
		return -1;
	return fd;
}

static int
prey_connect(const struct sockaddr_in *in)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)in, sizeof(*in)) == -1)
		return -1;
	return fd;
}

/* A connection whose peer sends a reset. */
static int
prey_reset(void)
{
	const struct linger now = {1, 0};
	struct sockaddr_in in;
	int listener = prey_listener(&in), fd = prey_connect(&in), peer;
	char byte;

	if (fd == -1 || (peer = accept(listener, NULL, NULL)) == -1 ||
	    setsockopt(peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == -1)
		return -1;
	close(peer);
	close(listener);
	return read(fd, &byte, 1) == -1 && errno == ECONNRESET ? fd : -1;
}

static int
prey_sockets(void)
{
	struct sockaddr_in in;

	prey.listener = prey_listener(&in);
	prey.connected = prey_connect(&prey.target);
	prey.reset = prey_reset();
	if (prey.listener == -1 || prey.connected == -1 || prey.reset == -1 ||
	    fcntl(prey.listener, F_SETFL, O_NONBLOCK) == -1 ||
	    accept(target, NULL, NULL) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, prey.pair) == -1)
		return -1;
	return write(prey.pair[1], "x", 1) == 1 ? 0 : -1;
}

static int
prey_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd == -1 || fchmod(fd, 0666) == -1 || write(fd, "data", 4) != 4)
		return -1;
	return close(fd);
}

int
prey_make(void)
{
	if (prey_file(prey.file) == -1 || prey_file(prey.beside) == -1)
		return -1;
	prey.page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE),
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	prey.epoll = epoll_create1(EPOLL_CLOEXEC);
	prey.folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	prey.store = open(prey.file, O_RDONLY | O_CLOEXEC);
	prey.written = open(prey.file, O_RDWR | O_CLOEXEC);
	prey.memory = memfd_create("escape", MFD_CLOEXEC);
	prey.sibling_fd = (int)syscall(SYS_pidfd_open, prey.sibling, 0);
	if (prey.page == MAP_FAILED || prey.epoll == -1 || prey.folder == -1 ||
	    prey.store == -1 || prey.written == -1 || prey.memory == -1)
		return -1;
	return prey_sockets();
}

/* A process of the same user that anybody of that user may trace. */
static pid_t
prey_sibling(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

int
prey_start(void)
{
	char top[] = "/tmp/etph-escape-XXXXXX";

	if (mkdtemp(top) == NULL || chmod(top, 0777) == -1)
		return -1;
	snprintf(prey.home, sizeof(prey.home), "%s/store", top);
	snprintf(prey.file, sizeof(prey.file), "%s/store.db", prey.home);
	snprintf(prey.beside, sizeof(prey.beside), "%s/beside", top);
	if (mkdir(prey.home, 0777) == -1 || chmod(prey.home, 0777) == -1 ||
	    prey_file(prey.file) == -1 || prey_file(prey.beside) == -1)
		return -1;
	target = prey_listener(&prey.target);
	prey.sibling = prey_sibling();
	return target == -1 || prey.sibling == -1 ? -1 : 0;
}

static void
prey_empty(const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);

	while (d != NULL && (e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

void
prey_end(void)
{
	kill(prey.sibling, SIGKILL);
	waitpid(prey.sibling, NULL, 0);
	close(target);
	prey_empty(prey.home);
	*strrchr(prey.home, '/') = '\0';
	prey_empty(prey.home);
}
