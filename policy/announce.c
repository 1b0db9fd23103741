#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "announce.h"
#include "key.h"

#define MARK_BYTES ((ANNOUNCE_MARK - 1) / 2)
#define SERVER_MAX 128 /* bytes of HOST:PORT */
#define SERIAL 16 /* digits */

bool
announce_path(const char *hostkey, char *path, size_t size)
{
	int n = snprintf(path, size, "%s.announced", hostkey);

	return n > 0 && (size_t)n < size;
}

bool
announce_mark(const char *text, char mark[ANNOUNCE_MARK])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;
	size_t i;

	snprintf(mark, ANNOUNCE_MARK, "0");
	if (*text == '\0')
		return true;
	if (EVP_Digest(text, strlen(text), digest, &len, EVP_md5(), NULL) != 1)
		return false;
	for (i = 0; i < MARK_BYTES; i++)
		snprintf(mark + 2 * i, 3, "%02x", digest[i]);
	return true;
}

static bool
port_valid(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n >= 1 && n <= 5 && s[n] == '\0' && *s != '0' &&
	       atoi(s) <= 65535;
}

bool
announce_server_valid(const char *server)
{
	static const char host[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n;

	if (strlen(server) > SERVER_MAX)
		return false;
	if (*server == '[') {
		n = strspn(++server, "0123456789abcdefABCDEF:");
		if (n == 0 || server[n] != ']')
			return false;
		server += n + 1;
	} else {
		n = strspn(server, host);
		if (n == 0 || *server == '-')
			return false;
		server += n;
	}
	return *server == '\0' || (*server == ':' && port_valid(server + 1));
}

static bool
serial_valid(const char *s)
{
	return *s != '0' && strspn(s, "0123456789") == SERIAL &&
	       s[SERIAL] == '\0';
}

/* Whether s is of base64's alphabet; the device verifies the signature. */
static bool
signature_valid(const char *s)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/=";

	return *s != '\0' && s[strspn(s, base64)] == '\0';
}

/* line has no newline. */
static bool
line_valid(const char *line)
{
	const char *blank = strchr(line, ' ');
	struct key key;

	if (strncmp(line, "server=", 7) == 0)
		return announce_server_valid(line + 7);
	if (strncmp(line, "serial=", 7) == 0)
		return serial_valid(line + 7);
	if (strncmp(line, "usign=", 6) == 0)
		return signature_valid(line + 6);
	if (strncmp(line, "sshsig=", 7) == 0)
		return signature_valid(line + 7);
	return strncmp(line, "pin=", 4) == 0 && blank != NULL &&
	       strchr(blank + 1, ' ') == NULL &&
	       key_parse(&key, line + 4) == KEY_OK;
}

static bool
text_valid(const char *text)
{
	char line[ANNOUNCE_TEXT];
	const char *end;

	for (; *text != '\0'; text = end + 1) {
		if ((end = strchr(text, '\n')) == NULL)
			return false;
		snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
		if (!line_valid(line))
			return false;
	}
	return true;
}

int
announce_read(const char *path, struct announce *a)
{
	struct stat st;
	FILE *fp;
	size_t n;

	if ((fp = fopen(path, "re")) == NULL)
		return -1;
	n = fread(a->text, 1, sizeof(a->text), fp);
	if (ferror(fp) || fstat(fileno(fp), &st) == -1) {
		fclose(fp);
		return -1;
	}
	fclose(fp);
	errno = EINVAL;
	if (n == sizeof(a->text) || memchr(a->text, '\0', n) != NULL)
		return -1;
	a->text[n] = '\0';
	a->since =
	    (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	return text_valid(a->text) && announce_mark(a->text, a->mark) ? 0 : -1;
}

bool
announce_said(const char *health, char mark[ANNOUNCE_MARK])
{
	const char *p = health;
	size_t n;

	for (; strncmp(p, "pins=", 5) != 0; p++)
		if ((p = strchr(p, ' ')) == NULL)
			return false;
	n = strcspn(p + 5, " ");
	if (n == 0 || n >= ANNOUNCE_MARK)
		return false;
	memcpy(mark, p + 5, n);
	mark[n] = '\0';
	return true;
}
