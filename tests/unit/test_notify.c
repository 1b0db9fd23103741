#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alert_line.h"
#include "attempt.h"
#include "conf.h"
#include "courier.h"
#include "filter.h"
#include "http.h"
#include "mail.h"
#include "queue.h"
#include "secret.h"
#include "template.h"
#include "text.h"
#include "unit.h"

#define LINE                                                               \
	"{\"time\":\"2026-11-28T21:30:00.123Z\",\"id\":\"a:1\",\"event\":" \
	"\"open\",\"kind\":\"disk\",\"subject\":\"server\",\"severity\":"  \
	"\"critical\",\"summary\":\"full\"}"

static json_t *
parsed(const char *line)
{
	const char *why;
	json_t *alert = alert_parse(line, strlen(line), &why);

	assert_non_null(alert);
	return alert;
}

static void
refuses(const char *line, const char *want)
{
	const char *why = NULL;

	assert_null(alert_parse(line, strlen(line), &why));
	assert_string_equal(why, want);
}

static void
alert_is_checked(void **state)
{
	char *big = calloc(1, ALERT_LINE + 2);
	json_t *alert = parsed(LINE);

	(void)state;
	assert_string_equal(alert_text(alert, "kind"), "disk");
	assert_string_equal(alert_text(alert, "devices"), "");
	/* Without since and until the time stands for them. */
	assert_string_equal(alert_since(alert), "2026-11-28T21:30:00.123Z");
	assert_false(alert_is_close(alert));
	json_decref(alert);
	refuses("", "not JSON");
	refuses("[1]", "not a JSON object");
	refuses("{}", "no id");
	refuses("{\"id\":\"a b\"}", "no id");
	refuses("{\"id\":\"a\",\"time\":\"2026-11-28 21:30:00Z\"}", "no time");
	refuses("{\"id\":\"a\",\"time\":\"2026-11-28T21:30:00\"}", "no time");
	refuses("{\"id\":\"a\",\"time\":\"2026-11-28T21:30:00Z\",\"event\":"
		"\"opened\"}",
	    "event is neither open nor close");
	memset(big, ' ', ALERT_LINE + 1);
	refuses(big, "longer than any alert");
	free(big);
}

static void
alert_is_made_safe(void **state)
{
	char line[8192], summary[4096];
	json_t *alert;

	(void)state;
	/* Cut between characters: 1,024 bytes are 341 of three bytes. */
	summary[0] = '\0';
	while (strlen(summary) < 3000)
		strcat(summary, "\xe2\x82\xac");
	snprintf(line, sizeof(line),
	    "{\"time\":\"2026-11-28T21:30:00Z\",\"id\":\"a\",\"event\":"
	    "\"close\",\"kind\":\"k\\r\\nX: y\",\"subject\":\"\\u009b\\u202e\","
	    "\"summary\":\"%s\",\"x\":{\"y\":1},\"devices\":[\"a\\u0007\",1]}",
	    summary);
	alert = parsed(line);
	assert_string_equal(alert_text(alert, "kind"), "k  X: y");
	assert_string_equal(alert_text(alert, "subject"), "  ");
	assert_int_equal(strlen(alert_text(alert, "summary")), 1023);
	assert_null(json_object_get(alert, "x"));
	assert_int_equal(json_array_size(json_object_get(alert, "devices")), 1);
	json_decref(alert);
}

static void
queue_keeps_order_and_bound(void **state)
{
	struct queue q = {.first = NULL}, again = {.first = NULL};
	json_t *a[5], *json;
	char id[8];
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		a[i] = parsed(LINE);
		snprintf(id, sizeof(id), "q%d", i);
		json_object_set_new(a[i], "id", json_string(id));
		assert_int_equal(queue_add(&q, a[i], 3), 1);
		if (i == 0)
			q.first->tries = 1; /* under way: not dropped */
	}
	assert_int_equal(queue_add(&q, a[4], 3), 0);
	assert_int_equal(q.n, 3);
	assert_int_equal(q.dropped, 2);
	assert_string_equal(alert_text(q.first->alert, "id"), "q0");
	assert_string_equal(alert_text(q.first->next->alert, "id"), "q3");
	json = queue_json(&q);
	queue_load(&again, json, 3);
	json_decref(json);
	assert_int_equal(again.n, 3);
	assert_int_equal(again.dropped, 2);
	assert_int_equal(again.first->tries, 1);
	/* What was tried stays as it is. */
	queue_sum_up(&q);
	assert_int_equal(q.n, 2);
	assert_string_equal(alert_text(q.first->next->alert, "summary"),
	    "2 alerts at once: 2 opened, 0 closed; 2 older ones were dropped");
	assert_string_equal(
	    alert_text(q.first->next->alert, "id"), "sum-2-q3-open");
	queue_free(&q);
	queue_free(&again);
	for (i = 0; i < 5; i++)
		json_decref(a[i]);
}

static void
backoff_doubles_to_its_most(void **state)
{
	const struct conf conf = {.retry = 10, .retry_most = 100};

	(void)state;
	assert_true(courier_backoff(&conf, 1, 0.5) == 10);
	assert_true(courier_backoff(&conf, 2, 0.5) == 20);
	assert_true(courier_backoff(&conf, 9, 0.5) == 100);
	assert_true(courier_backoff(&conf, 1000000, 0) == 75);
	assert_true(courier_backoff(&conf, 1000000, 1) == 125);
}

static void
statuses_mean_outcomes(void **state)
{
	static const struct {
		long status;
		enum outcome outcome;
	} each[] = {{200, OUTCOME_SENT}, {204, OUTCOME_SENT},
	    {301, OUTCOME_REFUSED}, {400, OUTCOME_REFUSED},
	    {404, OUTCOME_REFUSED}, {408, OUTCOME_RETRY},
	    {410, OUTCOME_REFUSED}, {429, OUTCOME_RETRY}, {500, OUTCOME_RETRY},
	    {503, OUTCOME_RETRY}, {0, OUTCOME_RETRY}};
	struct result result;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(each) / sizeof(each[0]); i++)
		assert_int_equal(http_outcome(each[i].status), each[i].outcome);
	assert_true(attempt_read("1 60 status 503: \x1b[2J\n", &result));
	assert_int_equal(result.outcome, OUTCOME_RETRY);
	assert_int_equal(result.after, 60);
	assert_string_equal(result.text, "status 503: ?[2J");
	assert_false(attempt_read("7 0 x\n", &result));
	assert_false(attempt_read("nonsense\n", &result));
}

static void
secrets_are_hidden(void **state)
{
	char text[] = "Bearer sesame and sesame";

	(void)state;
	secret_hide(text, "sesame");
	assert_string_equal(text, "Bearer ****** and ******");
	secret_hide(text, NULL);
	secret_hide(text, "a"); /* short ones are everywhere */
	assert_string_equal(text, "Bearer ****** and ******");
}

static void
filters_take_patterns(void **state)
{
	char *none[] = {NULL}, *site[] = {(char[]){"tag:*"}, NULL};
	char *disk[] = {(char[]){"disk"}, NULL};
	struct receiver r = {.kinds = disk,
	    .subjects = none,
	    .severities = none,
	    .events = none};
	json_t *alert = parsed(LINE);

	(void)state;
	assert_true(filter_wants(&r, alert));
	r.subjects = site;
	assert_false(filter_wants(&r, alert));
	json_object_set_new(alert, "devices", json_pack("[ss]", "x", "tag:y"));
	assert_true(filter_wants(&r, alert));
	r.kinds = site;
	assert_false(filter_wants(&r, alert));
	json_decref(alert);
}

static void
mail_has_no_more_headers(void **state)
{
	char *to[] = {(char[]){"a@x.example"}, NULL};
	struct receiver r = {.to = to, .from = (char[]){"b@y.example"}};
	json_t *alert = parsed(LINE);
	char *mail = mail_message(&r, alert), *line, *end;

	(void)state;
	assert_non_null(mail);
	assert_non_null(strstr(mail, "\nSubject: critical: full\n"));
	/* What no atom has is escaped: the id is a:1. */
	assert_non_null(
	    strstr(mail, "\nMessage-ID: <et-alert.a=3a1.open@y.example>\n"));
	end = strstr(mail, "\n\n");
	assert_non_null(end);
	for (line = mail; line < end; line = strchr(line, '\n') + 1)
		assert_true(strcspn(line, "\n") < 998);
	free(mail);
	json_object_set_new(alert, "summary",
	    json_string("\xc3\xbc"
			"berall"));
	mail = mail_message(&r, alert);
	assert_non_null(
	    strstr(mail, "\nSubject: =?utf-8?B?Y3JpdGljYWw6IMO8YmVyYWxs?=\n"));
	free(mail);
	json_decref(alert);
}

static void
telegram_has_its_token_in_the_url(void **state)
{
	const struct template *t = template_find("telegram");
	char *url = template_url(t, "http://x/", "1:abc");

	(void)state;
	assert_string_equal(url, "http://x/bot1:abc/sendMessage");
	free(url);
	url = template_url(template_find("pagerduty"), NULL, "key");
	assert_string_equal(url, "https://events.pagerduty.com/v2/enqueue");
	free(url);
	assert_null(template_url(template_find("slack"), NULL, NULL));
	assert_null(template_find("xml"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alert_is_checked),
	    cmocka_unit_test(alert_is_made_safe),
	    cmocka_unit_test(queue_keeps_order_and_bound),
	    cmocka_unit_test(backoff_doubles_to_its_most),
	    cmocka_unit_test(statuses_mean_outcomes),
	    cmocka_unit_test(secrets_are_hidden),
	    cmocka_unit_test(filters_take_patterns),
	    cmocka_unit_test(mail_has_no_more_headers),
	    cmocka_unit_test(telegram_has_its_token_in_the_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
