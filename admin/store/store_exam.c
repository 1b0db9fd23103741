#include "config.h"

#include <string.h>

#include "store_exam.h"
#include "when.h"

#define FAR INT64_C(500000) /* us: a clock that is to be set */

static const struct column columns[] = {{"store", "Store"},
    {"schema", "Schema"}, {"oldest", "Oldest program"}, {"size", "Size, bytes"},
    {"seq", "Change counter"}, {"server", "A server runs"},
    {"clock", "Clock, ms ahead"}};
static const struct column facts[] = {{"fact", "OF"}, {"is", "IS"}};

struct exam_store {
	struct admin *a;
	int wrong;
};

/* A fact that begins with "!" is wrong. */
static int
exam_fact(void *arg, const char *fact, const char *is)
{
	struct exam_store *e = arg;
	bool wrong = *is == '!';

	output_text(e->a->out, fact);
	output_text(e->a->out, is + wrong);
	if (wrong) {
		e->wrong++;
		admin_note("%s: %s", fact, is + 1);
	}
	return 0;
}

static enum admin_exit
exam_print(struct exam_store *e, struct store *s, const char *url)
{
	struct output *o = e->a->out;
	int schema, oldest;
	int64_t bytes, seq, ahead;

	if (store_schema(s, &schema) != STORE_OK ||
	    store_oldest(s, &oldest) != STORE_OK ||
	    store_size(s, &bytes) != STORE_OK || store_seq(s, &seq) != STORE_OK)
		return admin_fail("%s", store_error(s));
	ahead = store_clock(s) - when_now();
	output_record(o, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(o, url);
	output_number(o, schema);
	output_number(o, oldest);
	output_number(o, bytes);
	output_number(o, seq);
	output_bool(o, store_server_runs(s));
	output_number(o, ahead / 1000);
	output_part(o, "facts", "Details", facts, 2);
	if (store_facts(s, exam_fact, e) != STORE_OK)
		return admin_fail("%s", store_error(s));
	output_end(o);
	if (ahead > FAR || ahead < -FAR) {
		e->wrong++;
		admin_note("this machine's clock and the store's are %.1f s "
			   "apart: nodes go by the store's, logs by this one",
		    (double)ahead / 1e6);
	}
	return ADMIN_DONE;
}

enum admin_exit
store_exam(struct admin *a, const char *url, bool reader)
{
	struct exam_store e = {.a = a};
	char error[STORE_ERROR];
	enum admin_exit result;
	struct store *s;

	if (store_open(&s, url, STORE_AS_IS | (reader ? STORE_READ : 0),
		error) != STORE_OK)
		return admin_fail("%s", error);
	result = exam_print(&e, s, url);
	store_close(s);
	return result == ADMIN_DONE && e.wrong > 0 ? ADMIN_FAILED : result;
}
