#include "config.h"

#include <stdio.h>
#include <string.h>

#include "counters.h"

const double counters_waits[COUNTERS_WAITS] = {
    0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300};

void
counters_refused(struct counters *c, const char *reason)
{
	struct counters_reason *by = c->refused_by;
	char text[COUNTERS_REASON];
	size_t i, last = COUNTERS_REASONS - 1;

	c->refused++;
	snprintf(text, sizeof(text), "%s", reason);
	for (i = 0; i < last && *by[i].text != '\0'; i++)
		if (strcmp(by[i].text, text) == 0)
			break;
	memcpy(by[i].text, i < last ? text : "other",
	    i < last ? sizeof(text) : sizeof("other"));
	by[i].n++;
}

void
counters_jump(struct counters *c, double waited)
{
	size_t i = 0;

	while (i < COUNTERS_WAITS && waited > counters_waits[i])
		i++;
	c->jump_waits[i]++;
	c->jump_wait += waited;
	c->jumps++;
}
