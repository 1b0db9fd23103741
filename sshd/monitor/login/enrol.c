#include "config.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "child.h"
#include "clean.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "enrol.h"
#include "enrolment.h"
#include "installer.h"
#include "monitor.h"
#include "msg.h"

const char *
enrol_fetch(struct conn *c, struct msg *ask)
{
	struct monitor *m = c->m;
	struct msg answer;
	struct event e;
	const char *why;
	size_t size = 0;
	int fd;

	(void)ask;
	if (c->enrolment->used)
		return "a second command of one login";
	c->enrolment->used = true;
	fd = installer_file(m->installer, &size, &why);
	msg_init(&answer, MSG_FILE, c->number);
	answer.file.size = (uint32_t)size;
	conn_send(c, &answer, fd);
	e = conn_event_begin(c, fd != -1 ? "enroll.install" : "enroll.refused");
	event_text(&e, "token", c->enrolment->name);
	event_text(&e, "addr", c->addr);
	event_text(&e, "reason", fd != -1 ? NULL : why);
	event_end(&e);
	return NULL;
}

/* --- ENROLL ----------------------------------------------------------- */

static void
send_enrolled(struct conn *c, const char *name, enum enrol_result result)
{
	bool done = result < ENROL_ID_TAKEN;
	char fingerprint[KEY_FINGERPRINT], clean[4 * MSG_NAME];
	struct event e;
	struct msg msg;

	msg_init(&msg, MSG_ENROLLED, c->number);
	msg.enrolled.result = result;
	snprintf(msg.enrolled.name, sizeof(msg.enrolled.name), "%s", name);
	if (!done)
		snprintf(msg.enrolled.refused, sizeof(msg.enrolled.refused),
		    "%s", enrol_result_text(result));
	conn_send(c, &msg, -1);
	c->m->counters.enrolled +=
	    result == ENROL_NEW || result == ENROL_PREPARED;
	clean_text(clean, sizeof(clean), name);
	key_fingerprint(c->digest, fingerprint);
	e = conn_event_begin(c, done ? "enroll" : "enroll.refused");
	event_text(&e, "device", clean);
	event_text(&e, "token", c->enrolment->name);
	event_text(&e, "addr", c->addr);
	event_text(&e, "key", result != ENROL_BAD_KEY ? fingerprint : NULL);
	event_text(&e, "reason", enrol_result_text(result));
	event_end(&e);
}

/* The key to register: that of its login, or the one it sent. */
static enum key_result
take_key(const struct enrolment *e, struct msg_enroll *m, struct key *key)
{
	unsigned char base64[(KEY_BLOB + 2) / 3 * 4 + 1];
	int n;

	if (!e->keyed)
		return key_parse(key, m->key);
	*key = e->key;
	EVP_EncodeBlock(base64, key->blob, (int)key->bloblen);
	n = snprintf(
	    m->key, sizeof(m->key), "%s %s", key->type, (const char *)base64);
	return n > 0 && (size_t)n < sizeof(m->key) ? KEY_OK : KEY_LONG;
}

const char *
enrol_enroll(struct conn *c, struct msg *ask)
{
	struct msg_enroll *m = &ask->enroll;
	struct key key;

	if (c->enrolment->used)
		return "a second command of one login";
	c->enrolment->used = true;
	if (take_key(c->enrolment, m, &key) != KEY_OK) {
		send_enrolled(c, m->name, ENROL_BAD_KEY);
		return NULL;
	}
	memcpy(c->digest, key.digest, sizeof(c->digest));
	if (!device_name_valid(m->name)) {
		send_enrolled(c, m->name, ENROL_BAD_ID);
		return NULL;
	}
	if (c->m->keeper->sock == -1) {
		send_enrolled(c, m->name, ENROL_BUSY);
		return NULL;
	}
	m->token = c->enrolment->token;
	c->enrolment->doing = ENROLMENT_REGISTERED;
	child_send(c->m->keeper, ask, -1);
	return NULL;
}

const char *
enrol_enrolled(struct monitor *m, const struct msg *msg)
{
	const struct msg_enrolled *e = &msg->enrolled;
	struct conn *c = conn_of(m, msg->conn);

	if (c == NULL || c->state == CONN_ENDING)
		return NULL; /* has left meanwhile */
	if (c->enrolment == NULL || c->enrolment->doing != ENROLMENT_REGISTERED)
		return "nobody asked";
	c->enrolment->doing = ENROLMENT_NOTHING;
	send_enrolled(c, e->name, (enum enrol_result)e->result);
	return NULL;
}

void
enrol_keeper_lost(struct monitor *m)
{
	struct conn *c, *tmp;

	HASH_ITER(hh, m->conns, c, tmp)
		if (c->enrolment != NULL &&
		    c->enrolment->doing == ENROLMENT_REGISTERED) {
			c->enrolment->doing = ENROLMENT_NOTHING;
			send_enrolled(c, "", ENROL_BUSY);
		}
}
