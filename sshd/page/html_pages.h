/*
 * The views that work without JavaScript, made of what /api/ answers: the same
 * data, checked and limited in the same way.
 */
#ifndef HTML_PAGES_H
#define HTML_PAGES_H

#include "asked.h"
#include "html.h"
#include "view.h"

/*
 * Make a whole page.  Returns its HTTP status, also for a page that tells an error.
 */
unsigned int	html_fleet(struct view *, const struct asked *, struct html *);
unsigned int	html_device(struct view *, const struct asked *, struct html *);
/* A view that needs JavaScript: "events", "Events". */
void	html_script(struct html *, const char *view, const char *title);

/* A page that tells an error. */
void	html_error(struct html *, const char *view, const char *title,
    const char *error);

/* Put the content into the shell of all pages, and free it. */
void	html_shell(struct html *, const char *view, const char *title,
    struct html *content);

#endif
