#include "config.h"

#include "print.h"

#define PRIME UINT64_C(1099511628211)

uint64_t
print_number(uint64_t print, int64_t number)
{
	uint64_t n = (uint64_t)number;
	int i;

	for (i = 0; i < 8; i++, n >>= 8)
		print = (print ^ (n & 0xff)) * PRIME;
	return print;
}

uint64_t
print_text(uint64_t print, const char *text)
{
	do
		print = (print ^ (unsigned char)*text) * PRIME;
	while (*text++ != '\0');
	return print;
}

uint64_t
print_counts(const struct fleet_counts *c)
{
	const unsigned int n[] = {
	    c->online, c->late, c->offline, c->never, c->disabled, c->total};
	uint64_t print = PRINT_NONE;
	size_t i;

	for (i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		print = print_number(print, n[i]);
	return print;
}
