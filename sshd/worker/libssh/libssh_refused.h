/*
 * The releases of libssh that lack a fix of what strangers can reach in a
 * server:
 *
 *	CVE-2025-5987	a failure of chacha20-poly1305 goes unnoticed
 *	CVE-2026-59847	an AES-GCM tag is not checked
 *	CVE-2026-59850	data on a closed channel uses freed memory
 *	CVE-2026-59843	a channel's maximum packet size may be 0
 *
 * 0.11.5 and 0.12.2 have all of them.  0.10.6 as it was released and 0.11.0 to
 * 0.11.1 have none, 0.11.2 to 0.11.4 and 0.12.0 the first, and 0.12.1 lacks the
 * last.  Debian 12's 0.10.6 has all from 0.10.6-0+deb12u3 on; ssh_version says
 * nothing of it, so that selftest_patched tells the two apart.
 */
#ifndef LIBSSH_REFUSED_H
#define LIBSSH_REFUSED_H

/*
 * NULL if this version may serve, or why not (a static string).  The text is
 * ssh_version(0)'s, "0.10.6/openssl/zlib"; NULL or any other text is refused.
 */
const char *libssh_refused(const char *version);

#endif
