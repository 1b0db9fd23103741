#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"

#define LISTENING 0x0a /* a socket's state in /proc/net/tcp */
#define SOCKETS 64

struct sockets {
	unsigned long inode[SOCKETS];
	size_t n;
};

/* Find the sockets that listen on the port. */
static void
holder_sockets(const char *table, uint32_t port, struct sockets *s)
{
	unsigned int at, state;
	unsigned long inode;
	char line[512];
	FILE *fp;

	if ((fp = fopen(table, "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line,
			" %*u: %*[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %*u %*u %lu",
			&at, &state, &inode) == 3 &&
		    at == port && state == LISTENING && s->n < SOCKETS)
			s->inode[s->n++] = inode;
	fclose(fp);
}

static bool
holder_has(const struct sockets *s, const char *link)
{
	unsigned long inode;
	size_t i;

	if (sscanf(link, "socket:[%lu]", &inode) != 1)
		return false;
	for (i = 0; i < s->n; i++)
		if (s->inode[i] == inode)
			return true;
	return false;
}

static bool
holder_link(const char *path, char out[PATH_MAX])
{
	ssize_t n = readlink(path, out, PATH_MAX - 1);

	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/*
 * Whether the process holds one of them; *hidden: its descriptors may not be
 * read.
 */
static bool
holder_holds(const char *pid, const struct sockets *s, bool *hidden)
{
	char path[PATH_MAX], link[PATH_MAX];
	struct dirent *e;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	if ((dir = opendir(path)) == NULL) {
		*hidden |= errno == EACCES || errno == EPERM;
		return false;
	}
	while (!found && (e = readdir(dir)) != NULL) {
		snprintf(
		    path, sizeof(path), "/proc/%.16s/fd/%.16s", pid, e->d_name);
		found = holder_link(path, link) && holder_has(s, link);
	}
	closedir(dir);
	return found;
}

/* The program's name: "et-sshd", also if an upgrade has replaced the file. */
static void
holder_name(const char *pid, struct holder_who *who)
{
	static const char gone[] = " (deleted)";
	char path[64], exe[PATH_MAX];
	const char *name;
	char *end;

	snprintf(path, sizeof(path), "/proc/%.16s/exe", pid);
	name = holder_link(path, exe) ? strrchr(exe, '/') : NULL;
	who->pid = (pid_t)strtol(pid, NULL, 10);
	snprintf(who->name, sizeof(who->name), "%.63s",
	    name != NULL ? name + 1 : "?");
	if ((end = strstr(who->name, gone)) != NULL)
		*end = '\0';
}

enum holder
holder_of(uint32_t port, struct holder_who *who)
{
	struct holder_who found = {.pid = 0};
	struct sockets s = {.n = 0};
	bool hidden = false;
	struct dirent *e;
	DIR *proc;

	holder_sockets("/proc/net/tcp", port, &s);
	holder_sockets("/proc/net/tcp6", port, &s);
	if (s.n > 0 && (proc = opendir("/proc")) != NULL) {
		while (found.pid == 0 && (e = readdir(proc)) != NULL)
			if (strtol(e->d_name, NULL, 10) > 0 &&
			    holder_holds(e->d_name, &s, &hidden))
				holder_name(e->d_name, &found);
		closedir(proc);
	}
	if (who != NULL)
		*who = found;
	if (s.n == 0)
		return HOLDER_NOBODY;
	if (found.pid == 0)
		return hidden ? HOLDER_UNKNOWN : HOLDER_OTHER;
	return strcmp(found.name, "et-sshd") == 0 ? HOLDER_ET_SSHD
						  : HOLDER_OTHER;
}
