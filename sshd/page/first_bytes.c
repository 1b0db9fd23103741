#include "config.h"

#include <string.h>

#include "first_bytes.h"
#include "first_hello.h"
#include "first_request.h"

#define HANDSHAKE 22 /* the first byte of a ClientHello's record */

void
first_bytes_refuse(struct first_bytes *f, unsigned int status, const char *why)
{
	f->is = FIRST_REFUSED;
	f->status = status;
	f->why = why;
}

void
first_bytes_alert(struct first_bytes *f, uint8_t alert, const char *why)
{
	f->is = FIRST_REFUSED;
	f->alert = alert;
	f->why = why;
}

void
first_bytes_read(const uint8_t *bytes, size_t len, struct first_bytes *f)
{
	memset(f, 0, sizeof(*f));
	f->is = FIRST_MORE;
	if (len == 0)
		return;
	f->tls = bytes[0] == HANDSHAKE;
	if (f->tls)
		first_hello_read(bytes, len, f);
	else
		first_request_read((const char *)bytes, len, f);
}
