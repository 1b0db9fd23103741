#include "config.h"

#include <sys/mman.h>

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "fence.h"
#include "filter.h"

#define DNS 53
#define PORTS 32 /* of the URL's hosts, and DNS */

static const struct call disk[] = {
    CALL(fstatfs), /* is it nearly full? */
};

static const struct call no_libraries[] = {
    /* that libc would load to find a host: it goes on without them */
    CALL_FAILS_IF(mmap, EACCES, 1, ARG_HAS(2, PROT_EXEC)),
};

const char *
filter_enter(enum store_reach reach)
{
	const struct call_list calls[] = {CALLS(disk), calls_store,
	    calls_thread, calls_memory, calls_loop, calls_loop_start,
	    calls_refused, calls_network, CALLS(no_libraries),
	    reach == STORE_REACH_SOCKET ? calls_network_unix
					: calls_network_no_unix};
	const size_t n = sizeof(calls) / sizeof(calls[0]);

	return calls_enter(calls, reach == STORE_REACH_FILES ? n - 3 : n);
}

/* Files that the URL names, and the system's; and the folder of a resolver. */
static const char *
filter_network(const char *url)
{
	static const char *const named[] = {
	    "passfile", "sslrootcert", "sslcert", "sslkey", "sslcrl"};
	static const char *const system[] = {"/dev/urandom", "/etc/localtime",
	    "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
	    "/etc/host.conf", "/etc/gai.conf", "/etc/services",
	    "/etc/ssl/openssl.cnf"};
#define NAMED (sizeof(named) / sizeof(named[0]))
#define SYSTEM (sizeof(system) / sizeof(system[0]))
	char text[NAMED][PATH_MAX], resolver[PATH_MAX];
	struct fence_path paths[NAMED + SYSTEM + 1];
	uint16_t ports[PORTS] = {DNS};
	struct fence fence = {
	    .files = FENCE_ALL, .paths = paths, .ports = ports};
	size_t i;

	for (i = 0; i < NAMED; i++)
		if (store_url_option(url, named[i], text[i], PATH_MAX))
			paths[fence.npaths++] =
			    (struct fence_path){text[i], FENCE_READ};
	for (i = 0; i < SYSTEM; i++)
		paths[fence.npaths++] =
		    (struct fence_path){system[i], FENCE_READ};
	/* A resolver of the system's replaces its file in a folder of its own. */
	if (realpath("/etc/resolv.conf", resolver) != NULL &&
	    strncmp(resolver, "/run/", strlen("/run/")) == 0)
		paths[fence.npaths++] =
		    (struct fence_path){dirname(resolver), FENCE_READ};
	fence.nports = 1 + store_url_ports(url, ports + 1, PORTS - 1);
	if (fence.nports > PORTS)
		fence.nports = PORTS;
	return fence_enter(&fence);
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

	if (store_url_several(url))
		return filter_network(url);
	if (path == NULL)
		return NULL;
	/* A store that is a link leads to the link's own folder. */
	if (realpath(path, real) != NULL)
		paths[0].path = dirname(real);
	snprintf(named, sizeof(named), "%s", path);
	paths[1].path = dirname(named);
	return fence_enter(&fence);
}
