#include "config.h"

#include <string.h>

#include "clean.h"
#include "monitor.h"
#include "msg.h"
#include "quantum.h"

void
quantum_learn(struct monitor *m, const struct msg_ready *ready)
{
	clean_text(m->libssh, sizeof(m->libssh), ready->libssh);
	clean_text(m->kex, sizeof(m->kex), ready->kex);
}

bool
quantum_safe(const struct monitor *m)
{
	static const char *const hybrids[] = {"mlkem", "sntrup"};
	size_t i;

	for (i = 0; i < sizeof(hybrids) / sizeof(hybrids[0]); i++)
		if (strncmp(m->kex, hybrids[i], strlen(hybrids[i])) == 0)
			return true;
	return false;
}

json_t *
quantum_state(const struct monitor *m)
{
	bool safe = quantum_safe(m);

	return json_pack("{s:s, s:s, s:b, s:s*}", "libssh", m->libssh, "kex",
	    m->kex, "post_quantum", safe, "post_quantum_command",
	    safe ? NULL : QUANTUM_COMMAND);
}
