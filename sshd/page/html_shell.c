/*
 * The shell of all pages, web/shell.html, whose markers ({{title}}, {{view}},
 * {{content}}) are filled with a page's own text.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "html_pages.h"
#include "web_file.h"

#define OPENS "{{"
#define CLOSES "}}"

struct filling {
	const char *title, *view, *content;
};

static bool
shell_is(const char *marker, size_t n, const char *name)
{
	return n == strlen(name) && memcmp(marker, name, n) == 0;
}

static void
shell_fill(
    struct html *h, const char *marker, size_t n, const struct filling *f)
{
	if (shell_is(marker, n, "title"))
		html_text(h, f->title);
	else if (shell_is(marker, n, "view"))
		html_text(h, f->view);
	else if (shell_is(marker, n, "content"))
		html_put(h, f->content);
}

/* Put the shell, from its first marker to its end. */
static void
shell_put(
    struct html *h, const char *at, const char *end, const struct filling *f)
{
	const char *opens, *closes;

	while ((opens = memmem(at, (size_t)(end - at), OPENS, 2)) != NULL &&
	       (closes = memmem(opens, (size_t)(end - opens), CLOSES, 2)) !=
		   NULL) {
		html_bytes(h, at, (size_t)(opens - at));
		shell_fill(h, opens + 2, (size_t)(closes - opens) - 2, f);
		at = closes + 2;
	}
	html_bytes(h, at, (size_t)(end - at));
}

void
html_shell(
    struct html *h, const char *view, const char *title, struct html *content)
{
	const struct web_file *file = web_file_find("shell.html");
	struct filling f = {.title = title, .view = view};
	char *text = html_take(content);

	if (text == NULL || file == NULL) {
		h->failed = true;
		free(text);
		return;
	}
	f.content = text;
	shell_put(h, (const char *)file->bytes,
	    (const char *)file->bytes + file->len, &f);
	free(text);
}

void
html_error(
    struct html *h, const char *view, const char *title, const char *error)
{
	struct html content = {.text = NULL};

	html_put(&content, "<h1>");
	html_text(&content, title);
	html_put(&content, "</h1>\n<p class=\"error\">");
	html_text(&content, error);
	html_put(&content, "</p>\n<p><a href=\"/\">Fleet</a></p>\n");
	html_shell(h, view, title, &content);
}

void
html_script(struct html *h, const char *view, const char *title)
{
	struct html content = {.text = NULL};

	html_put(&content, "<h1>");
	html_text(&content, title);
	html_put(&content, "</h1>\n<noscript><p>This view needs JavaScript.  "
			   "The <a href=\"/\">fleet</a> and each device are "
			   "shown without it.</p></noscript>\n");
	html_shell(h, view, title, &content);
}
