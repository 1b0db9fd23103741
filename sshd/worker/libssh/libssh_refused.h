/*
 * The libssh that this worker runs with, by its version.
 *
 * These lack fixes of what a server's strangers can reach: all before 0.10.6;
 * 0.11.0 to 0.11.4 and 0.12.0 to 0.12.1 (AES-GCM tags not checked, data on a
 * closed channel used: CVE-2026-59847, CVE-2026-59850).  0.10.6 has them in
 * Debian 12 alone, which selftest_patched tells from an unpatched one.
 */
#ifndef LIBSSH_REFUSED_H
#define LIBSSH_REFUSED_H

/*
 * NULL if this version may serve, or why not (a static string).  The text is
 * ssh_version(0)'s, "0.10.6/openssl/zlib"; NULL or any other text is refused.
 */
const char *libssh_refused(const char *version);

#endif
