#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "algorithm.h"
#include "hostkey.h"
#include "key.h"
#include "msg.h"
#include "opensshkey.h"

struct hostkeys {
	bool compat; /* sign with SHA-1, too */
	size_t n;
	struct opensshkey keys[CONF_LIST];
	size_t nmissing;
	char *missing[CONF_LIST];
};

static const char *
check_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "readable by other users: chmod 600";
	if (st.st_size == 0)
		return "empty";
	if (st.st_size >= OPENSSHKEY_FILE)
		return "too long for a host key";
	return NULL;
}

static const char *
read_key(int fd, struct opensshkey *key)
{
	char *pem;
	const char *why = "out of memory";
	ssize_t n;

	if ((pem = calloc(1, OPENSSHKEY_FILE)) == NULL)
		return why;
	n = read(fd, pem, OPENSSHKEY_FILE - 1);
	why = n == -1 ? strerror(errno) : opensshkey_parse(key, pem);
	explicit_bzero(pem, OPENSSHKEY_FILE);
	free(pem);
	return why;
}

const char *
hostkey_read(const char *path, struct opensshkey *key)
{
	const char *why;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) ==
	    -1)
		return strerror(errno);
	if ((why = check_file(fd)) == NULL)
		why = read_key(fd, key);
	close(fd);
	return why;
}

/* NULL, "" when it is not there, or what is wrong. */
static const char *
load_key(struct hostkeys *hk, const char *path)
{
	const char *why;

	if (access(path, F_OK) == -1 && errno == ENOENT)
		return "";
	if ((why = hostkey_read(path, &hk->keys[hk->n])) == NULL)
		hk->n++;
	return why;
}

struct hostkeys *
hostkey_load(const struct conf *conf, char error[CONF_ERROR])
{
	struct hostkeys *hk;
	const char *why;
	size_t i;

	if ((hk = calloc(1, sizeof(*hk))) == NULL) {
		snprintf(error, CONF_ERROR, "out of memory");
		return NULL;
	}
	hk->compat = conf->compat_openwrt_1505;
	for (i = 0; i < conf->nhostkeys; i++) {
		why = load_key(hk, conf->hostkeys[i]);
		if (why == NULL)
			continue;
		if (*why == '\0' && (hk->missing[hk->nmissing] = strdup(
					 conf->hostkeys[i])) != NULL) {
			hk->nmissing++;
			continue;
		}
		snprintf(error, CONF_ERROR, "host key %s: %s",
		    conf->hostkeys[i], why);
		hostkey_free(hk);
		return NULL;
	}
	if (hk->n > 0)
		return hk;
	snprintf(error, CONF_ERROR,
	    "no host key: %s does not exist (run et-admin hostkey generate)",
	    conf->hostkeys[0]);
	hostkey_free(hk);
	return NULL;
}

void
hostkey_free(struct hostkeys *hk)
{
	size_t i;

	if (hk == NULL)
		return;
	for (i = 0; i < hk->n; i++)
		EVP_PKEY_free(hk->keys[i].pkey);
	for (i = 0; i < hk->nmissing; i++)
		free(hk->missing[i]);
	free(hk);
}

size_t
hostkey_count(const struct hostkeys *hk)
{
	return hk->n;
}

const char *
hostkey_missing(const struct hostkeys *hk, size_t i)
{
	return i < hk->nmissing ? hk->missing[i] : NULL;
}

const char *
hostkey_type(const struct hostkeys *hk, size_t i)
{
	return hk->keys[i].type;
}

const uint8_t *
hostkey_blob(const struct hostkeys *hk, size_t i, size_t *len)
{
	*len = hk->keys[i].bloblen;
	return hk->keys[i].blob;
}

/* "ssh-ed25519" is ed25519, "ecdsa-sha2-nistp256" is nistp256. */
static const char *
hostkey_short(const char *type)
{
	static const char *const prefixes[] = {"ssh-", "ecdsa-sha2-"};
	size_t i, len;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		len = strlen(prefixes[i]);
		if (strncmp(type, prefixes[i], len) == 0)
			return type + len;
	}
	return type;
}

void
hostkey_list(const struct hostkeys *hk, char *text, size_t size)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int len;
	size_t i, k, n = 0;
	const char *type;

	*text = '\0';
	for (i = 0; hk != NULL && i < hk->n; i++) {
		type = hostkey_short(hk->keys[i].type);
		/* ",TYPE HEX" and NUL */
		if (n + strlen(type) + 2 * KEY_DIGEST + 3 > size ||
		    EVP_Digest(hk->keys[i].blob, hk->keys[i].bloblen, sum, &len,
			EVP_sha256(), NULL) != 1)
			break;
		n += (size_t)snprintf(
		    text + n, size - n, "%s%s ", n > 0 ? "," : "", type);
		for (k = 0; k < len; k++)
			n += (size_t)snprintf(
			    text + n, size - n, "%02x", sum[k]);
	}
}

size_t
hostkey_sign(const struct hostkeys *hk, const char *algorithm,
    const uint8_t *data, size_t len, uint8_t *sig, size_t size)
{
	const struct algorithm *a = algorithm_find(algorithm);
	EVP_MD_CTX *ctx;
	size_t i, siglen = size;

	if (a == NULL || (a->compat && !hk->compat))
		return 0;
	for (i = 0; i < hk->n && strcmp(hk->keys[i].type, a->type) != 0; i++)
		;
	if (i == hk->n || (ctx = EVP_MD_CTX_new()) == NULL)
		return 0;
	if (EVP_DigestSignInit(
		ctx, NULL, algorithm_md(a), NULL, hk->keys[i].pkey) != 1 ||
	    EVP_DigestSign(ctx, sig, &siglen, data, len) != 1)
		siglen = 0;
	EVP_MD_CTX_free(ctx);
	return siglen;
}
