/*
 * A line of the stream of alerts, and all that et-notify makes of it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "alert_line.h"
#include "conf.h"
#include "fuzz.h"
#include "mail.h"
#include "queue.h"
#include "template.h"
#include "text.h"

/* No control character but a line's end, where that may be. */
static bool
is_safe(const char *s, bool lines)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && !(lines && *s == '\n')) ||
		    *s == 0x7f)
			return false;
	return true;
}

/* Each header begins with a name of ours, or goes on. */
static void
check_mail(const char *mail)
{
	static const char *const names[] = {
	    "From: ", "To: ", "Subject:", "Date: ", "Message-ID: ",
	    "In-Reply-To: ", "References: ", "X-Et-Alert-",
	    "Auto-Submitted: ", "MIME-Version: ", "Content-T", " "};
	const char *end = strstr(mail, "\n\n");
	size_t i, n = sizeof(names) / sizeof(names[0]);

	MUST(end != NULL && is_safe(mail, true));
	for (; mail < end; mail = strchr(mail, '\n') + 1) {
		for (i = 0; i < n; i++)
			if (strncmp(mail, names[i], strlen(names[i])) == 0)
				break;
		MUST(i < n);
		MUST(strcspn(mail, "\n") < 998);
	}
	for (mail = end + 2; *mail != '\0'; mail = strchr(mail, '\n') + 1)
		MUST(strcspn(mail, "\n") < 998);
}

static void
check_templates(const json_t *alert)
{
	static const char *const names[] = {"json", "ntfy", "slack", "teams",
	    "telegram", "pagerduty", "alertmanager"};
	json_t *body;
	char *text;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		body = template_find(names[i])->body(alert, "target", "secret");
		MUST(body != NULL);
		text = json_dumps(body, JSON_COMPACT);
		MUST(text != NULL && is_safe(text, false));
		MUST(strlen(text) < 128 * 1024);
		free(text);
		json_decref(body);
	}
}

/* A queue that was saved and loaded is the same. */
static void
check_saved(const struct queue *q)
{
	struct queue again = {.first = NULL};
	json_t *json = queue_json(q);

	queue_load(&again, json, 10);
	MUST(again.n == q->n);
	MUST(json_equal(again.first->alert, q->first->alert));
	queue_free(&again);
	json_decref(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *to[] = {(char[]){"a@example.com"}, NULL};
	const struct receiver r = {.to = to, .from = (char[]){"b@example.com"}};
	struct queue q = {.first = NULL};
	char title[TEXT_TITLE], *mail;
	const char *why = NULL;
	json_t *alert;

	if ((alert = alert_parse((const char *)data, len, &why)) == NULL) {
		MUST(why != NULL);
		return 0;
	}
	text_title(alert, title);
	MUST(is_safe(title, false));
	MUST(is_safe(alert_text(alert, "id"), false));
	MUST((mail = mail_message(&r, alert)) != NULL);
	check_mail(mail);
	free(mail);
	check_templates(alert);
	MUST(queue_add(&q, alert, 10) == 1);
	MUST(queue_add(&q, alert, 10) == 0);
	check_saved(&q);
	q.dropped = 1;
	queue_sum_up(&q);
	MUST(q.n == 1 && alert_is_summary(q.first->alert));
	check_templates(q.first->alert);
	queue_free(&q);
	json_decref(alert);
	return 0;
}
