#include "config.h"

#include "allowance.h"
#include "clock.h"
#include "session.h"

#define BURST 256.0
#define RATE 16.0 /* per second */
#define OPERATOR_FACTOR 32 /* a browser opens many channels */
#define PER_BYTE (1.0 / 1024) /* for each KiB that the worker has sent */

void
allowance_earn(struct session *s, unsigned int packets)
{
	s->tokens += packets;
}

bool
allowance_pay(struct session *s)
{
	double factor = s->role == ROLE_OPERATOR ? OPERATOR_FACTOR : 1;
	double now = clock_now();
	uint64_t packets = s->payload.in_packets - s->data_packets;

	if (packets == s->charged)
		return true;
	s->tokens += (now - s->refilled) * RATE * factor;
	s->tokens += (double)(s->wire.out_bytes - s->earned) * PER_BYTE;
	if (s->tokens > BURST * factor)
		s->tokens = BURST * factor;
	s->tokens -= (double)(packets - s->charged);
	s->refilled = now;
	s->earned = s->wire.out_bytes;
	s->charged = packets;
	return s->tokens >= 0;
}
