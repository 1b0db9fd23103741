/*
 * Ports, forwards and times as an operator types them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forward.h"
#include "fuzz.h"
#include "permit.h"

static bool
is_port(uint32_t port)
{
	return port >= 1 && port <= 65535;
}

/* What was accepted says the same when it is printed and read again. */
static void
check_permit(const char *text)
{
	uint32_t first, last, first2, last2;
	char again[32];

	if (permit_parse_ports(text, &first, &last) == -1)
		return;
	MUST(is_port(first) && is_port(last) && first <= last);
	snprintf(again, sizeof(again), "%u-%u", first, last);
	MUST(permit_parse_ports(again, &first2, &last2) == 0);
	MUST(first == first2 && last == last2);
}

static void
check_forward(const char *text)
{
	uint32_t dport, sport, dport2, sport2;
	char again[32];

	if (forward_parse(text, &dport, &sport) == -1)
		return;
	MUST(is_port(dport) && is_port(sport));
	MUST(strspn(text, "0123456789:") == strlen(text));
	snprintf(again, sizeof(again), "%u:%u", dport, sport);
	MUST(forward_parse(again, &dport2, &sport2) == 0);
	MUST(dport == dport2 && sport == sport2);
}

static void
check_ttl(const char *text)
{
	uint32_t ttl = forward_parse_ttl(text);
	char again[32];

	MUST(ttl <= FORWARD_TTL_MAX);
	snprintf(again, sizeof(again), "%us", ttl);
	MUST(forward_parse_ttl(again) == ttl);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len);

	check_permit(text);
	check_forward(text);
	check_ttl(text);
	free(text);
	return 0;
}
