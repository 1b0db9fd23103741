/*
 * utlist as the analyzers of tests/lint.sh see it: the loops are the true
 * ones, and what changes a list is functions that they cannot look into.  In
 * the true macros they assume what a list never is: a last element that has
 * another after it.
 */
#include_next <utlist.h>

#ifndef ANALYZER_UTLIST_H
#define ANALYZER_UTLIST_H

void *list_append(void *head, void *element);
void *list_prepend(void *head, void *element);
void *list_delete(void *head, void *element);

#undef DL_APPEND2
#define DL_APPEND2(head, add, prev, next) \
	((head) = list_append((head), (add)))
#undef DL_PREPEND2
#define DL_PREPEND2(head, add, prev, next) \
	((head) = list_prepend((head), (add)))
#undef DL_DELETE2
#define DL_DELETE2(head, del, prev, next) \
	((head) = list_delete((head), (del)))

#endif
