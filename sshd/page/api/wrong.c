#include "config.h"

#include <string.h>

#include "wrong.h"

static int
wrong_note_forward(void *arg, const struct forward *f)
{
	struct wrong_forwards *w = arg;

	if (!forward_refused(f))
		return 0;
	w->device[w->n++] = f->device;
	return w->n == VIEW_FAILED;
}

enum store_result
wrong_forwards(struct store *store, struct wrong_forwards *w)
{
	w->n = 0;
	return store_forward_each(store, false, wrong_note_forward, w);
}

static bool
wrong_forward(const struct wrong_forwards *w, int64_t device)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->device[i] == device)
			return true;
	return false;
}

static int
wrong_count_key(void *arg, const struct key *k)
{
	(void)k;
	*(bool *)arg = true;
	return 1;
}

/* Whether a login was refused since the device was last seen. */
static enum store_result
wrong_refused(const struct view *v, const struct device *d, bool *refused)
{
	struct refusal last = {.at = 0};
	enum store_result r;
	int own;

	*refused = false;
	for (own = 1; own >= 0 && !*refused; own--) {
		r = store_refusal_get(v->store, d->id, own, &last);
		if (r != STORE_OK && r != STORE_NONE)
			return r;
		*refused = r == STORE_OK && last.at > d->last_seen;
	}
	return STORE_OK;
}

static enum store_result
wrong_has_key(const struct view *v, const struct device *d, bool *has)
{
	*has = false;
	return store_key_each(v->store, d->id, wrong_count_key, has);
}

/* Why a device that is not online cannot log in; "": that is not known. */
static enum store_result
wrong_login(const struct view *v, const struct device *d,
    enum device_state state, const char **word)
{
	bool has_key = true, refused = false;
	enum store_result r = STORE_OK;

	if (state == DEVICE_NEVER)
		r = wrong_has_key(v, d, &has_key);
	if (r == STORE_OK && has_key)
		r = wrong_refused(v, d, &refused);
	*word = !has_key ? "no-key" : refused ? "refused" : "";
	return r;
}

enum store_result
wrong_word(const struct view *v, const struct wrong_forwards *forwards,
    const struct fleet_row *row, const char **word)
{
	const struct device *d = &row->device;
	enum device_state state = fleet_state(d, v->now);
	enum store_result r = STORE_OK;

	*word = "";
	if (!d->enabled)
		*word = "disabled";
	else if (state != DEVICE_ONLINE)
		r = wrong_login(v, d, state, word);
	if (r == STORE_OK && **word == '\0')
		*word = fleet_wrong(row, v->now);
	if (r == STORE_OK && **word == '\0' && wrong_forward(forwards, d->id))
		*word = "forward-failed";
	return r;
}

const char *
wrong_text(const char *word)
{
	static const struct {
		const char *word, *text;
	} texts[] = {
	    {"disabled", "disabled: it may not log in"},
	    {"no-key", "it has no key"},
	    {"refused", "its login is refused"},
	    {"offline", "it has missed several polls"},
	    {"late", "it has missed a poll"},
	    {"clone", "its key is used at two places at once"},
	    {"memory", "it is short of memory"},
	    {"temp", "it is too hot"},
	    {"forward-failed", "the server port of a forward cannot be bound"},
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].word, word) == 0)
			return texts[i].text;
	return *word != '\0' ? "a field of its health is beyond its bound" : "";
}
