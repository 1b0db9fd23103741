#include "config.h"

#include <string.h>
#include <strings.h>

#include "first_bytes.h"
#include "first_request.h"

#define METHOD 24 /* bytes of the longest one known */
#define LENGTH_DIGITS 15
#define HTTP_PORT 80

struct text {
	const char *at;
	size_t len;
};

/* What the fields of the header say. */
struct fields {
	struct text host;
	unsigned int hosts;
	bool upgrade;
	bool fetch; /* Sec-Fetch-Dest is there */
	bool document; /* by it: a page in a tab of its own */
	bool foreign; /* by Sec-Fetch-Site: a page of another site asks */
	struct text origin; /* len 0: none */
	unsigned int lengths; /* Content-Length */
	unsigned int codings; /* Transfer-Encoding */
	uint64_t length;
	bool html; /* in Accept */
};

static bool
text_is(struct text t, const char *word)
{
	return t.len == strlen(word) && strncasecmp(t.at, word, t.len) == 0;
}

static bool
text_has(struct text t, const char *word)
{
	return memmem(t.at, t.len, word, strlen(word)) != NULL;
}

/* RFC 9110, section 5.6.2. */
static bool
is_token(struct text t)
{
	size_t i;

	for (i = 0; i < t.len; i++)
		if (!(t.at[i] >= 'a' && t.at[i] <= 'z') &&
		    !(t.at[i] >= 'A' && t.at[i] <= 'Z') &&
		    !(t.at[i] >= '0' && t.at[i] <= '9') &&
		    (t.at[i] == '\0' ||
			strchr("!#$%&'*+-.^_`|~", t.at[i]) == NULL))
			return false;
	return t.len > 0;
}

static struct text
text_trim(struct text t)
{
	while (t.len > 0 && (t.at[0] == ' ' || t.at[0] == '\t')) {
		t.at++;
		t.len--;
	}
	while (t.len > 0 && (t.at[t.len - 1] == ' ' || t.at[t.len - 1] == '\t'))
		t.len--;
	return t;
}

/*
 * Check each byte up to the empty line.  *end is the header's length, or 0: the
 * empty line has not come.  NULL, or what is wrong.
 */
static const char *
check_bytes(const char *b, size_t len, size_t *end)
{
	unsigned char c;
	size_t i;

	*end = 0;
	for (i = 0; i < len; i++) {
		c = (unsigned char)b[i];
		if (c == '\n' && (i == 0 || b[i - 1] != '\r'))
			return "bare LF";
		if (c != '\n' && i > 0 && b[i - 1] == '\r')
			return "bare CR";
		if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') ||
		    c == 0x7f)
			return "control character";
		if (c == '\n' && i >= 3 && b[i - 2] == '\n') {
			*end = i + 1;
			return NULL;
		}
	}
	return NULL;
}

/* The line at *rest without its end, which *rest is moved behind. */
static struct text
next_line(struct text *rest)
{
	const char *lf = memchr(rest->at, '\n', rest->len);
	struct text line = {rest->at, (size_t)(lf - rest->at) - 1};

	rest->len -= line.len + 2;
	rest->at += line.len + 2;
	return line;
}

/* The part of *line before the first space; false: there is no space. */
static bool
next_word(struct text *line, struct text *word)
{
	const char *space = memchr(line->at, ' ', line->len);

	if (space == NULL)
		return false;
	*word = (struct text){line->at, (size_t)(space - line->at)};
	line->at += word->len + 1;
	line->len -= word->len + 1;
	return true;
}

/*
 * The host of a target in absolute form, or *host unchanged.  False: the target
 * has none of the forms of RFC 9112, section 3.2, that are answered.
 */
static bool
read_target(struct text method, struct text target, struct text *host)
{
	static const char scheme[] = "http://";
	size_t i, n = sizeof(scheme) - 1;

	if (memchr(target.at, '\t', target.len) != NULL)
		return false;
	if (target.len > 0 && target.at[0] == '/')
		return true;
	if (text_is(target, "*"))
		return text_is(method, "OPTIONS");
	if (target.len <= n || strncasecmp(target.at, scheme, n) != 0)
		return false;
	host->at = target.at + n;
	for (i = 0; n + i < target.len; i++)
		if (strchr("/?#", host->at[i]) != NULL)
			break;
	host->len = i;
	return i > 0;
}

/* "METHOD TARGET HTTP/1.1" */
static void
read_request_line(struct text line, struct text *method, struct text *host,
    struct first_bytes *f)
{
	struct text target;

	*method = *host = (struct text){line.at, 0};
	if (!next_word(&line, method) || method->len > METHOD ||
	    !is_token(*method))
		first_bytes_refuse(f, 400, "not an HTTP request");
	else if (!next_word(&line, &target) || line.len != 8 ||
		 memcmp(line.at, "HTTP/", 5) != 0)
		first_bytes_refuse(f, 400, "not a request of HTTP/1");
	else if (memcmp(line.at, "HTTP/1.1", 8) != 0 &&
		 memcmp(line.at, "HTTP/1.0", 8) != 0)
		first_bytes_refuse(f, 505, "another version than HTTP/1");
	else if (!read_target(*method, target, host))
		first_bytes_refuse(f, 400, "a target that is not answered");
}

/* Digits alone, and no more than a number of JSON has. */
static bool
read_length(struct text value, uint64_t *length)
{
	size_t i;

	*length = 0;
	for (i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
		*length = *length * 10 + (uint64_t)(value.at[i] - '0');
	}
	return value.len >= 1 && value.len <= LENGTH_DIGITS;
}

/* What says where the body ends.  NULL, or what is wrong. */
static const char *
read_framing(struct text name, struct text value, struct fields *fields)
{
	if (text_is(name, "Content-Length")) {
		fields->lengths++;
		if (!read_length(value, &fields->length))
			return "not a Content-Length";
	}
	if (text_is(name, "Transfer-Encoding")) {
		fields->codings++;
		if (!text_is(value, "chunked"))
			return "a Transfer-Encoding other than chunked";
	}
	/* RFC 9112, section 6.3: two of them may be read in two ways. */
	return fields->lengths + fields->codings > 1
		   ? "more than one length of the body"
		   : NULL;
}

static const char *
read_field(struct text line, struct fields *fields)
{
	const char *colon = memchr(line.at, ':', line.len);
	struct text name, value;

	if (line.at[0] == ' ' || line.at[0] == '\t')
		return "a folded line";
	if (colon == NULL)
		return "a line without a colon";
	name = (struct text){line.at, (size_t)(colon - line.at)};
	value = (struct text){colon + 1, line.len - name.len - 1};
	value = text_trim(value);
	if (!is_token(name))
		return "not a field's name";
	if (text_is(name, "Host")) {
		fields->host = value;
		fields->hosts++;
	} else if (text_is(name, "Upgrade"))
		fields->upgrade = true;
	else if (text_is(name, "Sec-Fetch-Dest")) {
		fields->fetch = true;
		fields->document = text_is(value, "document");
	} else if (text_is(name, "Sec-Fetch-Site"))
		fields->foreign =
		    fields->foreign ||
		    !(text_is(value, "same-origin") || text_is(value, "none"));
	else if (text_is(name, "Origin"))
		fields->origin = value;
	else if (text_is(name, "Accept"))
		fields->html = fields->html || text_has(value, "text/html");
	return read_framing(name, value, fields);
}

/* rest: the lines behind the first, and the empty one. */
static void
read_fields(struct text rest, struct fields *fields, struct first_bytes *f)
{
	const char *wrong = NULL;
	struct text line;

	while (wrong == NULL && (line = next_line(&rest)).len > 0)
		wrong = read_field(line, fields);
	if (wrong == NULL && fields->hosts != 1)
		wrong = fields->hosts == 0 ? "no Host" : "more than one Host";
	if (wrong != NULL)
		first_bytes_refuse(f, 400, wrong);
}

static void
read_host(struct text host, struct first_bytes *f)
{
	switch (site_read_host(host.at, host.len, &f->site)) {
	case SITE_PAGE:
		f->is = FIRST_PAGE;
		break;
	case SITE_DEVICE:
		f->is = FIRST_DEVICE;
		if (f->site.port == 0)
			f->site.port = HTTP_PORT;
		break;
	case SITE_UNKNOWN:
		first_bytes_refuse(f, 421, "not a host of this page");
		break;
	case SITE_BAD:
		first_bytes_refuse(f, 400, "not a Host");
		break;
	}
}

/* Whether a page of another origin asks, by Origin (RFC 6454, section 7). */
static bool
is_of_other_origin(const struct fields *fields)
{
	static const char scheme[] = "http://";
	const size_t n = sizeof(scheme) - 1;
	struct text origin = fields->origin;

	if (origin.len == 0)
		return false;
	return origin.len != n + fields->host.len ||
	       strncasecmp(origin.at, scheme, n) != 0 ||
	       strncasecmp(origin.at + n, fields->host.at, fields->host.len) !=
		   0;
}

/*
 * What a page of another site may do to a device: lead a person there, and
 * nothing else.  Web interfaces of devices seldom defend themselves.
 */
static void
check_foreign(
    struct text method, const struct fields *fields, struct first_bytes *f)
{
	bool leads = text_is(method, "GET") && fields->document &&
		     !fields->upgrade && fields->origin.len == 0;

	if (f->is != FIRST_DEVICE || leads ||
	    !(fields->foreign || is_of_other_origin(fields)))
		return;
	memset(&f->site, 0, sizeof(f->site));
	first_bytes_refuse(f, 403, "a page of another site asks");
}

static void
read_header(struct text rest, struct first_bytes *f)
{
	struct fields fields = {.hosts = 0};
	struct text method, host;

	read_request_line(next_line(&rest), &method, &host, f);
	if (f->is != FIRST_REFUSED)
		read_fields(rest, &fields, f);
	if (f->is == FIRST_REFUSED)
		return;
	if (host.len > 0 &&
	    (host.len != fields.host.len ||
		strncasecmp(host.at, fields.host.at, host.len) != 0)) {
		first_bytes_refuse(f, 400, "a target that is not of its Host");
		return;
	}
	f->length = fields.length;
	f->chunked = fields.codings > 0;
	f->upgrade = fields.upgrade;
	f->navigation = text_is(method, "GET") && !fields.upgrade &&
			(fields.fetch ? fields.document : fields.html);
	read_host(fields.host, f);
	check_foreign(method, &fields, f);
}

/* The header is not complete: what can be told already. */
static void
read_beginning(const char *b, size_t len, struct first_bytes *f)
{
	const char *lf = memchr(b, '\n', len);
	struct text line = {b, len}, word, host;

	if (lf != NULL) {
		line.len = (size_t)(lf - b) - 1;
		read_request_line(line, &word, &host, f);
	} else {
		word.len = len;
		word.at = b;
		(void)next_word(&line, &word);
		if (word.len > METHOD || !is_token(word))
			first_bytes_refuse(f, 400, "not an HTTP request");
	}
	if (f->is == FIRST_MORE && len >= FIRST_BYTES)
		first_bytes_refuse(f, lf == NULL ? 414 : 431,
		    lf == NULL ? "target too long" : "header too long");
}

void
first_request_read(const char *b, size_t len, struct first_bytes *f)
{
	const char *wrong;
	size_t end;

	if (len > FIRST_BYTES)
		len = FIRST_BYTES;
	if ((wrong = check_bytes(b, len, &end)) != NULL)
		first_bytes_refuse(f, 400, wrong);
	else if (end == 0)
		read_beginning(b, len, f);
	else {
		f->head = end;
		read_header((struct text){b, end}, f);
	}
}
