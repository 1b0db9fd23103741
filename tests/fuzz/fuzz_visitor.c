/*
 * The first bytes of a visitor's stream, as they come: in any pieces.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "first_bytes.h"
#include "fuzz.h"
#include "request_watch.h"

/* In memory of just that size, so that one byte too far is seen. */
static struct first_bytes
read_some(const uint8_t *data, size_t len)
{
	uint8_t *bytes = malloc(len > 0 ? len : 1);
	struct first_bytes f;

	MUST(bytes != NULL);
	memcpy(bytes, data, len);
	first_bytes_read(bytes, len, &f);
	free(bytes);
	return f;
}

static void
check(const struct first_bytes *f, size_t len)
{
	MUST(f->is != FIRST_MORE || len < FIRST_BYTES);
	MUST((f->is == FIRST_REFUSED) == (f->why != NULL));
	MUST((f->is == FIRST_REFUSED && f->tls) == (f->alert != 0));
	MUST((f->is == FIRST_REFUSED && !f->tls) ==
	     (f->status >= 400 && f->status < 600));
	MUST(f->is != FIRST_PAGE || !f->tls);
	if (f->is == FIRST_DEVICE) {
		MUST(device_name_valid(f->site.name));
		MUST(f->site.port >= 1 && f->site.port <= 65535);
	} else
		MUST(f->site.name[0] == '\0');
}

/*
 * As the relay does it: what did not pass is given again, with more behind it.
 * Returns how much passed.
 */
static size_t
watch(const struct first_bytes *first, const uint8_t *data, size_t len,
    size_t step, const char **wrong)
{
	struct request_watch w;
	size_t passed = 0, come = 0, n;

	request_watch_start(&w, first);
	*wrong = NULL;
	while (come < len && *wrong == NULL) {
		come = len - come < step ? len : come + step;
		n = request_watch_pass(&w, data + passed, come - passed, wrong);
		MUST(n <= come - passed);
		passed += n;
		MUST(*wrong != NULL || come - passed < FIRST_BYTES);
	}
	return passed;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct first_bytes whole = read_some(data, len), part;
	size_t n, step = len / 256 + 1;

	const char *wrong, *also;

	check(&whole, len);
	if (whole.is == FIRST_DEVICE) {
		n = watch(&whole, data, len, len, &wrong);
		MUST(whole.tls || n >= whole.head);
		MUST(watch(&whole, data, len, step, &also) == n);
		MUST((wrong == NULL) == (also == NULL));
	}
	/* In pieces it is the same: only what is wrong may be seen sooner. */
	for (n = 0; n < len; n += step) {
		part = read_some(data, n);
		check(&part, n);
		if (part.is == FIRST_MORE)
			continue;
		MUST(part.is == whole.is);
		MUST(part.is == FIRST_REFUSED ||
		     (strcmp(part.site.name, whole.site.name) == 0 &&
			 part.site.port == whole.site.port));
	}
	return 0;
}
