#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory.h"
#include "foreign.h"
#include "monitor.h"
#include "node.h"
#include "wanted.h"

struct foreign_key {
	int64_t device;
	uint32_t dport;
	char node[MSG_NAME];
};

struct foreign {
	struct foreign_key key;
	int64_t forward; /* that it keeps; it may have ended.  0: none */
	unsigned int generation;
	UT_hash_handle hh;
};

static void
foreign_key_of(struct foreign_key *key, const struct msg_wish *w)
{
	memset(key, 0, sizeof(*key));
	key->device = w->device;
	key->dport = w->dport;
	snprintf(key->node, sizeof(key->node), "%s", w->node);
}

static struct foreign *
foreign_find(const struct nodes *ns, const struct foreign_key *key)
{
	struct foreign *w;

	HASH_FIND(hh, ns->wishes, key, sizeof(*key), w);
	return w;
}

/* The forward ends unless something else keeps it. */
static void
foreign_drop(struct monitor *m, struct foreign *w)
{
	struct dir_forward *f = directory_forward(&m->dir, w->forward);

	HASH_DEL(m->nodes->wishes, w);
	free(w);
	if (f != NULL)
		wanted_let_go(m, f, "no longer wanted");
}

/*
 * Keep the forward to this port.  A device that has too many of them gets no
 * more: the wish stands, and any other node may tell the device.
 */
static void
foreign_keep(struct monitor *m, struct foreign *w)
{
	struct dir_device *dev = directory_device(&m->dir, w->key.device);
	struct dir_forward *f;
	const char *why;

	if ((f = directory_wanted(dev, w->key.dport)) == NULL)
		f = wanted_add(m, dev, w->key.dport, &why);
	if (f == NULL)
		return;
	wanted_keep(f);
	w->forward = f->id;
}

static bool
foreign_begin(struct monitor *m, const struct foreign_key *key)
{
	struct foreign *w = foreign_find(m->nodes, key);

	if (w == NULL) {
		if (HASH_COUNT(m->nodes->wishes) >= FOREIGN_WISHES)
			return true;
		if ((w = calloc(1, sizeof(*w))) == NULL)
			return false;
		w->key = *key;
		HASH_ADD(hh, m->nodes->wishes, key, sizeof(w->key), w);
		if (w->hh.tbl == NULL) {
			free(w);
			return false;
		}
	}
	w->generation = m->dir.generation;
	if (directory_forward(&m->dir, w->forward) == NULL)
		foreign_keep(m, w);
	return true;
}

bool
foreign_put(struct monitor *m, const struct msg_wish *record)
{
	const struct dir_device *dev =
	    directory_device(&m->dir, record->device);
	struct foreign_key key;
	struct foreign *w;

	foreign_key_of(&key, record);
	if (record->on && dev != NULL && !dev->removed)
		return foreign_begin(m, &key);
	if ((w = foreign_find(m->nodes, &key)) != NULL)
		foreign_drop(m, w);
	return true;
}

void
foreign_drop_node(struct monitor *m, const char *node)
{
	struct foreign *w, *tmp;

	HASH_ITER(hh, m->nodes->wishes, w, tmp)
		if (strcmp(w->key.node, node) == 0)
			foreign_drop(m, w);
}

void
foreign_sweep(struct monitor *m)
{
	struct foreign *w, *tmp;

	HASH_ITER(hh, m->nodes->wishes, w, tmp)
		if (w->generation != m->dir.generation)
			foreign_drop(m, w);
}

void
foreign_free_all(struct monitor *m)
{
	struct foreign *w, *tmp;

	if (m->nodes == NULL)
		return;
	HASH_ITER(hh, m->nodes->wishes, w, tmp) {
		HASH_DEL(m->nodes->wishes, w);
		free(w);
	}
}
