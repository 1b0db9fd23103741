#include "config.h"

#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "enrol.h"
#include "exec.h"
#include "msg.h"
#include "refuse.h"
#include "session.h"
#include "token_line.h"
#include "verb.h"

struct enrol {
	enum enrol_verb verb; /* the command; ENROL_VERB_NONE: none yet */
	char name[MSG_NAME];
	struct token_line line; /* the token is to come behind the command */
	bool asked; /* the monitor was asked whether the line is a token */
};

void
enrol_begin(struct session *s)
{
	if (s->role != ROLE_ENROL_KEY)
		return;
	if ((s->enrol = calloc(1, sizeof(*s->enrol))) == NULL) {
		session_end(s, "out of memory");
		return;
	}
	s->enrol->verb = ENROL_VERB_NONE;
	s->token_line = &s->enrol->line;
}

void
enrol_free(struct session *s)
{
	if (s->enrol != NULL)
		explicit_bzero(s->enrol, sizeof(*s->enrol));
	free(s->enrol);
	s->enrol = NULL;
	s->token_line = NULL;
}

/*
 * Ask the monitor for what the command says, or note it until the token has
 * come.  False: the command is none that this login may give.
 */
static bool
enrol_ask(struct session *s, const char *command)
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
enrol_request(struct session *s, ssh_message msg)
{
	struct exec *e = exec_requested(s, msg);

	if (e == NULL)
		return;
	/* The monitor hears of one command only. */
	if (s->asked > 0 ||
	    !enrol_ask(s, ssh_message_channel_request_command(msg))) {
		exec_refuse(e, msg, REQUEST_ENROLL);
		return;
	}
	if (s->role == ROLE_ENROL) {
		exec_ask(e, msg, 0);
		return;
	}
	exec_ask(e, NULL, 0);
	/* A client may wait for this success before it sends its token. */
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
}

/* The monitor refuses a line that is no token, too. */
void
enrol_pump(struct session *s)
{
	struct enrol *e = s->enrol;

	if (e == NULL || e->verb == ENROL_VERB_NONE || !e->line.whole ||
	    e->asked)
		return;
	e->asked = true;
	ask_token(s, token_line_token(&e->line));
	explicit_bzero(e->line.text, sizeof(e->line.text));
}

static void
enrol_refuse(struct session *s, const char *why)
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
		enrol_refuse(s, v->password		    ? "busy"
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

	/*
	 * The installer's descriptor is shared: read it without moving its
	 * offset.
	 */
	if (fd >= 0)
		bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes != MAP_FAILED) {
		exec_reply(s, bytes, size, EXIT_SUCCESS);
		munmap(bytes, size);
	} else
		enrol_refuse(s, fd == -1 ? "no installer" : "busy");
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
		enrol_refuse(s, m->enrolled.refused);
		return;
	}
	n = snprintf(line, sizeof(line), "enrolled %s\n", m->enrolled.name);
	exec_reply(s, line, (size_t)n, EXIT_SUCCESS);
}
