#include "config.h"

#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "enrol.h"
#include "exec.h"
#include "msg.h"
#include "session.h"
#include "verb.h"

bool
enrol_request(struct session *s, const char *command)
{
	char name[MSG_NAME], key[MSG_KEY_LINE];

	switch (verb_parse_enrol(command, name, key)) {
	case ENROL_VERB_INSTALL:
		ask_fetch(s);
		return true;
	case ENROL_VERB_ENROLL:
		ask_enroll(s, name, key);
		return true;
	case ENROL_VERB_NONE:
		break;
	}
	return false;
}

static void
refuse(struct session *s, const char *why)
{
	char line[MSG_ALGO + 16];
	int n;

	n = snprintf(line, sizeof(line), "refused %s\n", why);
	exec_reply(s, line, (size_t)n, EXIT_FAILURE);
}

void
enrol_file(struct session *s, const struct msg *m, int fd)
{
	size_t size = m->file.size;
	void *bytes = MAP_FAILED;

	/* Others read it too: it must not be moved to read it. */
	if (fd >= 0)
		bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes != MAP_FAILED) {
		exec_reply(s, bytes, size, EXIT_SUCCESS);
		munmap(bytes, size);
	} else
		refuse(s, fd == -1 ? "no installer" : "busy");
	if (fd >= 0)
		close(fd);
}

void
enrol_enrolled(struct session *s, const struct msg *m, int fd)
{
	char line[MSG_NAME + 16];
	int n;

	(void)fd;
	if (m->enrolled.refused[0] != '\0') {
		refuse(s, m->enrolled.refused);
		return;
	}
	n = snprintf(line, sizeof(line), "enrolled %s\n", m->enrolled.name);
	exec_reply(s, line, (size_t)n, EXIT_SUCCESS);
}
