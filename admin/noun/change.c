#include "config.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"

enum admin_exit
change_begin(struct admin *a)
{
	return admin_result(a, store_begin(a->store));
}

void
change_login(char login[DEVICE_NAME])
{
	const char *name = NULL;
	struct passwd *pw;

	if (getuid() == 0)
		name = getenv("SUDO_USER");
	if (name == NULL || *name == '\0')
		name = getlogin();
	if (name == NULL && (pw = getpwuid(getuid())) != NULL)
		name = pw->pw_name;
	snprintf(login, DEVICE_NAME, "%s", name == NULL ? "?" : name);
}

enum admin_exit
change_commit(struct admin *a, enum store_result result, int64_t *seq,
    const char *fmt, ...)
{
	struct change change; /* for the length of its text */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(change.what, sizeof(change.what), fmt, ap);
	va_end(ap);
	snprintf(change.who, sizeof(change.who), "%s",
	    a->who != NULL ? a->who : a->login);
	if (result == STORE_OK)
		result = store_admin(a->store, change.who, change.what);
	if (result == STORE_OK)
		result = store_seq(a->store, seq);
	if (result == STORE_OK)
		result = store_commit(a->store);
	if (result == STORE_OK)
		return ADMIN_DONE;
	admin_result(a, result);
	store_rollback(a->store);
	return ADMIN_FAILED;
}

struct sessions {
	int64_t device;
	const uint8_t *digest;
	int n;
};

static int
count_session(void *arg, const struct session *s)
{
	struct sessions *want = arg;

	if (s->device == want->device &&
	    (want->digest == NULL ||
		memcmp(s->digest, want->digest, KEY_DIGEST) == 0))
		want->n++;
	return 0;
}

int
change_sessions(struct admin *a, int64_t device, const uint8_t *digest)
{
	struct sessions want = {.device = device, .digest = digest};

	store_session_each(a->store, count_session, &want);
	return want.n;
}
