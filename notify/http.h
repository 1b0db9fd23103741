/*
 * The half that speaks with the network, by libcurl: a webhook, and mail by SMTP.
 * Redirects are not followed, certificates are verified, and what a receiver
 * sends is bounded in size and time.
 */
#ifndef HTTP_H
#define HTTP_H

#include <jansson.h>

#include "attempt.h"
#include "conf.h"

/* libcurl's start, before the process is sealed. */
void	http_start(void);

/* POST a body of JSON; bearer is the token of Authorization, or NULL. */
void	http_post(const struct receiver *, const char *url,
    const json_t *alert, const char *body, const char *bearer,
    struct result *);

/* A mail, by the receiver's smtp. */
void	http_mail(const struct receiver *, const char *message,
    const char *password, struct result *);

/* The outcome that a status of HTTP means; separate for tests. */
enum outcome	http_outcome(long status);

#endif
