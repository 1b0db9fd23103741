#include "config.h"

#include <unistd.h>

#include "store_move.h"
#include "store_transfer.h"

/* Both stores, and what keeps servers from running on them. */
struct move {
	struct admin *a;
	struct store *from, *to;
	int lock[2];
	bool progress; /* on a terminal */
	int64_t rows;
};

static enum admin_exit
move_open(struct move *m, const char *from, const char *to)
{
	char error[STORE_ERROR];

	if (store_hold(from, &m->lock[0], error) != STORE_OK ||
	    store_open(&m->from, from, 0, error) != STORE_OK)
		return admin_fail("FROM: %s", error);
	/* It is made before it is held: what is held cannot be migrated. */
	if (store_open(&m->to, to, STORE_MIGRATE | STORE_CREATE, error) !=
		STORE_OK ||
	    store_hold(to, &m->lock[1], error) != STORE_OK)
		return admin_fail("TO: %s", error);
	return ADMIN_DONE;
}

static int
move_told(void *arg, const char *table, int64_t rows, bool done)
{
	struct move *m = arg;

	if (m->progress && (!done || rows >= 50000))
		fprintf(stderr, "\r%s: %lld rows%s", table, (long long)rows,
		    done ? "\n" : "");
	if (!done)
		return 0;
	m->rows += rows;
	output_text(m->a->out, table);
	output_number(m->a->out, rows);
	return 0;
}

static enum admin_exit
move_run(struct move *m)
{
	static const struct column columns[] = {
	    {"table", "TABLE"}, {"rows", "ROWS"}};
	char error[STORE_ERROR];

	output_table(m->a->out, columns, sizeof(columns) / sizeof(columns[0]));
	if (store_transfer(m->from, m->to, move_told, m, error) != STORE_OK)
		return admin_fail("%s: nothing was copied", error);
	admin_note("%lld rows were copied, read back and found the same",
	    (long long)m->rows);
	return ADMIN_DONE;
}

enum admin_exit
store_move(struct admin *a, const char *from, const char *to)
{
	struct move m = {.a = a,
	    .lock = {-1, -1},
	    .progress = !output_json(a->out) && isatty(STDERR_FILENO)};
	enum admin_exit result;
	int i;

	if ((result = move_open(&m, from, to)) == ADMIN_DONE)
		result = move_run(&m);
	store_close(m.from);
	store_close(m.to);
	for (i = 0; i < 2; i++)
		if (m.lock[i] != -1)
			close(m.lock[i]);
	return result;
}
