#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"

#define FIRST 16384 /* bytes */

void
html_bytes(struct html *h, const char *bytes, size_t n)
{
	size_t size = h->size != 0 ? h->size : FIRST;
	char *text;

	if (h->failed)
		return;
	while (size - h->len <= n)
		size *= 2;
	if (size != h->size) {
		if ((text = realloc(h->text, size)) == NULL) {
			h->failed = true;
			return;
		}
		h->text = text;
		h->size = size;
	}
	memcpy(h->text + h->len, bytes, n);
	h->len += n;
	h->text[h->len] = '\0';
}

void
html_put(struct html *h, const char *markup)
{
	html_bytes(h, markup, strlen(markup));
}

static const char *
html_entity(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
html_text(struct html *h, const char *text)
{
	const char *entity;
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, "<>&\"'");
		html_bytes(h, text, n);
		text += n;
		if (*text != '\0' && (entity = html_entity(*text++)) != NULL)
			html_put(h, entity);
	}
}

void
html_query(struct html *h, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	char code[4];
	size_t n;

	while (*text != '\0') {
		n = strspn(text, plain);
		html_bytes(h, text, n);
		text += n;
		if (*text != '\0') {
			snprintf(code, sizeof(code), "%%%02X",
			    (unsigned char)*text++);
			html_bytes(h, code, 3);
		}
	}
}

void
html_number(struct html *h, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	html_put(h, text);
}

char *
html_take(struct html *h)
{
	char *text = h->text;

	if (h->failed) {
		free(text);
		text = NULL;
	}
	h->text = NULL;
	h->len = h->size = 0;
	return text;
}
