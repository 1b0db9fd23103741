#include "config.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "fence.h"
#include "filter.h"

static const struct call disk[] = {
    CALL(fstatfs), /* is it nearly full? */
};

const char *
filter_enter(void)
{
	const struct call_list calls[] = {CALLS(disk), calls_store,
	    calls_thread, calls_memory, calls_loop, calls_loop_start,
	    calls_refused};

	return calls_enter(calls, sizeof(calls) / sizeof(calls[0]));
}

const char *
filter_store(const char *url)
{
	const unsigned int all =
	    FENCE_READ | FENCE_WRITE | FENCE_MAKE | FENCE_REMOVE;
	const char *path = strchr(url, '/');
	char named[PATH_MAX], real[PATH_MAX];
	struct fence_path paths[] = {
	    {NULL, all},
	    {NULL, all},
	    {"/dev/urandom", FENCE_READ},
	    {"/etc/localtime", FENCE_READ},
	};
	const struct fence fence = {
	    .files = FENCE_ALL,
	    .paths = paths,
	    .npaths = sizeof(paths) / sizeof(paths[0]),
	};

	if (path == NULL)
		return NULL;
	/* A store that is a link leads to the link's own folder. */
	if (realpath(path, real) != NULL)
		paths[0].path = dirname(real);
	snprintf(named, sizeof(named), "%s", path);
	paths[1].path = dirname(named);
	return fence_enter(&fence);
}
