#include "config.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

#include "sandbox.h"
#include "seal.h"

/*
 * Address space: the program and its libraries, and so much for each
 * descriptor.
 */
#define SPACE_BASE (1024UL * 1024 * 1024)
#define SPACE_EACH (4UL * 1024 * 1024)

/*
 * System calls beside those of calls_memory and calls_loop.  Of setsockopt(2) four
 * options: with SO_LINGER on a socket that et-sshd holds, too, its close(2)
 * there would wait.
 */
static const struct call worker[] = {
    CALL(dup), /* libssh closes its descriptor unasked */
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_NODELAY)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_CORK)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_QUICKACK)),
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_RCVLOWAT)),
};

const char *
seal_worker(bool empty_root, uint32_t files)
{
	const struct call_list calls[] = {CALLS(worker), calls_memory,
	    calls_loop, calls_refused, calls_refused_fstat};
	const struct sandbox_limits limits = {
	    .empty_root = empty_root,
	    .files = files,
	    .address_space = SPACE_BASE + (uint64_t)files * SPACE_EACH,
	    .calls = calls,
	    .n = sizeof(calls) / sizeof(calls[0]),
	};

	return sandbox_enter(&limits);
}
