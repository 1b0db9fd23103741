/*
 * For a build with --enable-sanitize.  At their end these processes cannot be
 * searched for leaks: that needs a process that may be traced, which they take
 * care not to be.  The tests that link their modules are searched.
 */
#include "config.h"

#ifdef SANITIZE
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif
