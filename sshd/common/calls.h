/*
 * Lists of the system calls that a process may make, by number and by
 * argument, loaded as a filter (seccomp(2), by libseccomp).  Each kind of
 * process has its list in its own folder; what several need stands here.
 */
#ifndef CALLS_H
#define CALLS_H

#include <seccomp.h>
#include <stddef.h>

#define CALLS_ARGS 3

/* A system call, or one way of making it, and its outcome. */
struct call {
	int		 number;	/* SCMP_SYS() */
	int		 error;		/* 0: it is made; otherwise its errno */
	unsigned int	 n;		/* conditions, all of which must hold */
	struct scmp_arg_cmp	 arg[CALLS_ARGS];
};

#define CALL(name)		{ .number = SCMP_SYS(name) }
#define CALL_FAILS(name, e)	{ .number = SCMP_SYS(name), .error = (e) }
#define CALL_IF(name, count, ...) \
	{ .number = SCMP_SYS(name), .n = (count), .arg = { __VA_ARGS__ } }
#define CALL_FAILS_IF(name, e, count, ...) \
	{ .number = SCMP_SYS(name), .error = (e), .n = (count), \
	    .arg = { __VA_ARGS__ } }

/*
 * In an array of calls: those that open, examine and list files and folders, as
 * far as Landlock and their owner permit.
 */
#define CALLS_FILES                                                          \
	CALL(open), CALL(openat), CALL(stat), CALL(lstat), CALL(fstat),      \
	CALL(newfstatat), CALL(statx), CALL(access), CALL(faccessat),        \
	CALL(faccessat2), CALL(readlink), CALL(readlinkat), CALL(getdents64),\
	CALL(getcwd)

/*
 * Conditions: argument i (from 0) equals v; has none of the bits m; has all of
 * them.
 */
#define ARG_IS(i, v)		{ (i), SCMP_CMP_EQ, (v), 0 }
#define ARG_LACKS(i, m)		{ (i), SCMP_CMP_MASKED_EQ, (m), 0 }
#define ARG_HAS(i, m)		{ (i), SCMP_CMP_MASKED_EQ, (m), (m) }

struct call_list {
	const struct call	*call;
	size_t			 n;
};
#define CALLS(array) { (array), sizeof(array) / sizeof((array)[0]) }

/* Memory that is not executable, the clocks, locks, random bytes, exit. */
extern const struct call_list calls_memory;
/*
 * An event loop over descriptors: reading and writing, of which sendto(2)
 * takes no address and neither it nor sendmsg(2) takes MSG_FASTOPEN, which
 * would connect a socket; and fcntl(2) for F_GETFL and O_NONBLOCK.
 */
extern const struct call_list calls_loop;
/* The calls with which libev makes its own descriptors, at its start. */
extern const struct call_list calls_loop_start;
/* Paths and sockets that libraries try by themselves: they fail with EACCES. */
extern const struct call_list calls_refused;
/* fstat(2) of a descriptor, as libc makes it: it fails with EACCES. */
extern const struct call_list calls_refused_fstat;
/* A store of SQLite: its files, their locks, a watch on them. */
extern const struct call_list calls_store;
/*
 * Connections to a store of PostgreSQL, by TCP: libpq's calls, and those with
 * which libc looks a host's name up.  What libc loads for that, beyond its own
 * files and DNS, is not loaded.
 */
extern const struct call_list calls_network;
/* Those of unix sockets, too: made; or, so that libc goes on without, refused. */
extern const struct call_list calls_network_unix;
extern const struct call_list calls_network_no_unix;
/* A thread starts and ends; a process, and a namespace, cannot be made. */
extern const struct call_list calls_thread;
/* The calls that libc, ld.so and libcap make between exec and the filter. */
extern const struct call_list calls_start;

/*
 * Let this process, and all that it starts, make the calls of the lists and no
 * other: a call that is in none ends the process with SIGSYS, as does one of
 * another architecture.  A call that fails by one list and is made by another
 * is made.  Returns NULL, or what could not be done (a static string).
 */
const char	*calls_enter(const struct call_list *, size_t n);

#endif
