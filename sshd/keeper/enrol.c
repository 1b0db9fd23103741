#include "config.h"

#include <stdio.h>
#include <string.h>

#include "changes.h"
#include "enrol.h"
#include "report.h"
#include "runner.h"
#include "send.h"
#include "skew.h"

/* --- tokens ----------------------------------------------------------- */

static void
enrol_answer_token(struct keeper *k, uint64_t conn, int64_t token,
    enum token_state state, const char *why)
{
	struct msg m;

	msg_init(&m, MSG_TOKEN_IS, conn);
	m.token_is.token = token;
	m.token_is.state = state;
	snprintf(m.token_is.reason, sizeof(m.token_is.reason), "%s", why);
	send_message(k, &m);
}

/*
 * Look the token up.  The secret of an unknown token is checked against a hash
 * of no secret: that takes as long.
 */
static void
enrol_look_up(struct keeper *k, struct runner_job *job, const char *name)
{
	enum store_result r = STORE_FAILED;
	struct token t;

	job->hash = token_nobodys;
	if (k->store != NULL)
		r = store_token_find(k->store, name, &t);
	if (r == STORE_NONE)
		job->why = "unknown token";
	else if (r != STORE_OK)
		job->why = "busy: the store does not answer";
	if (r != STORE_OK)
		return;
	job->state = token_state(&t, skew_now(k));
	job->token = t.id;
	job->hash = t.hash;
}

int
enrol_take_token(struct keeper *k)
{
	struct runner_job job = {.conn = k->in.conn};
	char name[TOKEN_NAME];
	int r = -1;

	if (token_parse(k->in.token.text, name, job.secret)) {
		r = 0;
		enrol_look_up(k, &job, name);
		if (!runner_add(k->runner, &job))
			enrol_answer_token(k, job.conn, 0, TOKEN_GOOD,
			    "busy: checking other tokens");
	}
	explicit_bzero(&job, sizeof(job));
	explicit_bzero(k->in.token.text, sizeof(k->in.token.text));
	return r;
}

void
enrol_checked(void *arg, const struct runner_job *job)
{
	static const char *const ended[] = {
	    [TOKEN_GOOD] = "",
	    [TOKEN_EXPIRED] = "token expired",
	    [TOKEN_USED_UP] = "token used up",
	};

	if (job->why != NULL || !job->good)
		enrol_answer_token(arg, job->conn, 0, TOKEN_GOOD,
		    job->why != NULL ? job->why : "wrong secret");
	else
		enrol_answer_token(arg, job->conn,
		    job->state == TOKEN_GOOD ? job->token : 0, job->state,
		    ended[job->state]);
}

/* --- registration ----------------------------------------------------- */

static enum enrol_result
enrol_register(struct keeper *k, const struct msg_enroll *m)
{
	enum enrol_result result;
	enum store_result r;
	struct key key;

	if (!device_name_valid(m->name))
		return ENROL_BAD_ID;
	if (key_parse(&key, m->key) != KEY_OK)
		return ENROL_BAD_KEY;
	if (k->store == NULL)
		return ENROL_BUSY;
	key.created = skew_now(k);
	r = store_enrol(
	    k->store, m->token, m->name, &key, key.created, &result);
	if (r != STORE_OK) {
		report_state(k, false, false, store_error(k->store));
		return ENROL_BUSY;
	}
	/* The device may log in as soon as it has its answer. */
	if ((r = changes_send(k)) != STORE_OK)
		report_read(k, r);
	return result;
}

int
enrol_take(struct keeper *k)
{
	struct msg m;

	msg_init(&m, MSG_ENROLLED, k->in.conn);
	memcpy(m.enrolled.name, k->in.enroll.name, sizeof(m.enrolled.name));
	m.enrolled.result = enrol_register(k, &k->in.enroll);
	return send_message(k, &m);
}
