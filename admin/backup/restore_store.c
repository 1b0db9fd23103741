#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "owner.h"
#include "restore_store.h"

/*
 * Steps that the caller requests; the process answers with the same when it is
 * done.
 */
enum step {
	STEP_READY = 'r', /* not asked for: the lock is held */
	STEP_UNPACK = 'u', /* a size, as many bytes, and STEP_WHOLE follow */
	STEP_WHOLE = 'w', /* they are those of the backup */
	STEP_DROP = 'x',
	STEP_MOVE = 'm'
};

/* ---- the process ---- */

/* Other servers' sessions and signs of life are not this one's. */
static int
restore_forget_node(void *arg, const struct node *node)
{
	struct store *s = arg;
	enum store_result r;

	if ((r = store_session_clear(s, node->name)) == STORE_OK &&
	    (r = store_virtual_clear(s, node->name, when_now())) == STORE_OK)
		r = store_node_remove(s, node->name);
	return r == STORE_OK ? 0 : 1;
}

/* SQLite would read a log that a killed restore left into the new store. */
static void
restore_forget_log(const char *path)
{
	static const char *const logs[] = {"-wal", "-shm", "-journal"};
	char log[PATH_MAX + 16];
	size_t i;

	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		snprintf(log, sizeof(log), "%s%s", path, logs[i]);
		unlink(log);
	}
}

static enum admin_exit
restore_verify(const char *path)
{
	char url[PATH_MAX + 64], error[STORE_ERROR];
	enum admin_exit result = ADMIN_DONE;
	struct store *s;
	int schema;

	restore_forget_log(path);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	if (store_open(&s, url, STORE_AS_IS, error) != STORE_OK)
		return admin_fail("%s", error);
	if (store_verify(s) != STORE_OK || store_schema(s, &schema) != STORE_OK)
		result = admin_fail("%s", store_error(s));
	else if (schema < STORE_SCHEMA)
		admin_note("the store has schema %d; et-sshd migrates it to %d "
			   "when it starts",
		    schema, STORE_SCHEMA);
	else
		store_node_each(s, restore_forget_node, s);
	store_close(s);
	return result;
}

/* From the socket to the file. */
static int
restore_receive(int in, int out, int64_t left)
{
	char buf[65536];
	ssize_t n;

	for (; left > 0; left -= n) {
		n = draft_read(in, buf,
		    left < (int64_t)sizeof(buf) ? (size_t)left : sizeof(buf));
		if (n == 0)
			errno = EPIPE;
		if (n <= 0 || draft_write(out, buf, (size_t)n) == -1)
			return -1;
	}
	return 0;
}

/* The caller that is gone, or has read damage, has said so. */
static enum admin_exit
restore_process_unpack(int fd, const char *path)
{
	char to[PATH_MAX];
	enum admin_exit result;
	struct draft draft;
	int64_t size;
	char whole;

	if (draft_read(fd, &size, sizeof(size)) != sizeof(size))
		return ADMIN_FAILED;
	snprintf(to, sizeof(to), "%s" PLAN_STORE_FROM, path);
	result = draft_begin(&draft, to);
	if (result == ADMIN_DONE && restore_receive(fd, draft.fd, size) == -1)
		result = errno == EPIPE
			     ? ADMIN_FAILED
			     : admin_fail("%s: %s", to, strerror(errno));
	if (result == ADMIN_DONE &&
	    (draft_read(fd, &whole, 1) != 1 || whole != STEP_WHOLE))
		result = ADMIN_FAILED;
	if (result == ADMIN_DONE)
		result = restore_verify(draft.part);
	if (result == ADMIN_DONE)
		result = draft_commit(&draft);
	draft_end(&draft);
	return result;
}

static void
restore_process_drop(const char *path)
{
	char from[PATH_MAX + 16];

	snprintf(from, sizeof(from), "%s" PLAN_STORE_FROM, path);
	unlink(from);
}

static enum admin_exit
restore_process_steps(int fd, const char *path, const char *suffix)
{
	enum admin_exit result = ADMIN_DONE;
	char step = STEP_READY;

	do {
		if (step == STEP_UNPACK)
			result = restore_process_unpack(fd, path);
		else if (step == STEP_DROP)
			restore_process_drop(path);
		else if (step == STEP_MOVE)
			result = plan_move_store(path, suffix);
		if (result != ADMIN_DONE || draft_write(fd, &step, 1) == -1)
			return ADMIN_FAILED;
	} while (draft_read(fd, &step, 1) == 1);
	return ADMIN_DONE;
}

struct restore_process {
	const char *url;
	const char *suffix; /* of what is kept aside */
	bool force;
};

static int
restore_process(int fd, const void *arg)
{
	const struct restore_process *how = arg;
	char error[STORE_ERROR > OWNER_ERROR ? STORE_ERROR : OWNER_ERROR];
	const char *path = plan_store(how->url);
	struct stat st;
	int lock;

	if (owner_become(how->url, error) == -1 ||
	    store_hold(how->url, &lock, error) != STORE_OK)
		return admin_fail("%s", error);
	if (!how->force && lstat(path, &st) == 0)
		return admin_fail(
		    "store %s exists: --force keeps it as %s%s and replaces it",
		    path, path, how->suffix);
	return restore_process_steps(fd, path, how->suffix);
}

/* ---- the caller ---- */

static enum admin_exit
restore_step(struct restore_store *r, enum step step)
{
	char c = (char)step;

	if ((step != STEP_READY && draft_write(r->fd, &c, 1) == -1) ||
	    (step != STEP_UNPACK &&
		(draft_read(r->fd, &c, 1) != 1 || c != (char)step)))
		return ADMIN_FAILED; /* the process has said why */
	return ADMIN_DONE;
}

enum admin_exit
restore_store_begin(
    struct restore_store *r, const char *url, const char *suffix, bool force)
{
	struct restore_process how = {url, suffix, force};

	if (apart_talk(&r->process, &r->fd, restore_process, &how) == -1)
		return admin_fail(
		    "cannot start a process: %s", strerror(errno));
	return restore_step(r, STEP_READY);
}

static int
restore_pass_on(void *arg, const void *bytes, size_t len)
{
	struct restore_store *r = arg;

	return draft_write(r->fd, bytes, len);
}

static enum admin_exit
restore_send(struct restore_store *r, int archive, const char *name,
    const struct member *m)
{
	char c = STEP_WHOLE;

	if (restore_step(r, STEP_UNPACK) != ADMIN_DONE ||
	    draft_write(r->fd, &m->size, sizeof(m->size)) == -1 ||
	    archive_read_pieces(archive, name, m, restore_pass_on, r) !=
		ADMIN_DONE ||
	    draft_write(r->fd, &c, 1) == -1)
		return ADMIN_FAILED;
	return draft_read(r->fd, &c, 1) == 1 && c == STEP_UNPACK ? ADMIN_DONE
								 : ADMIN_FAILED;
}

enum admin_exit
restore_store_unpack(struct restore_store *r, int archive, const char *name,
    const struct member *m)
{
	if (restore_send(r, archive, name, m) == ADMIN_DONE)
		return ADMIN_DONE;
	/* The process waits for more of it, and removes what it has. */
	close(r->fd);
	r->fd = -1;
	return ADMIN_FAILED;
}

void
restore_store_drop(struct restore_store *r)
{
	if (r->fd != -1)
		restore_step(r, STEP_DROP);
}

enum admin_exit
restore_store_move(struct restore_store *r)
{
	return restore_step(r, STEP_MOVE);
}

void
restore_store_end(struct restore_store *r)
{
	apart_end(&r->process, &r->fd);
}
