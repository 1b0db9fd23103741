#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "first_hello.h"
#include "notice.h"

#define ESCAPED 2048 /* bytes of a text */
#define DROPPED 64 /* pieces of 4 KiB */

/*
 * No other style than this one is applied (Content Security Policy, hash-source);
 * test_notice compares the hash.
 */
#define STYLE                                                       \
	"body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;" \
	"max-width:34em;padding:0 1em}h1{font-size:20px}"
#define STYLE_HASH "sha256-tfHFXVWQXv4pb3W12j3dxyRgu5PgCcK2LX0hEOMINS4="

static const char head[] =
    "HTTP/1.1 %u %s\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: %zu\r\n"
    "Connection: close\r\n"
    "Cache-Control: no-store\r\n"
    "%s"
    "Content-Security-Policy: default-src 'none'; style-src '" STYLE_HASH
    "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "\r\n";

static const char body[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "%s<title>%s</title>\n<style>" STYLE "</style></head>\n"
    "<body><h1>%s</h1>\n<p role=\"status\">%s</p></body></html>\n";

/* Escape for HTML; what has no room is cut. */
static void
notice_escape(char out[ESCAPED], const char *text)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"},
	    {'"', "&quot;"}, {'\'', "&#39;"}};
	char one[2] = "";
	const char *as;
	size_t at = 0, i;

	for (; *text != '\0'; text++) {
		one[0] = *text >= ' ' && *text <= '~' ? *text : '?';
		as = one;
		for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
			if (escapes[i].c == *text)
				as = escapes[i].as;
		if (at + strlen(as) >= ESCAPED)
			break;
		memcpy(out + at, as, strlen(as));
		at += strlen(as);
	}
	out[at] = '\0';
}

static const char *
notice_phrase(unsigned int status)
{
	static const struct {
		unsigned int status;
		const char *phrase;
	} phrases[] = {{400, "Bad Request"}, {403, "Forbidden"},
	    {404, "Not Found"}, {414, "URI Too Long"},
	    {421, "Misdirected Request"},
	    {431, "Request Header Fields Too Large"}, {502, "Bad Gateway"},
	    {503, "Service Unavailable"}, {505, "HTTP Version Not Supported"}};
	size_t i;

	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Refused";
}

/* Close without a reset, which could overtake what was sent. */
static void
notice_close(int fd, const char *bytes, size_t len)
{
	char dropped[4096];
	int i;

	for (i = 0; i < DROPPED; i++)
		if (recv(fd, dropped, sizeof(dropped), MSG_DONTWAIT) <= 0)
			break;
	/* The socket is new and takes that; a visitor that is gone does not. */
	(void)send(fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(fd, SHUT_WR);
	close(fd);
}

void
notice_send(int fd, const struct notice *n)
{
	char title[ESCAPED], text[ESCAPED], refresh[64] = "", retry[64] = "";
	char page[3 * ESCAPED + sizeof(body)];
	char all[sizeof(page) + sizeof(head) + 256];
	int len, headlen;

	notice_escape(title, n->title);
	notice_escape(text, n->text);
	if (n->again > 0) {
		snprintf(refresh, sizeof(refresh),
		    "<meta http-equiv=\"refresh\" content=\"%u\">\n", n->again);
		snprintf(retry, sizeof(retry), "Retry-After: %u\r\n", n->again);
	}
	len = snprintf(page, sizeof(page), body, refresh, title, title, text);
	headlen = snprintf(all, sizeof(all), head, n->status,
	    notice_phrase(n->status), (size_t)len, retry);
	memcpy(all + headlen, page, (size_t)len);
	notice_close(fd, all, (size_t)headlen + (size_t)len);
}

void
notice_alert(int fd, uint8_t alert)
{
	uint8_t record[FIRST_ALERT];

	first_hello_alert(record, alert);
	notice_close(fd, (const char *)record, sizeof(record));
}
