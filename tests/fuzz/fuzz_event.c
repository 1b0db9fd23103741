/*
 * Text of a stranger on its way into the event log: whatever it is, one event
 * stays one line.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "eventlog.h"
#include "fuzz.h"

/* Each byte is itself, or one whole escape. */
static void
check_clean(const char *text, const char *clean, size_t size)
{
	size_t n = strlen(clean), i;
	unsigned int byte;

	MUST(n < size);
	MUST(fuzz_printable(clean));
	for (i = 0; i < n; text++) {
		byte = (unsigned char)*text;
		if (clean[i] != '\\') {
			MUST(byte == (unsigned char)clean[i]);
			i++;
			continue;
		}
		MUST(clean[i + 1] == 'x');
		MUST(byte == strtoul((char[]){clean[i + 2], clean[i + 3], 0},
				 NULL, 16));
		i += 4;
	}
	/* It ends early only for want of room for one more. */
	MUST(*text == '\0' || n + 5 > size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct eventlog *log;
	struct input in = {data, len};
	size_t size = 5 + input_byte(&in);
	char *text = fuzz_text(in.at, in.left);
	char *clean = malloc(size);
	struct event e;

	if (log == NULL)
		log = eventlog_open();
	MUST(clean != NULL);
	clean_text(clean, size, text);
	check_clean(text, clean, size);
	e = event_begin(log, "login.refused");
	event_text(&e, "user", clean);
	event_text(&e, "reason", "unknown key");
	event_end(&e);
	MUST(eventlog_check(log) == 1);
	free(clean);
	free(text);
	return 0;
}
