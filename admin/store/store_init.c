#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "store_init.h"
#include "store_url.h"

/* A name of SQL's, quoted; false: it has no room. */
static bool
init_quote(char out[2 * STORE_INIT_ROLE + 3], const char *name)
{
	char *p = out;

	*p++ = '"';
	for (; *name != '\0'; name++) {
		if ((unsigned char)*name < ' ')
			return false;
		if (*name == '"')
			*p++ = '"';
		*p++ = *name;
	}
	*p++ = '"';
	*p = '\0';
	return true;
}

static void __attribute__((format(printf, 2, 3)))
init_add(struct store_init *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(in->sql[in->n++], STORE_INIT_SQL, fmt, ap);
	va_end(ap);
}

static void
init_statements(struct store_init *in, const char *writer, const char *reader,
    const char *database)
{
	static const char login[] = "LOGIN NOSUPERUSER NOCREATEDB "
				    "NOCREATEROLE NOREPLICATION";

	init_add(in, "CREATE ROLE %s %s", writer, login);
	init_add(in, "CREATE ROLE %s %s", reader, login);
	/* Who is no superuser may then make what is the writer's. */
	init_add(in, "GRANT %s TO CURRENT_USER", writer);
	init_add(in,
	    "CREATE DATABASE %s OWNER %s ENCODING 'UTF8' TEMPLATE template0",
	    database, writer);
	in->first = in->n;
	init_add(in, "REVOKE ALL ON DATABASE %s FROM PUBLIC", database);
	/* Views of what an operator sees are temporary. */
	init_add(in, "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s", database,
	    reader);
	init_add(in, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
	init_add(in, "GRANT USAGE, CREATE ON SCHEMA public TO %s", writer);
	init_add(in, "GRANT USAGE ON SCHEMA public TO %s", reader);
	init_add(in,
	    "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public "
	    "GRANT SELECT ON TABLES TO %s",
	    writer, reader);
	init_add(
	    in, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO %s", reader);
	/* Of a store that is there; the migration does it in a new one. */
	init_add(in,
	    "DO $$ BEGIN REVOKE ALL ON public.ticket FROM %s; EXCEPTION "
	    "WHEN undefined_table THEN NULL; END $$",
	    reader);
	init_add(in, "REVOKE %s FROM CURRENT_USER", writer);
}

enum admin_exit
store_init_make(struct store_init *in, const char *url, const char *reader)
{
	char names[3][2 * STORE_INIT_ROLE + 3];

	in->first = in->n = 0;
	if (!store_url_user(url, in->writer, sizeof(in->writer)) ||
	    !store_url_database(url, in->database, sizeof(in->database)))
		return admin_usage("the URL must name a role and a database: "
				   "postgresql://ROLE@HOST/DATABASE");
	if (snprintf(in->reader, sizeof(in->reader), "%s%s",
		*reader != '\0' ? reader : in->writer,
		*reader != '\0' ? "" : "-reader") >= (int)sizeof(in->reader))
		return admin_usage("the role's name is too long");
	if (!init_quote(names[0], in->writer) ||
	    !init_quote(names[1], in->reader) ||
	    !init_quote(names[2], in->database))
		return admin_usage("a name has bytes that cannot be printed");
	init_statements(in, names[0], names[1], names[2]);
	return ADMIN_DONE;
}

void
store_init_print(const struct store_init *in, FILE *f)
{
	char writer[2 * STORE_INIT_ROLE + 3], reader[2 * STORE_INIT_ROLE + 3];
	char database[2 * STORE_INIT_ROLE + 3];
	size_t i;

	init_quote(writer, in->writer);
	init_quote(reader, in->reader);
	init_quote(database, in->database);
	fprintf(f,
	    "-- For psql, as a superuser of PostgreSQL.  Then give both "
	    "roles a password,\n-- \\password %s and \\password %s, and "
	    "write them to store-passfile.\n",
	    writer, reader);
	for (i = 0; i < in->n; i++) {
		if (i == in->first)
			fprintf(f, "\\connect %s\n", database);
		fprintf(f, "%s;\n", in->sql[i]);
	}
}

static int
init_told(void *arg, const char *sql, const char *error)
{
	int *failed = arg;

	if (error == NULL)
		printf("%s;\n", sql);
	else if (strstr(error, "already exists") != NULL)
		printf("-- there already: %s;\n", sql);
	else {
		admin_fail("%s: %s", sql, error);
		++*failed;
	}
	return 0;
}

/* Execute some of them in this database. */
static enum admin_exit
init_run_in(const struct store_init *in, size_t first, size_t end,
    const char *url, const char *role, const char *database)
{
	const char *sql[STORE_INIT_MOST + 1] = {NULL};
	char error[STORE_ERROR], as[STORE_URL], at[STORE_URL + 96];
	int failed = 0;
	size_t i;

	if (store_url_make(as, url, role, "") == -1)
		return admin_fail("the URL is too long");
	snprintf(at, sizeof(at), "%s&dbname=%s", as, database);
	for (i = first; i < end; i++)
		sql[i - first] = in->sql[i];
	if (store_execute(at, sql, init_told, &failed, error) != STORE_OK)
		return admin_fail("%s", error);
	return failed > 0 ? ADMIN_FAILED : ADMIN_DONE;
}

enum admin_exit
store_init_run(const struct store_init *in, const char *url, const char *role)
{
	enum admin_exit first, then;

	first = init_run_in(in, 0, in->first, url, role, "postgres");
	if (first != ADMIN_DONE)
		return first;
	then = init_run_in(in, in->first, in->n, url, role, in->database);
	if (then == ADMIN_DONE)
		admin_note("the roles %s and %s have no password yet: give "
			   "them one with psql's \\password",
		    in->writer, in->reader);
	return then;
}
