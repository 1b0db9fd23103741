/*
 * A PROXY header, as it comes: byte by byte, and with what follows it.
 */
#include "config.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proxy.h"

/* In memory of just that size, so that one byte too far is seen. */
static enum proxy_result
parse(const uint8_t *data, size_t len, size_t *left, const char **wrong)
{
	struct sockaddr_storage from;
	uint8_t *bytes = malloc(len > 0 ? len : 1);
	enum proxy_result r;

	MUST(bytes != NULL);
	memcpy(bytes, data, len);
	r = proxy_parse(bytes, len, left, &from, wrong);
	MUST((r == PROXY_BAD) == (*wrong != NULL));
	MUST((r == PROXY_MORE) == (*left > 0));
	MUST((r == PROXY_CARRIED) == (from.ss_family != AF_UNSPEC));
	MUST(r != PROXY_CARRIED || from.ss_family == AF_INET ||
	     from.ss_family == AF_INET6);
	MUST(len + *left <= PROXY_HEAD + PROXY_BODY);
	free(bytes);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum proxy_result r = PROXY_MORE, again;
	const char *wrong, *why;
	size_t n = 0, left, more, step;

	/* As the monitor does it: no more than it is told to. */
	while ((r = parse(data, n, &left, &wrong)) == PROXY_MORE) {
		if (n + left > len)
			break;
		n += left;
	}
	/* In pieces it is the same: only what is wrong may be seen sooner. */
	for (step = 0; step < n; step++) {
		again = parse(data, step, &more, &why);
		MUST(again == PROXY_MORE || (again == r && r == PROXY_BAD));
		MUST(again != PROXY_MORE || step + more <= n);
	}
	return 0;
}
