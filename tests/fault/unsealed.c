/*
 * Put before libseccomp's functions by LD_PRELOAD: a process enters no system
 * call filter, for the sake of a tool that makes calls of its own in it.
 */
#include "config.h"

#include <stdint.h>

#include <seccomp.h>

static char filter;

scmp_filter_ctx
seccomp_init(uint32_t action)
{
	(void)action;
	return &filter;
}

int
seccomp_attr_set(
    scmp_filter_ctx ctx, enum scmp_filter_attr attr, uint32_t value)
{
	(void)ctx;
	(void)attr;
	(void)value;
	return 0;
}

int
seccomp_rule_add_array(scmp_filter_ctx ctx, uint32_t action, int call,
    unsigned int comparisons, const struct scmp_arg_cmp *array)
{
	(void)ctx;
	(void)action;
	(void)call;
	(void)comparisons;
	(void)array;
	return 0;
}

int
seccomp_load(const scmp_filter_ctx ctx)
{
	(void)ctx;
	return 0;
}

void
seccomp_release(scmp_filter_ctx ctx)
{
	(void)ctx;
}
