#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

/* The queue's accessors have no successor that can answer later. */
#define SSH_SUPPRESS_DEPRECATED
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "auth.h"
#include "enrol.h"
#include "refuse.h"
#include "session.h"
#include "signature.h"

#define ENROLL "enroll" /* the user that a token is for */

void
auth_service(struct session *s, ssh_message msg)
{
	const char *service = ssh_message_service_service(msg);

	if (service != NULL && strcmp(service, "ssh-userauth") == 0)
		ssh_message_service_reply_success(msg);
	else
		session_end(s, "unknown service requested");
	ssh_message_free(msg);
}

/*
 * The key's blob, which libssh gives as base64 only.  Returns its length, or
 * 0 when it does not fit.
 */
static size_t
auth_key_blob(ssh_key key, uint8_t blob[MSG_KEY])
{
	uint8_t raw[(MSG_KEY + 2) / 3 * 3];
	char *text = NULL;
	size_t len, out = 0;
	int n;

	if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK)
		return 0;
	len = strlen(text);
	if (len > 0 && len / 4 * 3 <= sizeof(raw) &&
	    (n = EVP_DecodeBlock(raw, (unsigned char *)text, (int)len)) > 2) {
		out =
		    (size_t)n - (text[len - 1] == '=') - (text[len - 2] == '=');
		if (out > MSG_KEY)
			out = 0;
	}
	ssh_string_free_char(text);
	memcpy(blob, raw, out);
	return out;
}

static void
auth_ask_key(
    struct session *s, ssh_message msg, const char *user, bool verified)
{
	ssh_key key = ssh_message_auth_pubkey(msg);
	uint8_t blob[MSG_KEY];
	size_t len;

	if ((len = auth_key_blob(key, blob)) == 0) {
		refuse_request(s, msg, REQUEST_KEY);
		return;
	}
	s->login = msg;
	s->login_kind = verified ? LOGIN_KEY : LOGIN_OFFER;
	if (verified)
		ask_login(s);
	else /* an offer does not say its algorithm: the signature will */
		ask_offer(s, user, signature_algorithm(key), blob, len);
}

static void
auth_ask_password(struct session *s, ssh_message msg)
{
	const char *password = NULL;

	if (ssh_message_subtype(msg) == SSH_AUTH_METHOD_PASSWORD)
		password = ssh_message_auth_password(msg);
	s->login = msg;
	s->login_kind = password != NULL ? LOGIN_TOKEN : LOGIN_NONE;
	/* An empty text would ask whether a password may be tried. */
	ask_token(s, password == NULL	 ? ""
		     : *password == '\0' ? "?"
					 : password);
}

void
auth_request(struct session *s, ssh_message msg)
{
	const char *user = ssh_message_auth_user(msg);
	enum ssh_publickey_state_e state;

	if (user != NULL && strlen(user) >= MSG_NAME) {
		refuse_request(s, msg, REQUEST_USER);
		return;
	}
	state = ssh_message_auth_publickey_state(msg);
	if (user != NULL &&
	    ssh_message_subtype(msg) == SSH_AUTH_METHOD_PUBLICKEY &&
	    (state == SSH_PUBLICKEY_STATE_NONE ||
		state == SSH_PUBLICKEY_STATE_VALID)) {
		auth_ask_key(s, msg, user, state == SSH_PUBLICKEY_STATE_VALID);
		return;
	}
	if (user != NULL && strcmp(user, ENROLL) == 0) {
		auth_ask_password(s, msg);
		return;
	}
	ssh_message_reply_default(msg);
	ssh_message_free(msg);
}

/*
 * A refusal lists the methods of its own user.  A client whose token could not
 * be checked may try the password again.
 */
static void
auth_refuse(struct session *s, ssh_message msg, const struct msg_verdict *v)
{
	int methods = SSH_AUTH_METHOD_PUBLICKEY;

	if (v->password && s->login_kind == LOGIN_NONE)
		methods |= SSH_AUTH_METHOD_PASSWORD;
	else if (v->password && s->login_kind == LOGIN_TOKEN)
		methods = SSH_AUTH_METHOD_PASSWORD;
	ssh_set_auth_methods(s->ssh, methods);
	ssh_message_reply_default(msg);
	ssh_set_auth_methods(s->ssh, SSH_AUTH_METHOD_PUBLICKEY);
}

void
auth_answer(struct session *s, const struct msg_verdict *v)
{
	ssh_message msg = s->login;

	s->login = NULL;
	if (v->as == 0 || v->as > ROLE_ENROL_KEY)
		auth_refuse(s, msg, v);
	else if (s->login_kind == LOGIN_OFFER)
		ssh_message_auth_reply_pk_ok_simple(msg);
	else if (ssh_message_auth_reply_success(msg, 0) == SSH_OK) {
		s->state = SESSION_OPEN;
		s->role = (enum msg_role)v->as;
		enrol_begin(s);
	} else /* to the monitor it is logged in: no second login */
		session_end(s, "cannot send the answer to the login");
	ssh_message_free(msg);
}

void
auth_dropped(struct session *s, const char *error)
{
	if (strstr(error, "Public key from client (ssh-rsa)") != NULL)
		session_end(s, "needs compat openwrt-15.05 (ssh-rsa)");
	else
		session_end(s, error);
}

void
auth_free(struct session *s)
{
	ssh_message_free(s->login);
	s->login = NULL;
}
