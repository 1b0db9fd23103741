/*
 * Addresses of stores: "sqlite:/path", and "postgresql://..." as libpq reads
 * it (its manual, 34.1.1.2, "Connection URIs").  Nothing here connects.
 */
#ifndef STORE_URL_H
#define STORE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_URL 1024 /* the longest, with its end */

/* What the processes that open the store have to reach for it. */
enum store_reach {
	STORE_REACH_FILES,
	STORE_REACH_TCP,
	STORE_REACH_SOCKET, /* a unix socket; by TCP, too */
};
enum store_reach store_url_reach(const char *url);

/* Whether several servers may run on the store at url. */
bool store_url_several(const char *url);

/*
 * NULL, or why url is not the address of a store.  A password in it is
 * refused, since URLs are printed; what is said does not have it.
 */
const char *store_url_check(const char *url);

/*
 * The URL with which a process opens the store: as the role instead of the
 * URL's user, with a file of passwords (libpq's passfile), unless these are "".
 * A URL of another scheme stays as it is.  -1: it would be too long.
 */
int store_url_make(char out[STORE_URL], const char *url, const char *role,
    const char *passfile);

/*
 * The value of a parameter of a postgresql URL ("sslrootcert"), decoded; of the
 * last of that name.  false: it has none, or a longer one.
 */
bool store_url_option(
    const char *url, const char *name, char *out, size_t size);

/* The URL's role, and its database.  false: it names none, or a longer one. */
bool store_url_user(const char *url, char *out, size_t size);
bool store_url_database(const char *url, char *out, size_t size);

/*
 * The TCP ports that a postgresql URL names, or libpq's default; returns how
 * many, of which at most n are in ports.
 */
size_t store_url_ports(const char *url, uint16_t *ports, size_t n);

#endif
