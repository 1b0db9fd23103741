/*
 * An alert as people read it.
 */
#ifndef TEXT_H
#define TEXT_H

#include <jansson.h>
#include <stddef.h>

#define TEXT_TITLE	(1024 + 16)

/* One line: "critical: ..." or "resolved: ..." */
void	 text_title(const json_t *alert, char title[TEXT_TITLE]);

/*
 * What is known of it, a line each, at most most bytes.  Free it.  NULL: no
 * memory.
 */
char	*text_body(const json_t *alert, size_t most);

#endif
