#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>
#include <utlist.h>

#include "bucket.h"
#include "srclimit.h"

#define KEYLEN 9 /* family mark and 8 bytes of address */

struct source {
	uint8_t key[KEYLEN];
	unsigned int startups; /* unauthenticated, with a slot or queued */
	unsigned int slots; /* of them, with a slot */
	bool acting;
	double until; /* of the penalty */
	enum srclimit_fault fault; /* its gravest */
	double known_until; /* SRCLIMIT_KNOWN after its last login; 0: none */
	struct bucket tokens; /* wrong, or not checked yet */
	unsigned int checking; /* of them, now */
	UT_hash_handle hh;
	struct source *prev, *next; /* least recently seen first */
};

struct srclimit {
	bool penalties;
	double until; /* the last of all penalties ends */
	unsigned int startups;
	unsigned int slots;
	struct source *table;
	struct source *recent;
};

static const double penalty[] = {
    [SRCLIMIT_CRASH] = 90,
    [SRCLIMIT_REFUSED] = 5,
    [SRCLIMIT_GRACE] = 10,
    [SRCLIMIT_NOAUTH] = 1,
};

struct srclimit *
srclimit_new(bool penalties)
{
	struct srclimit *sl;

	if ((sl = calloc(1, sizeof(*sl))) != NULL)
		sl->penalties = penalties;
	return sl;
}

static void
forget_source(struct srclimit *sl, struct source *s)
{
	HASH_DEL(sl->table, s);
	DL_DELETE(sl->recent, s);
	free(s);
}

void
srclimit_free(struct srclimit *sl)
{
	struct source *s, *tmp;

	if (sl == NULL)
		return;
	DL_FOREACH_SAFE(sl->recent, s, tmp)
		forget_source(sl, s);
	free(sl);
}

void
srclimit_set_penalties(struct srclimit *sl, bool on)
{
	struct source *s;

	sl->penalties = on;
	if (on)
		return;
	DL_FOREACH(sl->recent, s) {
		s->until = 0;
		s->acting = false;
	}
}

static void
key_of(const struct sockaddr *addr, uint8_t key[KEYLEN])
{
	const struct sockaddr_in *v4 = (const void *)addr;
	const struct sockaddr_in6 *v6 = (const void *)addr;

	memset(key, 0, KEYLEN);
	if (addr->sa_family == AF_INET) {
		key[0] = 4;
		memcpy(key + 1, &v4->sin_addr, 4);
	} else if (addr->sa_family == AF_INET6 &&
		   IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		key[0] = 4;
		memcpy(key + 1, v6->sin6_addr.s6_addr + 12, 4);
	} else if (addr->sa_family == AF_INET6) {
		key[0] = 6;
		memcpy(key + 1, &v6->sin6_addr, 8);
	}
}

static void
text_of(const uint8_t key[KEYLEN], char *text, size_t size)
{
	struct in6_addr v6 = {.s6_addr = {0}};

	memcpy(&v6, key + 1, KEYLEN - 1);
	if (key[0] != 4 && key[0] != 6)
		snprintf(text, size, "?");
	else if (key[0] == 4)
		inet_ntop(AF_INET, key + 1, text, (socklen_t)size);
	else if (inet_ntop(AF_INET6, &v6, text, (socklen_t)size) != NULL)
		snprintf(text + strlen(text), size - strlen(text), "/64");
}

static struct source *
find_source(const struct srclimit *sl, const struct sockaddr *addr)
{
	struct source *s;
	uint8_t key[KEYLEN];

	key_of(addr, key);
	HASH_FIND(hh, sl->table, key, KEYLEN, s);
	return s;
}

/* Make room: the least recent source, idle and without an active penalty. */
static void
evict_source(struct srclimit *sl, double now)
{
	struct source *s, *tmp, *oldest = NULL;

	DL_FOREACH_SAFE(sl->recent, s, tmp) {
		if (s->startups > 0)
			continue;
		if (s->until <= now) {
			forget_source(sl, s);
			return;
		}
		if (oldest == NULL)
			oldest = s;
		/* Only the front is looked at, as this runs on the accept path. */
		if (oldest != NULL && s != oldest)
			break;
	}
	if (oldest != NULL)
		forget_source(sl, oldest);
}

struct source *
srclimit_enter(struct srclimit *sl, const struct sockaddr *addr, double now)
{
	struct source *s;

	if ((s = find_source(sl, addr)) == NULL) {
		if (HASH_COUNT(sl->table) >= SRCLIMIT_SOURCES)
			evict_source(sl, now);
		if ((s = calloc(1, sizeof(*s))) == NULL)
			return NULL;
		key_of(addr, s->key);
		HASH_ADD(hh, sl->table, key, KEYLEN, s);
		if (s->hh.tbl == NULL) {
			free(s);
			return NULL;
		}
	} else
		DL_DELETE(sl->recent, s);
	DL_APPEND(sl->recent, s);
	s->startups++;
	sl->startups++;
	return s;
}

void
srclimit_leave(struct srclimit *sl, struct source *s)
{
	s->startups--;
	sl->startups--;
}

void
srclimit_take_slot(struct srclimit *sl, struct source *s)
{
	s->slots++;
	sl->slots++;
}

void
srclimit_free_slot(struct srclimit *sl, struct source *s)
{
	s->slots--;
	sl->slots--;
}

void
srclimit_login(struct source *s, double now)
{
	s->known_until = now + SRCLIMIT_KNOWN;
}

bool
srclimit_known(const struct source *s, double now)
{
	return s->known_until > now;
}

/* Whole seconds for which the source stays refused. */
static unsigned int
refused_for(const struct source *s, double now)
{
	double rest = s->until - now;

	if (!s->acting || rest <= 0)
		return 0;
	return (unsigned int)rest + (rest > (unsigned int)rest);
}

unsigned int
srclimit_refused(
    const struct srclimit *sl, const struct sockaddr *addr, double now)
{
	const struct source *s;

	if (!sl->penalties || (s = find_source(sl, addr)) == NULL)
		return 0;
	return refused_for(s, now);
}

void
srclimit_each(const struct srclimit *sl, double now,
    void (*each)(void *, const struct srclimit_penalty *), void *arg)
{
	struct srclimit_penalty p;
	const struct source *s;

	if (!sl->penalties || sl->until <= now || sl->recent == NULL)
		return;
	for (s = sl->recent->prev;; s = s->prev) {
		p.seconds = refused_for(s, now);
		p.fault = s->fault;
		if (p.seconds > 0) {
			text_of(s->key, p.addr, sizeof(p.addr));
			each(arg, &p);
		}
		if (s == sl->recent)
			break;
	}
}

void
srclimit_clear(struct srclimit *sl, const struct sockaddr *addr)
{
	struct source *s = find_source(sl, addr);

	if (s == NULL)
		return;
	s->until = 0;
	s->acting = false;
}

enum srclimit_check
srclimit_token(struct source *s, double now)
{
	if (!bucket_take(
		&s->tokens, SRCLIMIT_TOKENS, SRCLIMIT_TOKENS / 60.0, now))
		return s->checking > 0 ? SRCLIMIT_LATER : SRCLIMIT_NEVER;
	s->checking++;
	return SRCLIMIT_NOW;
}

void
srclimit_token_checked(struct source *s, bool wrong)
{
	s->checking--;
	if (!wrong && s->tokens.taken >= 1)
		s->tokens.taken--;
}

unsigned int
srclimit_startups(const struct source *s)
{
	return s->startups;
}

unsigned int
srclimit_startups_all(const struct srclimit *sl)
{
	return sl->startups;
}

unsigned int
srclimit_slots(const struct source *s)
{
	return s->slots;
}

unsigned int
srclimit_slots_all(const struct srclimit *sl)
{
	return sl->slots;
}

bool
srclimit_penalise(struct srclimit *sl, struct source *s,
    enum srclimit_fault fault, double now)
{
	bool was;

	if (!sl->penalties ||
	    (fault == SRCLIMIT_REFUSED && srclimit_known(s, now)))
		return false;
	if (s->until <= now) {
		s->until = now;
		s->acting = false;
		s->fault = fault;
	}
	was = s->acting;
	s->until += penalty[fault];
	if (s->until > now + SRCLIMIT_CAP)
		s->until = now + SRCLIMIT_CAP;
	if (penalty[fault] > penalty[s->fault])
		s->fault = fault;
	if (sl->until < s->until)
		sl->until = s->until;
	if (s->until >= now + SRCLIMIT_ACT)
		s->acting = true;
	return s->acting && !was;
}

size_t
srclimit_sources(const struct srclimit *sl)
{
	return HASH_COUNT(sl->table);
}
