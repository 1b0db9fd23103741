#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "installer.h"

#define MOST (1024 * 1024) /* bytes that et-sshd sends */

const char *
installer_digest(const char *path, char hex[INSTALLER_HEX])
{
	uint8_t *text = malloc(MOST + 1), md[32];
	const char *why = NULL;
	FILE *fp = NULL;
	size_t i, n;

	if (text == NULL)
		return "out of memory";
	if ((fp = fopen(path, "re")) == NULL) {
		why = strerror(errno);
		goto out;
	}
	n = fread(text, 1, MOST + 1, fp);
	if (ferror(fp))
		why = "cannot be read";
	else if (n == 0 || n > MOST)
		why = n == 0 ? "is empty" : "is longer than 1 MiB";
	else if (EVP_Digest(text, n, md, NULL, EVP_sha256(), NULL) != 1)
		why = "SHA-256 is not available";
	if (why != NULL)
		goto out;
	for (i = 0; i < sizeof(md); i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
out:
	if (fp != NULL)
		fclose(fp);
	free(text);
	return why;
}
