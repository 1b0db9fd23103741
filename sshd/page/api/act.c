#include "config.h"

#include <string.h>

#include <jansson.h>
#include <microhttpd.h>

#include "api.h"
#include "command.h"
#include "command_text.h"
#include "page.h"
#include "reply.h"
#include "request.h"

#define KEY_HEADER "X-Et-Key"

/* The command of a body {"act": "device disable", "args": ["kitchen"]}. */
static bool
act_read(const struct request *rq, struct command_text *text)
{
	json_t *args = NULL, *arg, *body;
	const char *act = NULL;
	bool good;
	size_t i;

	body = rq->body == NULL ? NULL
				: json_loadb(rq->body, rq->length,
				      JSON_REJECT_DUPLICATES, NULL);
	good =
	    json_unpack(body, "{s:s, s?o!}", "act", &act, "args", &args) == 0 &&
	    command_text_begin(text, act) &&
	    (args == NULL || json_is_array(args));
	for (i = 0; good && i < json_array_size(args); i++) {
		arg = json_array_get(args, i);
		good =
		    json_is_string(arg) &&
		    json_string_length(arg) == strlen(json_string_value(arg)) &&
		    command_text_word(text, json_string_value(arg));
	}
	json_decref(body);
	return good;
}

static void
act_forget(struct request *rq)
{
	command_free(rq->state);
}

static void
act_begin(struct request *rq)
{
	const char *key = request_header(rq, KEY_HEADER);
	struct command_text text;

	if (key == NULL || strlen(key) != ACT_KEY - 1) {
		reply_error(rq, MHD_HTTP_FORBIDDEN,
		    "this needs the key: open the address that page prints");
		return;
	}
	if (!act_read(rq, &text)) {
		reply_error(rq, MHD_HTTP_BAD_REQUEST,
		    "the body is {\"act\": TEXT, \"args\": [TEXT, ...]}");
		return;
	}
	rq->forget = act_forget;
	if ((rq->state = command_start(rq, key, text.text)) == NULL)
		reply_error(rq, MHD_HTTP_TOO_MANY_REQUESTS,
		    "too many acts at once: try again");
}

/* Text that a command printed: printable ASCII, by et-admin's own rule. */
static const char *
act_text(const struct command_stream *s)
{
	return s->text != NULL ? s->text : "";
}

static void
act_end(struct request *rq, const struct command *c)
{
	if (c->late)
		reply_error(rq, MHD_HTTP_GATEWAY_TIMEOUT,
		    "the command did not end in time");
	else if (!c->started && c->refused[0] != '\0')
		reply_error(rq, MHD_HTTP_FORBIDDEN, c->refused);
	else
		reply_json(rq, MHD_HTTP_OK,
		    json_pack("{s:I, s:s, s:s}", "status",
			(json_int_t)c->status, "out", act_text(&c->out), "err",
			c->refused[0] != '\0' ? c->refused
					      : act_text(&c->err)));
}

void
api_act(struct request *rq)
{
	if (rq->state == NULL)
		act_begin(rq);
	else
		act_end(rq, rq->state);
}
