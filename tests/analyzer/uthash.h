/*
 * uthash as the analyzers of tests/lint.sh see it: functions that they cannot
 * look into, with the names that the sources use.  The true macros are some
 * hundred lines at each call, which take the analyzers long, and in which they
 * assume what a hash table never is: a first element that has another
 * before it, or an element of a table that has none.
 */
#ifndef UTHASH_H
#define UTHASH_H

#include <stddef.h>

typedef struct UT_hash_handle {
	void *tbl; /* NULL after HASH_ADD: out of memory */
	void *prev;
	void *next;
} UT_hash_handle;

void *hash_find(const void *head, const void *key, size_t keylen);
void *hash_add(void *head, const void *key, size_t keylen, void *element);
void *hash_delete(void *head, void *element);
size_t hash_length(const char *key);
unsigned int hash_count(const void *head);

#define HASH_FIND(hh, head, key, keylen, out) \
	((out) = hash_find((head), (key), (keylen)))
#define HASH_ADD_KEYPTR(hh, head, key, keylen, add) \
	((head) = hash_add((head), (key), (keylen), (add)))
#define HASH_ADD(hh, head, field, keylen, add) \
	HASH_ADD_KEYPTR(hh, head, &(add)->field, keylen, add)
#define HASH_DELETE(hh, head, del) \
	((head) = hash_delete((head), (del)))
#define HASH_DEL(head, del)	HASH_DELETE(hh, head, del)
#define HASH_COUNT(head)	hash_count(head)
#define HASH_ITER(hh, head, e, tmp) \
	for ((e) = (head); (e) != NULL && ((tmp) = (e)->hh.next, 1); (e) = (tmp))

#define HASH_SORT(head, compare)	((void)(compare))
#define HASH_CLEAR(hh, head)	((head) = NULL)

#define HASH_FIND_STR(head, key, out) \
	HASH_FIND(hh, head, key, hash_length(key), out)
#define HASH_ADD_STR(head, field, add) \
	HASH_ADD(hh, head, field, hash_length((add)->field), add)
#define HASH_FIND_PTR(head, key, out) \
	HASH_FIND(hh, head, key, sizeof(void *), out)
#define HASH_ADD_PTR(head, field, add) \
	HASH_ADD(hh, head, field, sizeof(void *), add)

#endif
