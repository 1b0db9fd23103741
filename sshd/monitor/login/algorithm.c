#include "config.h"

#include <string.h>

#include "algorithm.h"

static const struct algorithm algorithms[] = {
    {"ssh-ed25519", "ssh-ed25519", NULL, false},
    {"rsa-sha2-512", "ssh-rsa", "SHA512", false},
    {"rsa-sha2-256", "ssh-rsa", "SHA256", false},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "SHA256", false},
    {"ssh-rsa", "ssh-rsa", "SHA1", true},
};

const struct algorithm *
algorithm_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return &algorithms[i];
	return NULL;
}

const EVP_MD *
algorithm_md(const struct algorithm *a)
{
	return a->md != NULL ? EVP_get_digestbyname(a->md) : NULL;
}
