/*
 * Errors: what went wrong where, and what is to be done, in one line.  By the
 * codes of https://www.postgresql.org/docs/15/errcodes-appendix.html.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "store_pgsql.h"

/* text: what to do; or "". The first that the code begins with counts. */
static const struct {
	const char *code;
	enum store_result result;
	const char *todo;
} errors[] = {
    {"23505", STORE_EXISTS, ""},
    {"23503", STORE_NONE, ""},
    {"55P03", STORE_BUSY, "another program holds a lock"},
    {"57014", STORE_BUSY, "it took too long"},
    {"40", STORE_BUSY, "it was in another's way: try again"},
    {"53100", STORE_FULL, "free some on the database's disk"},
    {"53300", STORE_BUSY, "raise max_connections"},
    {"53", STORE_FAILED, "the database lacks memory or the like"},
    {"57P", STORE_BUSY, "it starts or stops"},
    {"08", STORE_BUSY, "try again"},
    {"25006", STORE_DENIED, "it is read-only now"},
    {"28", STORE_DENIED, "check role, password and pg_hba.conf"},
    {"3D000", STORE_DENIED, "make it: et-admin store init"},
    {"42501", STORE_DENIED, "grant it: et-admin store init"},
    {"XX001", STORE_BROKEN, "restore a backup"},
    {"XX002", STORE_BROKEN, "REINDEX, or restore a backup"},
};
#define ERRORS (sizeof(errors) / sizeof(errors[0]))

void
pgsql_line(const char *message, char *out, size_t size)
{
	int n = (int)strcspn(message, "\n");

	snprintf(out, size, "%.*s", n, message);
}

static enum store_result
error_note(struct store *s, const char *code, const char *why)
{
	struct pgsql *q = s->db;
	size_t i;

	for (i = 0; i < ERRORS; i++)
		if (strncmp(code, errors[i].code, strlen(errors[i].code)) == 0)
			return store_fail(s, errors[i].result,
			    "PostgreSQL at %.60s: %.110s%s%s", q->place, why,
			    *errors[i].todo != '\0' ? ": " : "",
			    errors[i].todo);
	return store_fail(
	    s, STORE_FAILED, "PostgreSQL at %.60s: %.150s", q->place, why);
}

enum store_result
pgsql_failed(struct store *s, PGresult *result)
{
	const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	enum store_result r;

	r = error_note(s, code != NULL ? code : "?",
	    why != NULL ? why : "no reason given");
	PQclear(result);
	return r;
}

/* "... FATAL:  28P01: password authentication failed ...": verbose. */
enum store_result
pgsql_refused(struct store *s, PGconn *db)
{
	struct pgsql *q = s->db;
	char line[256], code[6] = "";
	const char *fatal;

	pgsql_line(PQerrorMessage(db), line, sizeof(line));
	fatal = strstr(line, ":  ");
	if (fatal != NULL && strlen(fatal) > 10 && fatal[8] == ':') {
		memcpy(code, fatal + 3, 5);
		return error_note(s, code, fatal + 10);
	}
	/*
	 * After "connection to server at ... failed: ", which libpq writes
	 * before it tries: there may be nothing else.
	 */
	fatal = strstr(line, " failed: ");
	fatal = fatal != NULL ? fatal + strlen(" failed: ") : line;
	fatal += strspn(fatal, " \t\r");
	if (strstr(fatal, "no password supplied") != NULL)
		return store_fail(s, STORE_DENIED,
		    "PostgreSQL at %.60s asks for a password: store-passfile "
		    "must have a line for it, and be its user's, with mode "
		    "0600",
		    q->place);
	return store_fail(s, STORE_BUSY,
	    "no connection to PostgreSQL at %.60s: %.100s: check that it "
	    "runs, and the address",
	    q->place, *fatal != '\0' ? fatal : "it does not answer");
}

void
pgsql_disconnect(struct store *s)
{
	struct pgsql *q = s->db;

	q->active = NULL;
	PQfinish(q->db);
	q->db = NULL;
}

/*
 * A store that is limited shows less only on this connection, and a console or
 * a page that is sealed can make no other.
 */
bool
pgsql_is_last(const struct store *s)
{
	const struct pgsql *q = s->db;

	return q->limited || ((s->flags & STORE_WITHIN) && q->generation > 0);
}

enum store_result
pgsql_lost(struct store *s, const char *why)
{
	struct pgsql *q = s->db;
	char line[128];

	pgsql_line(why, line, sizeof(line));
	store_fail(s, pgsql_is_last(s) ? STORE_FAILED : STORE_BUSY,
	    "the connection to PostgreSQL at %.60s was lost: %.100s%s",
	    q->place, line, pgsql_is_last(s) ? ": connect again" : "");
	pgsql_disconnect(s);
	return s->result;
}
