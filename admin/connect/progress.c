#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "progress.h"
#include "show.h"
#include "when.h"

/* Keep the newest forward of that port, listed or virtual. */
static int
progress_newest(void *arg, const struct forward *f)
{
	struct forward *want = arg;

	if (f->device == want->device && f->dport == want->dport &&
	    (want->sport == 0 || f->state_at >= want->state_at))
		*want = *f;
	return 0;
}

static int
newest_standing(void *arg, const struct session *s)
{
	return show_standing(s, progress_newest, arg);
}

/* sport 0: there is none. */
static void
progress_find(const struct progress *p, struct forward *f)
{
	struct store *s = p->admin->store;

	memset(f, 0, sizeof(*f));
	f->device = p->device.id;
	f->dport = p->dport;
	store_forward_each(s, false, progress_newest, f);
	store_virtual_each(s, progress_newest, f);
	if (f->sport == 0 || forward_ended(f->state))
		store_session_each(s, newest_standing, f);
}

static void
clear_line(struct progress *p)
{
	if (p->line)
		fputs("\r\033[K", stderr);
	p->line = false;
}

static void
progress_say(struct progress *p, const char *text)
{
	bool last = p->connected || p->reason[0] != '\0';

	if (strcmp(text, p->said) == 0)
		return;
	clear_line(p);
	/* A countdown is one line, or else one for each state. */
	clean_print(stderr, text);
	if (p->terminal && !last)
		p->line = true;
	else
		fputc('\n', stderr);
	fflush(stderr);
	snprintf(p->said, sizeof(p->said), "%s", text);
}

static void
describe_wait(
    const struct progress *p, const struct forward *f, char *text, size_t size)
{
	const char *name = p->device.name;
	int64_t due = show_due(&p->device);
	char when[SHOW_EXPECTED];

	if (f->sport != 0 && f->state == FORWARD_DELIVERED)
		snprintf(text, size,
		    "%s has received the request, waiting for its tunnel",
		    name);
	else if (p->device.connected)
		snprintf(text, size, "asking %s, which is connected", name);
	else if (due == 0)
		snprintf(text, size, "waiting for %s's first poll", name);
	else if (!p->terminal && strstr(p->said, " has not polled yet") != NULL)
		snprintf(text, size, "%s", p->said); /* said once */
	else
		snprintf(text, size, "%s has not polled yet: %s", name,
		    show_expected(&p->device, when));
}

void
progress_begin(
    struct progress *p, struct admin *a, const struct device *d, uint32_t dport)
{
	memset(p, 0, sizeof(*p));
	p->admin = a;
	p->device = *d;
	p->dport = dport;
	p->since = when_now();
	p->terminal = isatty(STDERR_FILENO);
}

/* The request was withdrawn as the device is reached through another node. */
static bool
progress_is_elsewhere(const struct progress *p, const struct forward *f)
{
	return f->virtual && f->state == FORWARD_CANCELLED &&
	       f->reason[0] == '\0' && f->state_at >= p->since &&
	       store_shared(p->admin->store);
}

void
progress_look(struct progress *p)
{
	char text[320];
	struct forward f;

	if (p->connected || p->reason[0] != '\0' ||
	    store_device_get(p->admin->store, p->device.id, &p->device) !=
		STORE_OK)
		return;
	progress_find(p, &f);
	if (f.sport != 0 &&
	    (f.state == FORWARD_OPEN || progress_is_elsewhere(p, &f))) {
		p->connected = true;
		snprintf(text, sizeof(text), "connected to %s", p->device.name);
	} else if (f.sport != 0 && forward_ended(f.state) &&
		   f.state_at >= p->since) {
		snprintf(p->reason, sizeof(p->reason), "%s", f.reason);
		snprintf(
		    text, sizeof(text), "%s: %s", p->device.name, f.reason);
	} else
		describe_wait(p, &f, text, sizeof(text));
	progress_say(p, text);
}

void
progress_end(struct progress *p)
{
	clear_line(p);
	fflush(stderr);
}
