/*
 * The check of the keeper's records.  Others may have written to the store, and
 * a keeper may be compromised: names, ports, numbers and times are checked
 * before any of them reaches the directory, an event or a calculation.  Names
 * need not be canonical, since those of an older store are not (policy/name.h).
 */
#ifndef RECORD_H
#define RECORD_H

struct msg;

/* NULL, or what is wrong with this message of a keeper (a static string). */
const char *record_wrong(const struct msg *);

#endif
