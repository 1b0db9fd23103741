#include "config.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_line.h"
#include "http.h"
#include "secret.h"

#define BODY_MOST 65536 /* bytes of an answer, then of its headers */
#define HEADERS_MOST 65536
#define EXCERPT 120 /* bytes of an answer that are told */
#define CONNECT_SECONDS 10L
#define AFTER_MOST (24 * 3600) /* s */

struct answer {
	char text[EXCERPT + 1];
	size_t n; /* bytes of text */
	size_t body, headers; /* bytes received */
};

void
http_start(void)
{
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum outcome
http_outcome(long status)
{
	if (status >= 200 && status < 300)
		return OUTCOME_SENT;
	if (status == 408 || status == 429 || status >= 500 || status < 200)
		return OUTCOME_RETRY;
	return OUTCOME_REFUSED; /* redirects among them */
}

static size_t
http_take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;
	size_t keep = EXCERPT - a->n;

	n *= size;
	if (keep > n)
		keep = n;
	memcpy(a->text + a->n, bytes, keep);
	a->n += keep;
	a->body += n;
	return a->body > BODY_MOST ? 0 : n;
}

static size_t
http_take_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;

	(void)bytes;
	n *= size;
	a->headers += n;
	return a->headers > HEADERS_MOST ? 0 : n;
}

static void
http_set_options(CURL *curl, const struct receiver *r, struct answer *a)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)r->timeout);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, http_take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, http_take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, a);
	if (r->ca_file != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, r->ca_file);
}

static struct curl_slist *
http_header(struct curl_slist *list, const char *name, const char *value)
{
	struct curl_slist *more;
	char *line = NULL;

	if (asprintf(&line, "%s: %s", name, value) == -1)
		return list;
	more = curl_slist_append(list, line);
	explicit_bzero(line, strlen(line));
	free(line);
	return more != NULL ? more : list;
}

static struct curl_slist *
http_headers(const struct receiver *r, const json_t *alert, const char *bearer)
{
	const char *id = alert_text(alert, "id");
	const char *event = alert_text(alert, "event");
	char key[ALERT_ID + 64], token[SECRET_MOST + 16];
	struct curl_slist *list = NULL;
	size_t i;

	snprintf(key, sizeof(key), "%s.%s", id, event);
	list = http_header(list, "Content-Type", "application/json");
	list = http_header(list, "User-Agent", "et-notify/" PACKAGE_VERSION);
	list = http_header(list, "Idempotency-Key", key);
	list = http_header(list, "X-Et-Alert-Id", id);
	list = http_header(list, "X-Et-Alert-Event", event);
	if (bearer != NULL) {
		snprintf(token, sizeof(token), "Bearer %s", bearer);
		list = http_header(list, "Authorization", token);
		explicit_bzero(token, sizeof(token));
	}
	for (i = 0; r->headers[i] != NULL; i++)
		list = curl_slist_append(list, r->headers[i]);
	return list;
}

/*
 * A status that was received decides, even if the rest of the answer was not
 * taken: the receiver has the alert.
 */
static void
http_judge(
    CURL *curl, CURLcode rc, const struct answer *a, struct result *result)
{
	curl_off_t after = 0;
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200 ||
	    (rc != CURLE_OK && rc != CURLE_WRITE_ERROR &&
		rc != CURLE_OPERATION_TIMEDOUT && rc != CURLE_PARTIAL_FILE)) {
		result->outcome = OUTCOME_RETRY;
		snprintf(result->text, sizeof(result->text), "%s",
		    rc != CURLE_OK ? curl_easy_strerror(rc) : "no status");
		return;
	}
	result->outcome = http_outcome(status);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after);
	if (status == 429 || status == 503)
		result->after =
		    after > AFTER_MOST ? AFTER_MOST : (unsigned int)after;
	snprintf(result->text, sizeof(result->text), "status %ld%s%s%s", status,
	    status >= 300 && status < 400 ? ", redirects are not followed" : "",
	    a->n > 0 ? ": " : "", a->text);
}

void
http_post(const struct receiver *r, const char *url, const json_t *alert,
    const char *body, const char *bearer, struct result *result)
{
	struct curl_slist *headers = http_headers(r, alert, bearer);
	struct answer answer = {.n = 0};
	CURL *curl = curl_easy_init();
	CURLcode rc;

	if (curl == NULL) {
		snprintf(result->text, sizeof(result->text), "out of memory");
		curl_slist_free_all(headers);
		return;
	}
	http_set_options(curl, r, &answer);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	rc = curl_easy_perform(curl);
	http_judge(curl, rc, &answer, result);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
}

/* ---- mail ---- */

struct upload {
	const char *at;
	bool begun; /* the "\r" of a line's end is sent */
};

/* SMTP ends lines by "\r\n"; libcurl doubles the dots. */
static size_t
http_read_mail(char *bytes, size_t size, size_t n, void *arg)
{
	struct upload *u = arg;
	size_t used = 0;

	n *= size;
	for (; used < n && *u->at != '\0'; used++) {
		if (*u->at == '\n' && !u->begun) {
			bytes[used] = '\r';
			u->begun = true;
			continue;
		}
		u->begun = false;
		bytes[used] = *u->at++;
	}
	return used;
}

static void
http_judge_mail(CURL *curl, CURLcode rc, struct result *result)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	result->outcome = OUTCOME_RETRY;
	if (rc == CURLE_OK)
		result->outcome = OUTCOME_SENT;
	else if (status >= 500 && rc != CURLE_LOGIN_DENIED)
		result->outcome = OUTCOME_REFUSED;
	snprintf(result->text, sizeof(result->text), "status %ld: %s", status,
	    rc == CURLE_OK ? "accepted" : curl_easy_strerror(rc));
}

void
http_mail(const struct receiver *r, const char *message, const char *password,
    struct result *result)
{
	struct upload upload = {.at = message != NULL ? message : ""};
	struct curl_slist *to = NULL;
	struct answer answer = {.n = 0};
	CURL *curl = curl_easy_init();
	CURLcode rc;
	size_t i;

	if (curl == NULL || message == NULL) {
		snprintf(result->text, sizeof(result->text), "out of memory");
		curl_easy_cleanup(curl);
		return;
	}
	for (i = 0; r->to[i] != NULL; i++)
		to = curl_slist_append(to, r->to[i]);
	http_set_options(curl, r, &answer);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_URL, r->smtp);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, r->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, http_read_mail);
	curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
	if (r->user != NULL) {
		/* No password without TLS. */
		curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
		curl_easy_setopt(curl, CURLOPT_USERNAME, r->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
	}
	rc = curl_easy_perform(curl);
	http_judge_mail(curl, rc, result);
	curl_easy_cleanup(curl);
	curl_slist_free_all(to);
}
