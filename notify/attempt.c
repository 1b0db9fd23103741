#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert_line.h"
#include "attempt.h"
#include "execute.h"
#include "http.h"
#include "mail.h"
#include "say.h"
#include "seal.h"
#include "secret.h"
#include "template.h"

#define GRACE 20 /* s beyond its timeout, after which the kernel ends it */

/* sysexits.h: these do not mend themselves. */
#define EX_DATAERR 65
#define EX_NOUSER 67

static void
attempt_fail(struct result *result, enum outcome outcome, const char *text)
{
	result->outcome = outcome;
	snprintf(result->text, sizeof(result->text), "%s", text);
}

/* ---- programs ---- */

static void
attempt_judge(int status, const char *said, struct result *result)
{
	if (status == 0)
		result->outcome = OUTCOME_SENT;
	else if (status == EX_DATAERR || status == EX_NOUSER)
		result->outcome = OUTCOME_REFUSED;
	else
		result->outcome = OUTCOME_RETRY;
	if (status == EXECUTE_LATE)
		snprintf(result->text, sizeof(result->text), "timed out");
	else if (status > 128)
		snprintf(result->text, sizeof(result->text),
		    "ended by signal %d", status - 128);
	else
		snprintf(result->text, sizeof(result->text),
		    "status %d%s%.200s", status, *said != '\0' ? ": " : "",
		    said);
}

static void
attempt_program(const struct receiver *r, const json_t *alert,
    char *const argv[], const char *input, struct result *result)
{
	char said[EXECUTE_SAID];
	int status;

	if (input == NULL) {
		attempt_fail(result, OUTCOME_RETRY, "out of memory");
		return;
	}
	(void)setenv("ET_ALERT_ID", alert_text(alert, "id"), 1);
	(void)setenv("ET_ALERT_EVENT", alert_text(alert, "event"), 1);
	status = execute_program(argv, input, r->timeout, said);
	attempt_judge(status, said, result);
}

static void
attempt_command(
    const struct receiver *r, const json_t *alert, struct result *result)
{
	char *input = json_dumps(alert, JSON_COMPACT);

	attempt_program(r, alert, r->command, input, result);
	free(input);
}

static void
attempt_sendmail(
    const struct receiver *r, const json_t *alert, struct result *result)
{
	char *argv[CONF_WORDS + 8], *message = mail_message(r, alert);
	size_t n = 0, i;

	argv[n++] = r->sendmail;
	argv[n++] = (char[]){"-i"};
	argv[n++] = (char[]){"-f"};
	argv[n++] = r->from;
	argv[n++] = (char[]){"--"};
	for (i = 0; i < CONF_WORDS && r->to[i] != NULL; i++)
		argv[n++] = r->to[i];
	argv[n] = NULL;
	attempt_program(r, alert, argv, message, result);
	free(message);
}

/* ---- the network ---- */

/* Returns 0, or -1 and the result. */
static int
attempt_secret(const char *path, char **secret, struct result *result)
{
	const char *wrong;

	if (path == NULL || (*secret = secret_read(path, &wrong)) != NULL)
		return 0;
	snprintf(result->text, sizeof(result->text), "%s: %s", path, wrong);
	result->outcome = OUTCOME_RETRY;
	return -1;
}

static void
attempt_smtp(
    const struct receiver *r, const json_t *alert, struct result *result)
{
	char *secret = NULL, *message = mail_message(r, alert);
	const char *failure;

	if (attempt_secret(r->secret_file, &secret, result) == 0) {
		http_start();
		if ((failure = seal_network(r->ca_file)) != NULL)
			attempt_fail(result, OUTCOME_RETRY, failure);
		else
			http_mail(r, message, secret, result);
	}
	secret_hide(result->text, secret);
	secret_free(secret);
	free(message);
}

static void
attempt_webhook(
    const struct receiver *r, const json_t *alert, struct result *result)
{
	const struct template *t = r->template;
	char *secret = NULL, *where = NULL, *url = NULL, *text = NULL;
	const char *failure;
	json_t *body;

	if (attempt_secret(r->secret_file, &secret, result) == -1 ||
	    attempt_secret(r->url_file, &where, result) == -1)
		goto out;
	http_start();
	if ((failure = seal_network(r->ca_file)) != NULL) {
		attempt_fail(result, OUTCOME_RETRY, failure);
		goto out;
	}
	url = template_url(t, where != NULL ? where : r->url, secret);
	body = t->body(alert, r->target, secret);
	text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
	json_decref(body);
	if (url == NULL || text == NULL)
		attempt_fail(result, OUTCOME_RETRY, "out of memory");
	else
		http_post(r, url, alert, text,
		    t->secret == TEMPLATE_BEARER ? secret : NULL, result);
out:
	secret_hide(result->text, secret);
	secret_hide(result->text, where);
	secret_free(secret);
	secret_free(where);
	free(url);
	free(text);
}

void
attempt_make(
    const struct receiver *r, const json_t *alert, struct result *result)
{
	memset(result, 0, sizeof(*result));
	result->outcome = OUTCOME_RETRY;
	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(r->timeout + GRACE);
	if (r->type == RECEIVER_COMMAND)
		attempt_command(r, alert, result);
	else if (r->type == RECEIVER_WEBHOOK)
		attempt_webhook(r, alert, result);
	else if (r->smtp != NULL)
		attempt_smtp(r, alert, result);
	else
		attempt_sendmail(r, alert, result);
	say_clean(result->text);
}

void
attempt_write(int fd, const struct result *result)
{
	char line[RESULT_TEXT + 32];
	int n = snprintf(line, sizeof(line), "%d %u %s\n", result->outcome,
	    result->after, result->text);

	(void)!write(fd, line, (size_t)n);
}

bool
attempt_read(const char *line, struct result *result)
{
	unsigned int outcome, after;
	int at = 0;

	if (sscanf(line, "%u %u %n", &outcome, &after, &at) != 2 || at == 0 ||
	    outcome > OUTCOME_REFUSED)
		return false;
	result->outcome = (enum outcome)outcome;
	result->after = after;
	snprintf(result->text, sizeof(result->text), "%s", line + at);
	result->text[strcspn(result->text, "\n")] = '\0';
	say_clean(result->text);
	return true;
}
