#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "owner.h"
#include "store_url.h"
#include "when.h"

static enum admin_exit
enter_denied(struct admin *a, bool root, const char *error)
{
	if (strstr(error, strerror(EACCES)) == NULL)
		return admin_fail("%s", error);
	if (!root)
		return admin_fail(
		    "%s: run et-admin as root, or as %s", error, a->conf->user);
	return admin_fail("%s, for the owner of its directory, as which "
			  "et-admin opens it when run by root",
	    error);
}

enum admin_exit
admin_enter(struct admin *a, unsigned int flags)
{
	char error[STORE_ERROR];
	enum store_result result;
	bool root = geteuid() == 0;

	if (a->store != NULL)
		return ADMIN_DONE;
	if (store_url_several(a->url) && a->conf != NULL
		? owner_become_user(a->conf->user, error) == -1
		: owner_become(a->url, error) == -1)
		return admin_fail("%s", error);
	result = store_open(&a->store, a->url, STORE_MIGRATE, error);
	if (result == STORE_DENIED && (flags & VERB_CREATE) != 0)
		result = store_open(
		    &a->store, a->url, STORE_MIGRATE | STORE_CREATE, error);
	if (result == STORE_DENIED)
		return enter_denied(a, root, error);
	if (result != STORE_OK)
		return admin_fail("%s", error);
	if (*store_notice(a->store) != '\0')
		admin_note("%s", store_notice(a->store));
	if (store_shared(a->store))
		when_follow(store_clock(a->store));
	return ADMIN_DONE;
}
