#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_line.h"
#include "clock.h"
#include "template.h"
#include "text.h"

/* Characters of Telegram's text, of Slack's; theirs are 4,096 and 40,000. */
#define TEXT_MOST 3000

#define YEAR_US (INT64_C(365) * 86400 * 1000000)

/* ---- the alert as it is ---- */

static json_t *
body_json(const json_t *alert, const char *target, const char *secret)
{
	(void)target;
	(void)secret;
	return json_deep_copy(alert);
}

/* ---- https://docs.ntfy.sh/publish/#publish-as-json ---- */

static json_t *
body_ntfy(const json_t *alert, const char *target, const char *secret)
{
	bool critical = strcmp(alert_text(alert, "severity"), "critical") == 0;
	bool closed = alert_is_close(alert);
	char title[TEXT_TITLE], *text = text_body(alert, TEXT_MOST);
	json_t *body;

	(void)secret;
	text_title(alert, title);
	body = json_pack("{s:s, s:s, s:s?, s:i, s:[s]}", "topic", target,
	    "title", title, "message", text, "priority",
	    closed     ? 3
	    : critical ? 5
		       : 4,
	    "tags",
	    closed     ? "white_check_mark"
	    : critical ? "rotating_light"
		       : "warning");
	free(text);
	return body;
}

/* ---- https://api.slack.com/messaging/webhooks ---- */

/* Slack's three characters. */
static void
slack_escape(FILE *f, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '&')
			fputs("&amp;", f);
		else if (*s == '<')
			fputs("&lt;", f);
		else if (*s == '>')
			fputs("&gt;", f);
		else
			fputc(*s, f);
}

static json_t *
body_slack(const json_t *alert, const char *target, const char *secret)
{
	char title[TEXT_TITLE], *text = text_body(alert, TEXT_MOST);
	char *escaped = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&escaped, &n);
	json_t *body = NULL;

	(void)target;
	(void)secret;
	text_title(alert, title);
	if (f != NULL && text != NULL) {
		slack_escape(f, title);
		fputc('\n', f);
		slack_escape(f, text);
	}
	if (f != NULL && fclose(f) == 0 && text != NULL)
		body = json_pack("{s:s}", "text", escaped);
	free(escaped);
	free(text);
	return body;
}

/*
 * ---- an Adaptive Card, as the workflow "When a Teams webhook request is
 * received" takes it ----
 */

static json_t *
body_teams(const json_t *alert, const char *target, const char *secret)
{
	char title[TEXT_TITLE], *text = text_body(alert, TEXT_MOST);
	json_t *lines = json_array(), *card;
	char *line, *rest = text;

	(void)target;
	(void)secret;
	text_title(alert, title);
	json_array_append_new(lines,
	    json_pack("{s:s, s:s, s:s, s:s, s:b, s:s}", "type", "TextBlock",
		"text", title, "weight", "Bolder", "size", "Medium", "wrap", 1,
		"color", alert_is_close(alert) ? "Good" : "Attention"));
	/* A line a block: a card's text joins lines. */
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			json_array_append_new(
			    lines, json_pack("{s:s, s:s, s:b, s:s}", "type",
				       "TextBlock", "text", line, "wrap", 1,
				       "spacing", "None"));
	free(text);
	card = json_pack("{s:s, s:s, s:s, s:o}", "$schema",
	    "http://adaptivecards.io/schemas/adaptive-card.json", "type",
	    "AdaptiveCard", "version", "1.2", "body", lines);
	return json_pack("{s:s, s:[{s:s, s:n, s:o}]}", "type", "message",
	    "attachments", "contentType",
	    "application/vnd.microsoft.card.adaptive", "contentUrl", "content",
	    card);
}

/* ---- https://core.telegram.org/bots/api#sendmessage ---- */

static json_t *
body_telegram(const json_t *alert, const char *target, const char *secret)
{
	char title[TEXT_TITLE], *text = text_body(alert, TEXT_MOST);
	json_t *body = NULL;
	char *all = NULL;

	(void)secret;
	text_title(alert, title);
	if (text != NULL && asprintf(&all, "%s\n%s", title, text) != -1)
		body = json_pack("{s:s, s:s, s:{s:b}}", "chat_id", target,
		    "text", all, "link_preview_options", "is_disabled", 1);
	free(all);
	free(text);
	return body;
}

/* ---- Events API v2: https://developer.pagerduty.com/docs/events-api-v2 ---- */

static json_t *
body_pagerduty(const json_t *alert, const char *target, const char *secret)
{
	bool critical = strcmp(alert_text(alert, "severity"), "critical") == 0;
	const char *server = alert_text(alert, "server");
	json_t *body;

	(void)target;
	body = json_pack("{s:s, s:s, s:s}", "routing_key", secret,
	    "event_action", alert_is_close(alert) ? "resolve" : "trigger",
	    "dedup_key", alert_text(alert, "id"));
	if (alert_is_close(alert))
		return body;
	/* 1,024 characters are the most, as ours. */
	json_object_set_new(body, "payload",
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O}", "summary",
		alert_text(alert, "summary"), "source",
		*server != '\0' ? server : "et-phone-home", "severity",
		critical ? "critical" : "warning", "timestamp",
		alert_since(alert), "component", alert_text(alert, "subject"),
		"class", alert_text(alert, "kind"), "custom_details", alert));
	return body;
}

/* ---- API v2: https://prometheus.io/docs/alerting/latest/alerts_api/ ---- */

/*
 * An alert without an end is over for Alertmanager after resolve_timeout unless
 * it is sent again and again; so an open one ends in a year.
 */
static json_t *
body_alertmanager(const json_t *alert, const char *target, const char *secret)
{
	char later[ALERT_TIME];
	const char *end = later;
	int64_t us;

	(void)target;
	(void)secret;
	us = clock_wall() + YEAR_US;
	time_text(us, later);
	if (alert_is_close(alert))
		end = alert_until(alert);
	return json_pack("[{s:{s:s, s:s, s:s, s:s, s:s}, s:{s:s}, s:s, s:s}]",
	    "labels", "alertname", alert_text(alert, "kind"), "alert_id",
	    alert_text(alert, "id"), "subject", alert_text(alert, "subject"),
	    "severity", alert_text(alert, "severity"), "server",
	    alert_text(alert, "server"), "annotations", "summary",
	    alert_text(alert, "summary"), "startsAt", alert_since(alert),
	    "endsAt", end);
}

static const struct template templates[] = {
    {"json", NULL, TEMPLATE_BEARER, false, false, body_json},
    {"ntfy", "https://ntfy.sh/", TEMPLATE_BEARER, true, false, body_ntfy},
    {"slack", NULL, TEMPLATE_NO_SECRET, false, false, body_slack},
    {"teams", NULL, TEMPLATE_NO_SECRET, false, false, body_teams},
    {"telegram", "https://api.telegram.org", TEMPLATE_IN_URL, true, false,
	body_telegram},
    {"pagerduty", "https://events.pagerduty.com/v2/enqueue", TEMPLATE_IN_BODY,
	false, true, body_pagerduty},
    {"alertmanager", NULL, TEMPLATE_BEARER, false, true, body_alertmanager},
};

const struct template *
template_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++)
		if (strcmp(templates[i].name, name) == 0)
			return &templates[i];
	return NULL;
}

char *
template_url(const struct template *t, const char *url, const char *secret)
{
	char *all = NULL;
	size_t n;

	if (url == NULL)
		url = t->url;
	if (url == NULL || t->secret != TEMPLATE_IN_URL)
		return url != NULL ? strdup(url) : NULL;
	for (n = strlen(url); n > 0 && url[n - 1] == '/';)
		n--;
	return asprintf(&all, "%.*s/bot%s/sendMessage", (int)n, url, secret) !=
		       -1
		   ? all
		   : NULL;
}
