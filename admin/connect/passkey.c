#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keygen.h"
#include "passkey.h"
#include "when.h"

#define KEY_FILE 8192 /* bytes of a private key's file, at most */

static int
write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n)
		if ((n = write(fd, bytes, len)) <= 0)
			return -1;
	return 0;
}

int
passkey_file(const char *text, size_t len, char path[PASSKEY_PATH])
{
	int fd = memfd_create("et-admin", MFD_CLOEXEC);

	if (fd == -1)
		return -1;
	/* ssh takes no private key that others may read. */
	if (fchmod(fd, 0600) == -1 || write_all(fd, text, len) == -1) {
		close(fd);
		return -1;
	}
	snprintf(path, PASSKEY_PATH, "/proc/%ld/fd/%d", (long)getpid(), fd);
	return fd;
}

/* From the file that ssh-keygen made to memory; the file is removed. */
static int
passkey_take(const char *from, char path[PASSKEY_PATH])
{
	char text[KEY_FILE];
	ssize_t n;
	int fd = -1, in = open(from, O_RDONLY | O_CLOEXEC);

	if (in == -1)
		return -1;
	if ((n = read(in, text, sizeof(text))) > 0 && n < KEY_FILE)
		fd = passkey_file(text, (size_t)n, path);
	explicit_bzero(text, sizeof(text));
	close(in);
	return fd;
}

static int
make_in(const char *folder, struct key *key, char path[PASSKEY_PATH],
    char error[KEYGEN_ERROR])
{
	char file[256], pub[264], line[KEYGEN_LINE];
	int fd = -1;

	snprintf(file, sizeof(file), "%.200s/key", folder);
	snprintf(pub, sizeof(pub), "%s.pub", file);
	if (keygen_make("ed25519", file, error) == 0 &&
	    keygen_public(file, key, line, error) == 0 &&
	    (fd = passkey_take(file, path)) == -1)
		snprintf(error, KEYGEN_ERROR, "%s", strerror(errno));
	unlink(file);
	unlink(pub);
	return fd;
}

enum admin_exit
passkey_make(struct key *key, char path[PASSKEY_PATH], int *fd)
{
	char memory[] = "/dev/shm/et-admin.XXXXXX",
	     tmp[] = "/tmp/et-admin.XXXXXX";
	char error[KEYGEN_ERROR] = "";
	char *folder = mkdtemp(memory);

	*fd = -1;
	if (folder == NULL)
		folder = mkdtemp(tmp);
	if (folder == NULL)
		return admin_fail(
		    "cannot create a folder for the key: %s", strerror(errno));
	*fd = make_in(folder, key, path, error);
	rmdir(folder);
	if (*fd == -1)
		return admin_fail("cannot generate a key: %s", error);
	key->created = when_now();
	return ADMIN_DONE;
}
