/*
 * Prints: 64 bits that tell whether a row or counts are as they were (FNV-1a).
 */
#ifndef PRINT_H
#define PRINT_H

#include <stdint.h>

#include "fleet.h"

#define PRINT_NONE	UINT64_C(14695981039346656037)

uint64_t	print_number(uint64_t print, int64_t number);
uint64_t	print_text(uint64_t print, const char *text);
uint64_t	print_counts(const struct fleet_counts *);

#endif
