/*
 * The header of a load balancer that relays a connection: version 2 of the
 * PROXY protocol (HAProxy's doc/proxy-protocol.txt, section 2.2).
 */
#ifndef PROXY_H
#define PROXY_H

#include <sys/socket.h>

#include <stddef.h>
#include <stdint.h>

#define PROXY_HEAD 16 /* bytes before what the header carries */
#define PROXY_BODY 1024 /* that may be carried: addresses and TLVs */

enum proxy_result {
	PROXY_MORE, /* valid so far, not complete */
	PROXY_OWN, /* LOCAL or AF_UNSPEC: the peer's own address holds */
	PROXY_CARRIED, /* another's address */
	PROXY_BAD
};

/*
 * Read the len bytes of a header that there are.  PROXY_MORE: the header has
 * at least *left bytes more, and no byte behind it may be read yet.
 * PROXY_CARRIED: *from is the source, IPv4 or IPv6 with its port.  PROXY_BAD,
 * as soon as it is certain: *wrong (a static string) says why.
 *
 * TLVs are skipped, including the checksum (PP2_TYPE_CRC32C): TCP has one, and
 * the senders of headers are trusted.
 */
enum proxy_result proxy_parse(const uint8_t *bytes, size_t len, size_t *left,
    struct sockaddr_storage *from, const char **wrong);

#endif
