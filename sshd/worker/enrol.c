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

/* dbclient takes a "y" at the beginning for an answer of a person's. */
#define TOKEN_WORD "token "
#define LINE 64 /* with its newline, bytes */

/* A login by a key; the token comes behind the command. */
struct enrol {
	enum enrol_verb verb; /* it has asked for; ENROL_VERB_NONE: not yet */
	char name[MSG_NAME];
	char line[LINE + 1];
	size_t len;
	bool whole; /* no more of it is to come */
	bool asked; /* the monitor, whether it is a token */
};

void
enrol_begin(struct session *s)
{
	if (s->role != ROLE_ENROL_KEY)
		return;
	if ((s->enrol = calloc(1, sizeof(*s->enrol))) == NULL)
		session_end(s, "no memory");
	else
		s->enrol->verb = ENROL_VERB_NONE;
}

void
enrol_free(struct session *s)
{
	if (s->enrol != NULL)
		explicit_bzero(s->enrol, sizeof(*s->enrol));
	free(s->enrol);
	s->enrol = NULL;
}

bool
enrol_request(struct session *s, const char *command)
{
	char name[MSG_NAME], key[MSG_KEY_LINE];
	enum enrol_verb verb = verb_parse_enrol(command, name, key);

	switch (verb) {
	case ENROL_VERB_INSTALL:
		if (s->enrol != NULL)
			return false;
		ask_fetch(s);
		return true;
	case ENROL_VERB_ENROLL:
		if (s->enrol != NULL)
			return false;
		ask_enroll(s, name, key);
		return true;
	case ENROL_VERB_INSTALL_2:
	case ENROL_VERB_ENROLL_2:
		if (s->enrol == NULL)
			return false;
		s->enrol->verb = verb;
		memcpy(s->enrol->name, name, sizeof(name));
		return true;
	case ENROL_VERB_NONE:
		break;
	}
	return false;
}

void
enrol_data(struct session *s, const char *data, size_t len)
{
	struct enrol *e = s->enrol;
	size_t i;

	for (i = 0; e != NULL && i < len && !e->whole; i++)
		if (data[i] == '\n' || e->len == LINE - 1)
			e->whole = true;
		else
			e->line[e->len++] = data[i];
}

void
enrol_data_end(struct session *s)
{
	if (s->enrol != NULL)
		s->enrol->whole = true;
}

/* What is no token at all is the monitor's to refuse, too. */
void
enrol_pump(struct session *s)
{
	struct enrol *e = s->enrol;
	const char *text = "?";

	if (e == NULL || e->verb == ENROL_VERB_NONE || !e->whole || e->asked)
		return;
	e->asked = true;
	if (strncmp(e->line, TOKEN_WORD, sizeof(TOKEN_WORD) - 1) == 0 &&
	    e->line[sizeof(TOKEN_WORD) - 1] != '\0')
		text = e->line + sizeof(TOKEN_WORD) - 1;
	ask_token(s, text);
	explicit_bzero(e->line, sizeof(e->line));
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
enrol_verdict(struct session *s, const struct msg_verdict *v)
{
	struct enrol *e = s->enrol;

	if (e == NULL || !e->asked)
		return;
	if (v->as != ROLE_ENROL)
		refuse(s, v->password		      ? "busy"
			  : v->ended == ENDED_EXPIRED ? "token expired"
			  : v->ended == ENDED_USED_UP ? "token used up"
						      : "bad token");
	else if (e->verb == ENROL_VERB_INSTALL_2)
		ask_fetch(s);
	else
		ask_enroll(s, e->name, "");
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
