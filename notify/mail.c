#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert_line.h"
#include "mail.h"
#include "text.h"

#define BODY_MOST 65536
#define LINE_MOST 900 /* RFC 5322, 2.1.1: 998 */
#define WORD_BYTES 42 /* of an encoded word, which has 75 characters */

static bool
mail_is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

static void
mail_base64(FILE *f, const unsigned char *s, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int v;
	size_t i;

	for (i = 0; i < n; i += 3) {
		v = (unsigned int)s[i] << 16;
		v |= i + 1 < n ? (unsigned int)s[i + 1] << 8 : 0;
		v |= i + 2 < n ? s[i + 2] : 0;
		fputc(digits[v >> 18], f);
		fputc(digits[v >> 12 & 63], f);
		fputc(i + 1 < n ? digits[v >> 6 & 63] : '=', f);
		fputc(i + 2 < n ? digits[v & 63] : '=', f);
	}
}

/* A piece of at most most bytes that ends where a character does. */
static size_t
mail_piece(const char *s, size_t most)
{
	size_t n = strnlen(s, most + 1);

	if (n <= most)
		return n;
	for (n = most; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80;)
		n--;
	return n > 0 ? n : most;
}

/* Encoded words (RFC 2047), a line each, unless it is short ASCII. */
static void
mail_subject(FILE *f, const char *title)
{
	size_t n;

	if (mail_is_ascii(title) && strlen(title) < 200) {
		fprintf(f, "Subject: %s\n", title);
		return;
	}
	fputs("Subject:", f);
	for (; *title != '\0'; title += n) {
		n = mail_piece(title, WORD_BYTES);
		fputs(" =?utf-8?B?", f);
		mail_base64(f, (const unsigned char *)title, n);
		fputs(title[n] != '\0' ? "?=\n" : "?=", f);
	}
	fputc('\n', f);
}

/* The id of the message of an event, which a repeated one has, too. */
static void
mail_id(FILE *f, const char *header, const struct receiver *r,
    const json_t *alert, const char *event)
{
	const char *id = alert_text(alert, "id");
	const char *at = strrchr(r->from, '@');

	fprintf(f, "%s: <et-alert.", header);
	for (; *id != '\0'; id++)
		if ((*id >= '0' && *id <= '9') || *id == '-' ||
		    ((*id | 0x20) >= 'a' && (*id | 0x20) <= 'z'))
			fputc(*id, f);
		else
			fprintf(f, "=%02x", (unsigned int)(unsigned char)*id);
	fprintf(f, ".%s@%s>\n", event, at != NULL ? at + 1 : "localhost");
}

static void
mail_date(FILE *f)
{
	time_t now = time(NULL);
	char date[64];
	struct tm tm;

	/* The locale is C: main sets none. */
	if (gmtime_r(&now, &tm) != NULL &&
	    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm) >
		0)
		fprintf(f, "Date: %s\n", date);
}

static void
mail_headers(FILE *f, const struct receiver *r, const json_t *alert)
{
	const char *event = alert_text(alert, "event");
	char title[TEXT_TITLE];
	size_t i;

	text_title(alert, title);
	fprintf(f, "From: %s\nTo: ", r->from);
	for (i = 0; r->to[i] != NULL; i++)
		fprintf(f, "%s%s", i == 0 ? "" : ",\n ", r->to[i]);
	fputc('\n', f);
	mail_subject(f, title);
	mail_date(f);
	mail_id(f, "Message-ID", r, alert, event);
	if (alert_is_close(alert)) {
		mail_id(f, "In-Reply-To", r, alert, "open");
		mail_id(f, "References", r, alert, "open");
	}
	fprintf(f, "X-Et-Alert-Id: %s\nX-Et-Alert-Event: %s\n",
	    alert_text(alert, "id"), event);
	fputs("Auto-Submitted: auto-generated\n"
	      "MIME-Version: 1.0\n"
	      "Content-Type: text/plain; charset=utf-8\n",
	    f);
}

/* Lines that are not too long. */
static void
mail_body(FILE *f, const char *body)
{
	size_t n, line;

	for (; *body != '\0'; body += n) {
		line = strcspn(body, "\n");
		n = mail_piece(body, line < LINE_MOST ? line : LINE_MOST);
		fprintf(f, "%.*s\n", (int)n, body);
		n += body[n] == '\n';
	}
}

char *
mail_message(const struct receiver *r, const json_t *alert)
{
	char *message = NULL, *body = text_body(alert, BODY_MOST);
	size_t n = 0;
	FILE *f = body != NULL ? open_memstream(&message, &n) : NULL;

	if (f == NULL) {
		free(body);
		return NULL;
	}
	mail_headers(f, r, alert);
	fprintf(f, "Content-Transfer-Encoding: %s\n\n",
	    mail_is_ascii(body) ? "7bit" : "8bit");
	mail_body(f, body);
	free(body);
	if (fclose(f) == 0)
		return message;
	free(message);
	return NULL;
}
