#include "config.h"

#include <sys/capability.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "store_owner.h"

static int
store_owner_read(const char *word, id_t *id)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(word, &end, 10);
	if (errno != 0 || end == word || *end != '\0' || n >= UINT_MAX) {
		errno = EINVAL;
		return -1;
	}
	*id = (id_t)n;
	return 0;
}

static int
drop_capabilities(void)
{
	cap_t none;
	int r;

	if (cap_reset_ambient() == -1 || (none = cap_init()) == NULL)
		return -1;
	r = cap_set_proc(none);
	cap_free(none);
	return r;
}

int
store_owner_enter(int argc, char *argv[])
{
	uid_t own = getuid();
	gid_t group = getgid();
	id_t uid, gid;

	if (argc == 1)
		return 0;
	if (argc != 3 || store_owner_read(argv[1], &uid) == -1 ||
	    store_owner_read(argv[2], &gid) == -1) {
		errno = EINVAL;
		return -1;
	}
	if (setresgid(group, gid, group) == -1 ||
	    setresuid(own, uid, own) == -1)
		return -1;
	return drop_capabilities();
}

int
store_owner_leave(void)
{
	uid_t own = getuid(), owner = geteuid();
	gid_t group = getgid();

	if (setresgid(group, group, group) == -1 ||
	    setresuid(own, own, own) == -1)
		return -1;
	if (owner != own && seteuid(owner) == 0) {
		errno = EPERM;
		return -1;
	}
	return 0;
}
