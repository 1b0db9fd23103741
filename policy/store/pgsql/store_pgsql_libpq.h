/*
 * libpq, loaded when a store is in PostgreSQL: with what it needs itself it
 * takes 4 MB and 4 ms of each process, which those of an SQLite store are spared.
 */
#ifndef STORE_PGSQL_LIBPQ_H
#define STORE_PGSQL_LIBPQ_H

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

/* The functions that are called: X (name). */
#define PGSQL_LIBPQ(X) \
	X(PQclear) \
	X(PQcmdStatus) \
	X(PQconnectPoll) \
	X(PQconnectStartParams) \
	X(PQconninfoFree) \
	X(PQconninfoParse) \
	X(PQconsumeInput) \
	X(PQdb) \
	X(PQenterPipelineMode) \
	X(PQerrorMessage) \
	X(PQescapeLiteral) \
	X(PQexitPipelineMode) \
	X(PQfinish) \
	X(PQflush) \
	X(PQfreemem) \
	X(PQgetResult) \
	X(PQgetisnull) \
	X(PQgetlength) \
	X(PQgetvalue) \
	X(PQhost) \
	X(PQisBusy) \
	X(PQnfields) \
	X(PQnotifies) \
	X(PQntuples) \
	X(PQpipelineSync) \
	X(PQport) \
	X(PQresultErrorField) \
	X(PQresultErrorMessage) \
	X(PQresultStatus) \
	X(PQsendPrepare) \
	X(PQsendQuery) \
	X(PQsendQueryParams) \
	X(PQsendQueryPrepared) \
	X(PQsetErrorVerbosity) \
	X(PQsetNoticeReceiver) \
	X(PQsetSingleRowMode) \
	X(PQsetnonblocking) \
	X(PQsocket) \
	X(PQstatus)

#define PGSQL_POINTER(name) __typeof__(&name) name;
struct pgsql_libpq {
	PGSQL_LIBPQ(PGSQL_POINTER)
};
#undef PGSQL_POINTER

/* Set once, by the first store that is opened. */
extern struct pgsql_libpq pgsql_libpq;

/* Load it, if it is not there yet; false: why says what is missing. */
bool		 pgsql_libpq_load(char *why, size_t size);

#ifndef PGSQL_LIBPQ_LOADER
#define PQclear pgsql_libpq.PQclear
#define PQcmdStatus pgsql_libpq.PQcmdStatus
#define PQconnectPoll pgsql_libpq.PQconnectPoll
#define PQconnectStartParams pgsql_libpq.PQconnectStartParams
#define PQconninfoFree pgsql_libpq.PQconninfoFree
#define PQconninfoParse pgsql_libpq.PQconninfoParse
#define PQconsumeInput pgsql_libpq.PQconsumeInput
#define PQdb pgsql_libpq.PQdb
#define PQenterPipelineMode pgsql_libpq.PQenterPipelineMode
#define PQerrorMessage pgsql_libpq.PQerrorMessage
#define PQescapeLiteral pgsql_libpq.PQescapeLiteral
#define PQexitPipelineMode pgsql_libpq.PQexitPipelineMode
#define PQfinish pgsql_libpq.PQfinish
#define PQflush pgsql_libpq.PQflush
#define PQfreemem pgsql_libpq.PQfreemem
#define PQgetResult pgsql_libpq.PQgetResult
#define PQgetisnull pgsql_libpq.PQgetisnull
#define PQgetlength pgsql_libpq.PQgetlength
#define PQgetvalue pgsql_libpq.PQgetvalue
#define PQhost pgsql_libpq.PQhost
#define PQisBusy pgsql_libpq.PQisBusy
#define PQnfields pgsql_libpq.PQnfields
#define PQnotifies pgsql_libpq.PQnotifies
#define PQntuples pgsql_libpq.PQntuples
#define PQpipelineSync pgsql_libpq.PQpipelineSync
#define PQport pgsql_libpq.PQport
#define PQresultErrorField pgsql_libpq.PQresultErrorField
#define PQresultErrorMessage pgsql_libpq.PQresultErrorMessage
#define PQresultStatus pgsql_libpq.PQresultStatus
#define PQsendPrepare pgsql_libpq.PQsendPrepare
#define PQsendQuery pgsql_libpq.PQsendQuery
#define PQsendQueryParams pgsql_libpq.PQsendQueryParams
#define PQsendQueryPrepared pgsql_libpq.PQsendQueryPrepared
#define PQsetErrorVerbosity pgsql_libpq.PQsetErrorVerbosity
#define PQsetNoticeReceiver pgsql_libpq.PQsetNoticeReceiver
#define PQsetSingleRowMode pgsql_libpq.PQsetSingleRowMode
#define PQsetnonblocking pgsql_libpq.PQsetnonblocking
#define PQsocket pgsql_libpq.PQsocket
#define PQstatus pgsql_libpq.PQstatus
#endif

#endif
