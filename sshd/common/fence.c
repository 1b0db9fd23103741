#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "fence.h"

/* linux/landlock.h may be older than the kernel, or missing. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define VERSION_FLAG 1u
#define PATH_BENEATH 1
#define NET_PORT 2

#define BIT(n) (UINT64_C(1) << (n))
#define EXECUTE BIT(0)
#define WRITE_FILE BIT(1)
#define READ_FILE BIT(2)
#define READ_DIR BIT(3)
#define REMOVE_FILE BIT(5)
#define MAKE_REG BIT(8)
#define TRUNCATE BIT(14)
#define IOCTL_DEV BIT(15)
/* remove_dir, make_char, make_dir, make_sock, make_fifo, make_block, make_sym */
#define SPECIAL                                                            \
	(BIT(4) | BIT(6) | BIT(7) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | \
	    IOCTL_DEV)
#define OF_A_FILE (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV)

#define BIND_TCP BIT(0)
#define CONNECT_TCP BIT(1)
#define SCOPE_ABSTRACT BIT(0)
#define SCOPE_SIGNAL BIT(1)

struct ruleset {
	uint64_t files;
	uint64_t net; /* from version 4 on */
	uint64_t scoped; /* from version 6 on */
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

struct port {
	uint64_t allowed;
	uint64_t port;
};

int
fence_version(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

	return v > 0 ? (int)v : 0;
}

/*
 * The rights that version 1 knows, and those of later versions, from 13 bits
 * on.
 */
static uint64_t
fence_known(int version)
{
	return BIT(version >= 5	  ? 16
		   : version >= 3 ? 15
		   : version == 2 ? 14
				  : 13) -
	       1;
}

static uint64_t
fence_rights(unsigned int rights)
{
	uint64_t r = 0;

	if (rights & FENCE_READ)
		r |= READ_FILE | READ_DIR;
	if (rights & FENCE_WRITE)
		r |= WRITE_FILE | TRUNCATE;
	if (rights & FENCE_MAKE)
		r |= MAKE_REG;
	if (rights & FENCE_REMOVE)
		r |= REMOVE_FILE;
	return r;
}

/*
 * Add a rule for a path.  Returns 0, or -1; a path that is missing, or not to
 * be reached, needs no rule.
 */
static int
fence_allow(int set, const struct fence_path *p, uint64_t handled)
{
	struct beneath rule = {.allowed = fence_rights(p->rights) & handled};
	struct stat st;
	long rc = -1;

	if (p->path == NULL ||
	    (rule.fd = open(p->path, O_PATH | O_CLOEXEC)) == -1)
		return 0;
	if (fstat(rule.fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			rule.allowed &= OF_A_FILE;
		rc = rule.allowed == 0 ? 0
				       : syscall(SYS_landlock_add_rule, set,
					     PATH_BENEATH, &rule, 0);
	}
	close(rule.fd);
	return rc == 0 ? 0 : -1;
}

/* Add a rule for a port to connect to, where the kernel knows ports. */
static int
fence_allow_port(int set, uint16_t number, int version)
{
	const struct port rule = {.allowed = CONNECT_TCP, .port = number};

	if (version < FENCE_VERSION_TCP)
		return 0;
	return (int)syscall(SYS_landlock_add_rule, set, NET_PORT, &rule, 0);
}

static size_t
fence_ruleset(const struct fence *f, int version, struct ruleset *set)
{
	*set = (struct ruleset){.files = 0};
	if (f->files != FENCE_NONE)
		set->files = f->files == FENCE_ALL ? UINT64_MAX : SPECIAL;
	set->files &= fence_known(version);
	if (!f->binds)
		set->net |= BIND_TCP;
	if (!f->connects)
		set->net |= CONNECT_TCP;
	if (!f->abstract)
		set->scoped |= SCOPE_ABSTRACT;
	if (!f->signals)
		set->scoped |= SCOPE_SIGNAL;
	if (version < FENCE_VERSION_TCP)
		return sizeof(set->files);
	if (version < FENCE_VERSION_SCOPE)
		return sizeof(set->files) + sizeof(set->net);
	return sizeof(*set);
}

const char *
fence_enter(const struct fence *f)
{
	struct ruleset attr;
	int version = fence_version(), set, rc = 0;
	size_t size, i;

	if (version == 0)
		return NULL;
	size = fence_ruleset(f, version, &attr);
	set = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (set == -1)
		return errno == ENOMSG ? NULL /* nothing to restrict */
				       : "cannot make a Landlock rule set";
	for (i = 0; i < f->npaths && rc == 0; i++)
		rc = fence_allow(set, &f->paths[i], attr.files);
	for (i = 0; i < f->nports && !f->connects && rc == 0; i++)
		rc = fence_allow_port(set, f->ports[i], version);
	if (rc == 0)
		rc = (int)syscall(SYS_landlock_restrict_self, set, 0);
	close(set);
	return rc == 0 ? NULL : "cannot enter the Landlock rule set";
}
