/*
 * What the fuzz targets share: reading an input, and saying that a property
 * does not hold.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's: called for each input; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Abort with the property that does not hold. */
#define MUST(property) \
	((property) ? (void)0 : fuzz_broken(#property, __FILE__, __LINE__))
_Noreturn void fuzz_broken(const char *property, const char *file, int line);

/* What is left of an input.  At its end there are zeroes. */
struct input {
	const uint8_t *at;
	size_t left;
};

uint8_t input_byte(struct input *);
uint16_t input_number(struct input *); /* two bytes, the lower first */
/* At most len bytes; returns how many there were. */
size_t input_bytes(struct input *, void *out, size_t len);

/*
 * The input as text that ends at its first NUL, in memory of just its size,
 * to be freed.
 */
char *fuzz_text(const uint8_t *data, size_t len);

/* Printable ASCII, and so one line? */
bool fuzz_printable(const char *text);

/* How many are open: more than before when one leaked. */
unsigned int fuzz_descriptors(void);

#endif
