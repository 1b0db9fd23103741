/*
 * The loops of utlist.h and uthash.h, which cppcheck does not read: without
 * them it takes what follows a loop for what is in it.
 */
#define DL_FOREACH(head, e)	for ((e) = (head); (e); (e) = (e)->next)
#define DL_FOREACH_SAFE(head, e, tmp) \
	for ((e) = (head); (e) && ((tmp) = (e)->next, 1); (e) = (tmp))
#define DL_FOREACH2(head, e, next)	for ((e) = (head); (e); (e) = (e)->next)
#define DL_FOREACH_SAFE2(head, e, tmp, next) \
	for ((e) = (head); (e) && ((tmp) = (e)->next, 1); (e) = (tmp))
#define HASH_ITER(hh, head, e, tmp) \
	for ((e) = (head); (e) && ((tmp) = (e)->hh.next, 1); (e) = (tmp))
