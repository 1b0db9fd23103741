#include "config.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "installer.h"

#define HEX (2 * 32 + 1) /* of SHA-256 */

struct installer {
	char *path;
	int fd; /* of the memory, or -1 */
	size_t size;
	char hash[HEX];
	char why[256]; /* fd is -1 */
};

static void
hash_end(EVP_MD_CTX *ctx, char hash[HEX])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int i, len = 0;

	hash[0] = '\0';
	if (EVP_DigestFinal_ex(ctx, digest, &len) == 1)
		for (i = 0; i < len && 2 * i + 2 < HEX; i++)
			snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

/* Returns how many bytes there were, or -1: see errno. */
static ssize_t
copy_file(int from, int to, EVP_MD_CTX *ctx)
{
	char buf[16384];
	ssize_t n, total = 0;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		if (total + n > INSTALLER_MAX) {
			errno = EFBIG;
			return -1;
		}
		if (write(to, buf, (size_t)n) != n)
			return -1;
		EVP_DigestUpdate(ctx, buf, (size_t)n);
		total += n;
	}
	if (n == 0 && total == 0)
		errno = ENODATA;
	return n == 0 && total > 0 ? total : -1;
}

/* The memory's descriptor, or -1: see errno. */
static int
load_file(const char *path, size_t *size, char hash[HEX])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int error, from, to;
	ssize_t n = -1;

	from = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	to = memfd_create("installer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		errno = ENOMEM;
	else if (from != -1 && to != -1 &&
		 (n = copy_file(from, to, ctx)) != -1 &&
		 fcntl(to, F_ADD_SEALS, seals) == -1)
		n = -1;
	error = errno;
	if (from != -1)
		close(from);
	if (n == -1 && to != -1)
		close(to);
	if (n != -1)
		hash_end(ctx, hash);
	EVP_MD_CTX_free(ctx);
	errno = error;
	if (n == -1)
		return -1;
	*size = (size_t)n;
	return to;
}

void
installer_reload(struct installer *in)
{
	char hash[HEX];
	size_t size;
	int fd;

	if ((fd = load_file(in->path, &size, hash)) == -1) {
		snprintf(in->why, sizeof(in->why), "installer %.200s: %s",
		    in->path, strerror(errno));
		return;
	}
	if (in->fd != -1)
		close(in->fd);
	in->fd = fd;
	in->size = size;
	memcpy(in->hash, hash, sizeof(in->hash));
}

struct installer *
installer_new(const char *path)
{
	struct installer *in;

	if ((in = calloc(1, sizeof(*in))) == NULL)
		return NULL;
	in->fd = -1;
	if ((in->path = strdup(path)) == NULL) {
		free(in);
		return NULL;
	}
	installer_reload(in);
	return in;
}

void
installer_free(struct installer *in)
{
	if (in == NULL)
		return;
	if (in->fd != -1)
		close(in->fd);
	free(in->path);
	free(in);
}

int
installer_file(const struct installer *in, size_t *size, const char **why)
{
	*why = in->why;
	*size = in->fd != -1 ? in->size : 0;
	return in->fd;
}

const char *
installer_hash(const struct installer *in)
{
	return in->hash;
}
