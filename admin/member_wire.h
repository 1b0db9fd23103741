/*
 * Messages between a member's et-admin and that of the store's owner: one
 * packet with the words, each with its NUL, and three descriptors; one packet
 * with the exit status.
 */
#ifndef MEMBER_WIRE_H
#define MEMBER_WIRE_H

#include <stdint.h>

#define MEMBER_TEXT 16384 /* bytes of all words */
#define MEMBER_WORDS 512
#define MEMBER_STREAMS 3 /* stdin, stdout, stderr */

typedef int32_t member_status;

#endif
