/*
 * The replies to a request, each with the headers that keep other pages of the
 * same browser out (reply.c).  Without memory the connection is closed instead.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

#include <jansson.h>

struct request;
struct web_file;

/* Reply with a JSON value, which is taken; NULL counts as out of memory. */
void reply_json(struct request *, unsigned int status, json_t *);

/* Reply with these bytes, which are copied, of a media type. */
void reply_bytes(struct request *, unsigned int status, const char *type,
    const void *, size_t);

/* Reply with a status alone: 204, 304. */
void reply_status(struct request *, unsigned int status);

/*
 * Reply with a file of the page, in the form that the client takes; or that it
 * has it already, by its ETag.
 */
void reply_file(struct request *, const struct web_file *);

/*
 * Refuse with a status and one line of text: as {"error": text} for a path
 * below /api/, as plain text otherwise.
 */
void reply_error(struct request *, unsigned int status, const char *text);

/* Was the path of a request one of /api/? */
int reply_is_api(const struct request *);

#endif
