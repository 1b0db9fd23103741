/*
 * The log of et-notify: lines on stderr, which systemd's journal takes with
 * their priority.
 */
#ifndef SAY_H
#define SAY_H

#include <stddef.h>

void	say_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	say_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	say_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Replace what is not printable ASCII in a text from elsewhere by '?'. */
void	say_clean(char *text);

#endif
