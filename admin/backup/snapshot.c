#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "owner.h"
#include "snapshot.h"
#include "store_transfer.h"
#include "store_url.h"

#define SCHEME "sqlite:"

/* The process sends this before the bytes. */
struct head {
	int schema;
	char node[DEVICE_NAME];
	struct member member;
};

/* ---- the process ---- */

static int
snapshot_take_node(void *arg, const struct node *node)
{
	struct head *head = arg;

	snprintf(head->node, sizeof(head->node), "%s", node->name);
	return 1;
}

static int
snapshot_told(void *arg, const char *table, int64_t rows, bool done)
{
	(void)arg;
	(void)table;
	(void)rows;
	(void)done;
	return 0;
}

/* What is in a database becomes a file's store, and that is copied. */
static enum admin_exit
snapshot_transfer(struct store *s, const char *path)
{
	char url[PATH_MAX + 32], error[STORE_ERROR];
	enum admin_exit result = ADMIN_DONE;
	struct store *to;

	snprintf(url, sizeof(url), SCHEME "%s.db", path);
	if (store_open(&to, url, STORE_CREATE | STORE_MIGRATE, error) !=
		STORE_OK ||
	    store_transfer(s, to, snapshot_told, NULL, error) != STORE_OK)
		result = admin_fail("%s", error);
	else if (store_copy(to, path) != STORE_OK)
		result = admin_fail("%s", store_error(to));
	store_close(to);
	unlink(url + strlen(SCHEME));
	return result;
}

/* Copy it into the draft. */
static enum admin_exit
snapshot_copy(const char *url, struct draft *draft, struct head *head)
{
	char error[STORE_ERROR];
	enum admin_exit result = ADMIN_DONE;
	struct store *s;

	if (store_open(&s, url, STORE_AS_IS, error) != STORE_OK)
		return admin_fail("%s", error);
	if (store_schema(s, &head->schema) != STORE_OK)
		result = admin_fail("%s", store_error(s));
	else if (store_shared(s))
		result = snapshot_transfer(s, draft->part);
	else if (store_copy(s, draft->part) != STORE_OK)
		result = admin_fail("%s", store_error(s));
	if (result == ADMIN_DONE)
		store_node_each(s, snapshot_take_node, head);
	store_close(s);
	/* No node runs, or the schema has none. */
	if (head->node[0] == '\0' &&
	    gethostname(head->node, sizeof(head->node) - 1) == -1)
		head->node[0] = '\0';
	return result;
}

/* Hash the bytes; or write them to out. */
static int
snapshot_pass(int fd, struct member *m, int out)
{
	struct digest *d;
	char buf[65536];
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) == -1 || (d = digest_new()) == NULL)
		return -1;
	m->size = 0;
	while ((n = draft_read(fd, buf, sizeof(buf))) > 0) {
		digest_add(d, buf, (size_t)n);
		m->size += n;
		if (out != -1 && draft_write(out, buf, (size_t)n) == -1)
			break;
	}
	digest_end(d, m->sha256);
	return n == 0 ? 0 : -1;
}

static void
snapshot_owner(int fd, struct member *m)
{
	struct passwd *pw = NULL;
	struct stat st;

	if (fstat(fd, &st) == 0)
		pw = getpwuid(st.st_uid);
	snprintf(m->owner, sizeof(m->owner), "%s",
	    pw != NULL && strlen(pw->pw_name) < USTAR_OWNER ? pw->pw_name
							    : "root");
}

static enum admin_exit
snapshot_send(int out, struct draft *draft, struct head *head)
{
	struct member again;

	snprintf(
	    head->member.name, sizeof(head->member.name), "%s", MANIFEST_STORE);
	head->member.mode = 0600;
	snapshot_owner(draft->fd, &head->member);
	if (snapshot_pass(draft->fd, &head->member, -1) == -1 ||
	    draft_write(out, head, sizeof(*head)) == -1 ||
	    snapshot_pass(draft->fd, &again, out) == -1)
		return admin_fail("cannot copy the store: %s", strerror(errno));
	return ADMIN_DONE;
}

struct snapshot_of {
	const char *url;
	const char *user; /* the server's */
};

static enum admin_exit
snapshot_make(int out, const char *url, const char *path)
{
	struct draft draft = {.fd = -1};
	struct head head = {.schema = 0};
	enum admin_exit result;

	if ((result = draft_begin(&draft, path)) == ADMIN_DONE &&
	    (result = snapshot_copy(url, &draft, &head)) == ADMIN_DONE)
		result = snapshot_send(out, &draft, &head);
	draft_end(&draft);
	return result;
}

/* A database has no folder: the copy lies in one that is nobody else's. */
static enum admin_exit
snapshot_database(int out, const struct snapshot_of *of)
{
	char folder[] = "/var/tmp/et-admin.XXXXXX", error[OWNER_ERROR];
	char path[sizeof(folder) + 16];
	enum admin_exit result;

	if (owner_become_user(of->user, error) == -1)
		return admin_fail("%s", error);
	if (mkdtemp(folder) == NULL)
		return admin_fail("/var/tmp: %s", strerror(errno));
	snprintf(path, sizeof(path), "%s/" MANIFEST_STORE, folder);
	result = snapshot_make(out, of->url, path);
	rmdir(folder);
	return result;
}

static int
snapshot_process(int out, const void *arg)
{
	const struct snapshot_of *of = arg;
	const char *url = of->url;
	char error[OWNER_ERROR], path[PATH_MAX];

	if (store_url_several(url))
		return snapshot_database(out, of);
	if (strncmp(url, SCHEME "/", strlen(SCHEME) + 1) != 0)
		return admin_fail("store %s is not in a file", url);
	if (owner_become(url, error) == -1)
		return admin_fail("%s", error);
	if (access(url + strlen(SCHEME), F_OK) == -1)
		return admin_fail(
		    "%s: %s", url + strlen(SCHEME), strerror(errno));
	snprintf(path, sizeof(path), "%s.backup", url + strlen(SCHEME));
	return snapshot_make(out, url, path);
}

/* ---- the caller ---- */

enum admin_exit
snapshot_begin(struct snapshot *s, const char *url, const char *user)
{
	const struct snapshot_of of = {url, user};
	struct head head;

	memset(s, 0, sizeof(*s));
	if (apart_talk(&s->process, &s->fd, snapshot_process, &of) == -1)
		return admin_fail(
		    "cannot start a process: %s", strerror(errno));
	/* If not, the process has said why. */
	if (draft_read(s->fd, &head, sizeof(head)) != sizeof(head))
		return ADMIN_FAILED;
	s->schema = head.schema;
	s->member = head.member;
	memcpy(s->node, head.node, sizeof(s->node));
	return ADMIN_DONE;
}

void
snapshot_end(struct snapshot *s)
{
	apart_end(&s->process, &s->fd);
}
