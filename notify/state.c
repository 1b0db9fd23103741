#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

#define NAME "state.json"

static char *
state_path(const char *folder, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", folder, name) != -1 ? path : NULL;
}

/* A lock of this process alone: its children do not keep it. */
bool
state_lock(const char *folder)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *path = state_path(folder, "lock");
	int fd = -1;

	if (path != NULL)
		fd =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (fd == -1) {
		say_error("cannot write %s: %s", folder, strerror(errno));
		return false;
	}
	if (fcntl(fd, F_SETLK, &lock) == 0)
		return true; /* held until this process ends */
	say_error("%s: another et-notify has it", folder);
	close(fd);
	return false;
}

json_t *
state_load(const char *folder, bool *lost)
{
	char *path = state_path(folder, NAME), *bad;
	json_error_t error;
	json_t *state;

	*lost = false;
	if (path == NULL)
		return NULL;
	state = json_load_file(path, 0, &error);
	if (!json_is_object(state) && access(path, F_OK) == 0) {
		*lost = true;
		say_warning("%s is damaged: set aside as " NAME ".bad", path);
		if ((bad = state_path(folder, NAME ".bad")) != NULL)
			(void)rename(path, bad);
		free(bad);
		json_decref(state);
		state = NULL;
	}
	free(path);
	return state;
}

static int
state_write(const char *path, const json_t *state)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int failure = 0;

	if (fd == -1)
		return errno;
	errno = 0;
	if (json_dumpfd(state, fd, JSON_COMPACT) == -1 || fsync(fd) == -1)
		failure = errno != 0 ? errno : EIO;
	if (close(fd) == -1 && failure == 0)
		failure = errno;
	return failure;
}

static int
state_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failure = fd == -1 || fsync(fd) == -1 ? errno : 0;

	if (fd != -1)
		close(fd);
	return failure;
}

int
state_save(const char *folder, const json_t *state)
{
	char *path = state_path(folder, NAME);
	char *draft = state_path(folder, NAME ".new");
	int failure = ENOMEM;

	if (path != NULL && draft != NULL &&
	    (failure = state_write(draft, state)) == 0)
		failure = rename(draft, path) == -1 ? errno
						    : state_sync_folder(folder);
	if (failure != 0 && draft != NULL)
		(void)unlink(draft);
	free(path);
	free(draft);
	return failure;
}
