/*
 * The bodies that webhooks take: what each service publishes of its API.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>

#define TEMPLATE_NAMES \
	"json, ntfy, slack, teams, telegram, pagerduty, alertmanager"

/* Where the secret of secret-file goes. */
enum template_secret {
	TEMPLATE_BEARER,	/* Authorization: Bearer, if there is one */
	TEMPLATE_NO_SECRET,	/* nowhere: the URL is the secret */
	TEMPLATE_IN_BODY,
	TEMPLATE_IN_URL,
};

struct template {
	const char		*name;
	const char		*url;		/* the usual one, or NULL */
	enum template_secret	 secret;
	bool			 needs_target;
	/*
	 * The service keeps the state of each alert, so that each open and close
	 * must reach it: a burst is delayed, and never summed up.
	 */
	bool			 keeps_state;
	/* The body.  target and secret as the service needs them, or NULL. */
	json_t			*(*body)(const json_t *alert,
				    const char *target, const char *secret);
};

/* NULL: there is none of this name. */
const struct template	*template_find(const char *name);

/* The URL to send to, of an allocated text; url is NULL for the usual one. */
char	*template_url(const struct template *, const char *url,
    const char *secret);

#endif
