/*
 * Ports, forwards and times as an operator types them, and what is asked of
 * the records that they become.
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

/* Its device, or a tag; its ports and no others. */
static void
check_allows(uint32_t first, uint32_t last)
{
	struct permit p = {.first = first, .last = last, .device = 1};

	MUST(permit_allows(&p, 1, "", first));
	MUST(permit_allows(&p, 1, "", last));
	MUST(!permit_allows(&p, 1, "", first - 1));
	MUST(!permit_allows(&p, 1, "", last + 1));
	MUST(!permit_allows(&p, 2, "", first));
	p.device = 0;
	MUST(!permit_allows(&p, 1, "", first));
	snprintf(p.tag, sizeof(p.tag), "b");
	MUST(permit_allows(&p, 1, "a,b", last));
	MUST(!permit_allows(&p, 1, "a,bb", last));
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
	check_allows(first, last);
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

/* What is over stays over, whatever the numbers in a message. */
static void
check_states(struct input *in)
{
	enum forward_state from = (enum forward_state)input_number(in);
	enum forward_state to = (enum forward_state)input_number(in);

	MUST(fuzz_printable(forward_state_name(from)));
	if (!forward_may(from, to))
		return;
	MUST(!forward_ended(from));
	MUST(strcmp(forward_state_name(from), "?") != 0);
	MUST(strcmp(forward_state_name(to), "?") != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len);
	struct input in = {data, len};

	check_permit(text);
	check_forward(text);
	check_ttl(text);
	check_states(&in);
	free(text);
	return 0;
}
