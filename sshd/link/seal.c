#include "config.h"

#include <stddef.h>

#include "sandbox.h"
#include "seal.h"

/* Address space: the program and its libraries, and so much for each stream. */
#define SPACE_BASE (UINT64_C(256) << 20)
#define SPACE_EACH (UINT64_C(512) << 10)

const char *
seal_enter(uint32_t files, uint32_t streams)
{
	const struct call_list calls[] = {
	    calls_memory, calls_loop, calls_refused, calls_refused_fstat};
	const struct sandbox_limits limits = {
	    .files = files,
	    .address_space = SPACE_BASE + streams * SPACE_EACH,
	    .calls = calls,
	    .n = sizeof(calls) / sizeof(calls[0]),
	};

	return sandbox_enter(&limits);
}
