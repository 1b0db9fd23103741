/*
 * All of a store, in another: of another backend, or of the same.
 */
#ifndef STORE_TRANSFER_H
#define STORE_TRANSFER_H

#include "store.h"

/*
 * Copy from, as of one moment, into to, which is of the same schema and has
 * no record, in one transaction: numbers, keys, changes and the numbers that
 * are given next stay as they are.  Each table is then read back and compared.
 * Text that is not UTF-8 gets ? for the bytes that are not ASCII.  told is
 * called with the rows of a table so far, and at its end; other than 0 stops.
 * Servers must be kept from running on both (store_hold).  On failure to is
 * as it was, and error says why.
 */
enum store_result store_transfer(struct store *from, struct store *to,
    int (*told)(void *, const char *table, int64_t rows, bool done), void *,
    char error[STORE_ERROR]);

#endif
