/*
 * Checks of the store's records that the keeper sends.  A store is a file that
 * others may have written, and a keeper may have been taken over: names, ports,
 * numbers and times are checked before any of them reaches the directory, an
 * event or a calculation.  Names need not be canonical, since those of an older
 * store are not (policy/name.h).
 */
#ifndef RECORD_H
#define RECORD_H

struct msg;

/* NULL, or what cannot be in this message of a keeper (a static string). */
const char *record_wrong(const struct msg *);

#endif
