#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "directory.h"

struct dir_operator *
directory_operator(const struct directory *d, int64_t id)
{
	struct dir_operator *op;

	HASH_FIND(hh, d->operators, &id, sizeof(id), op);
	return op;
}

struct dir_operator *
directory_operator_of_key(
    const struct directory *d, const uint8_t digest[KEY_DIGEST])
{
	struct dir_operator *op;

	HASH_FIND(by_key, d->operators_by_key, digest, KEY_DIGEST, op);
	return op;
}

static void
free_operator(struct dir_operator *op)
{
	free(op->name);
	free(op->grants);
	free(op);
}

/* An operator is identified by key: another key is another operator. */
static struct dir_operator *
operator_new(struct directory *d, const struct msg_operator *m)
{
	struct dir_operator *op;

	if ((op = calloc(1, sizeof(*op))) == NULL)
		return NULL;
	op->id = m->id;
	op->name = strdup(m->name);
	op->grants = strdup(m->grants);
	if (op->name == NULL || op->grants == NULL) {
		free_operator(op);
		return NULL;
	}
	memcpy(op->digest, m->digest, sizeof(op->digest));
	HASH_ADD(hh, d->operators, id, sizeof(op->id), op);
	if (op->hh.tbl != NULL)
		HASH_ADD(by_key, d->operators_by_key, digest, KEY_DIGEST, op);
	if (op->by_key.tbl != NULL)
		return op;
	if (op->hh.tbl != NULL)
		HASH_DEL(d->operators, op);
	free_operator(op);
	return NULL;
}

struct dir_operator *
directory_put_operator(
    struct directory *d, const struct msg_operator *m, int64_t now, double mono)
{
	struct dir_operator *op = directory_operator(d, m->id);
	char *grants;

	if (op == NULL && (op = operator_new(d, m)) == NULL)
		return NULL;
	if (strcmp(op->grants, m->grants) != 0) {
		if ((grants = strdup(m->grants)) == NULL)
			return NULL;
		free(op->grants);
		op->grants = grants;
	}
	op->role = (enum operator_role)m->role;
	op->expires =
	    m->expires == 0 ? 0 : mono + (double)(m->expires - now) / 1e6;
	op->generation = d->generation;
	return op;
}

void
directory_retire_operator(struct directory *d, struct dir_operator *op)
{
	if (op->removed)
		return;
	op->removed = true;
	HASH_DEL(d->operators, op);
	HASH_DELETE(by_key, d->operators_by_key, op);
}

void
directory_drop_operator(struct directory *d, struct dir_operator *op)
{
	directory_retire_operator(d, op);
	free_operator(op);
}
