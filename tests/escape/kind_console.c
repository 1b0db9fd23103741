/*
 * Steps from within a console's seal: one that reads the store, and one that
 * writes it.
 */
#include "config.h"

#include "escape.h"
#include "seal.h"

static const char *
console_seal_reading(void)
{
	return seal_enter(false);
}

static const char *
console_seal_writing(void)
{
	return seal_enter(true);
}

const struct kind kinds[] = {
    {"console-reads", console_seal_reading, false},
    {"console-writes", console_seal_writing, false},
};
const size_t nkinds = sizeof(kinds) / sizeof(kinds[0]);
