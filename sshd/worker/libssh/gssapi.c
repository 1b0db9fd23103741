/*
 * libssh answers a gssapi-with-mic request (RFC 4462) by itself, before
 * authentication and even when only public keys are offered, and runs Kerberos
 * and the resolver to do so.  The callback against that,
 * gssapi_select_oid_function, cannot be set here: a session with server
 * callbacks queues no messages.
 *
 * The dynamic linker gives libssh this gss_indicate_mechs(3) in place of the
 * Kerberos library's.  No mechanism is in its set (RFC 2743, section 2.4.2), so
 * libssh finds none in common with the client and refuses the request like any
 * other.
 */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define GSS_COMPLETE 0U
#define GSS_FAILURE (13U << 16)

/* gss_OID_set_desc of RFC 2744, section 3.2: gssapi.h may not be there. */
struct oid_set {
	size_t count;
	void *elements;
};

uint32_t gss_indicate_mechs(uint32_t *, struct oid_set **);

uint32_t
gss_indicate_mechs(uint32_t *minor, struct oid_set **mechs)
{
	*minor = 0;
	*mechs = calloc(1, sizeof(**mechs));
	return *mechs != NULL ? GSS_COMPLETE : GSS_FAILURE;
}
