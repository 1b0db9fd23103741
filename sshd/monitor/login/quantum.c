#include "config.h"

#include <string.h>

#include "clean.h"
#include "msg.h"
#include "quantum.h"

void
quantum_learn(struct quantum *q, const struct msg_ready *ready)
{
	clean_text(q->libssh, sizeof(q->libssh), ready->libssh);
	clean_text(q->kex, sizeof(q->kex), ready->kex);
}

bool
quantum_safe(const struct quantum *q)
{
	static const char *const hybrids[] = {"mlkem", "sntrup"};
	size_t i;

	for (i = 0; i < sizeof(hybrids) / sizeof(hybrids[0]); i++)
		if (strncmp(q->kex, hybrids[i], strlen(hybrids[i])) == 0)
			return true;
	return false;
}

json_t *
quantum_state(const struct quantum *q)
{
	bool safe = quantum_safe(q);

	return json_pack("{s:s, s:s, s:b, s:s*}", "libssh", q->libssh, "kex",
	    q->kex, "post_quantum", safe, "post_quantum_command",
	    safe ? NULL : QUANTUM_COMMAND);
}
