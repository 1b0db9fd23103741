# Records and rules: what the monitor links.  It has no SQL in it.
noinst_LIBRARIES += policy/libpolicy.a
policy_libpolicy_a_SOURCES = \
	policy/act.c policy/act.h \
	policy/conf_folder.c policy/conf_folder.h \
	policy/alert.c policy/alert.h \
	policy/announce.c policy/announce.h \
	policy/device.c policy/device.h \
	policy/fleet.c policy/fleet.h \
	policy/forward.c policy/forward.h \
	policy/health_field.c policy/health_field.h \
	policy/heartbeat.c policy/heartbeat.h \
	policy/history.c policy/history.h \
	policy/history_pack.c policy/history_pack.h \
	policy/holder.c policy/holder.h \
	policy/key.c policy/key.h \
	policy/name.c policy/name.h \
	policy/operator.c policy/operator.h \
	policy/permit.c policy/permit.h \
	policy/refusal.h \
	policy/restore_mark.c policy/restore_mark.h \
	policy/log_seal.c policy/log_seal.h \
	policy/session.h \
	policy/store_url.c policy/store_url.h \
	policy/token.c policy/token.h
policy_libpolicy_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)

# The store: what the keeper and et-admin link, before libpolicy.a.  What only
# a backend knows stands in its folder.
noinst_LIBRARIES += policy/libstore.a
policy_libstore_a_SOURCES = \
	policy/store/node_state.c policy/store/node_state.h \
	policy/store/store.c policy/store/store.h \
	policy/store/store_alert.c policy/store/store_backend.h \
	policy/store/store_change.c \
	policy/store/store_device.c policy/store/store_enrol.c \
	policy/store/store_error.c policy/store/store_fleet.c \
	policy/store/store_fleet_sql.c policy/store/store_fleet_sql.h \
	policy/store/store_forward.c \
	policy/store/store_heartbeat.c \
	policy/store/store_heartbeat_group.c \
	policy/store/store_heartbeat_group.h policy/store/store_inventory.c \
	policy/store/store_key.c \
	policy/store/store_key_holder.c policy/store/store_name.c \
	policy/store/store_lag.c \
	policy/store/store_node.c policy/store/store_operator.c \
	policy/store/store_outage.c policy/store/store_permit.c \
	policy/store/store_prune.c policy/store/store_query.c \
	policy/store/store_query.h policy/store/store_refusal.c \
	policy/store/store_report.c policy/store/store_series.c \
	policy/store/store_session.c policy/store/store_span.c \
	policy/store/store_ticket.c policy/store/store_token.c \
	policy/store/store_transfer.c policy/store/store_transfer.h \
	policy/store/store_transfer_row.c policy/store/store_transfer_row.h \
	policy/store/store_transaction.c policy/store/store_tunnel.c \
	policy/store/store_view.c policy/store/store_view.h \
	policy/store/store_virtual.c \
	policy/store/sqlite/store_sqlite.c \
	policy/store/sqlite/store_sqlite.h \
	policy/store/sqlite/store_sqlite_copy.c \
	policy/store/sqlite/store_sqlite_error.c \
	policy/store/sqlite/store_sqlite_file.c \
	policy/store/sqlite/store_sqlite_function.c \
	policy/store/sqlite/store_sqlite_lock.c \
	policy/store/sqlite/store_sqlite_open.c \
	policy/store/sqlite/store_sqlite_pragma.c \
	policy/store/sqlite/store_sqlite_statement.c \
	policy/store/sqlite/store_sqlite_view.c \
	policy/store/sqlite/store_sqlite_watch.c \
	policy/token_hash.c
nodist_policy_libstore_a_SOURCES = policy/sqlite_migrations.c
store_pgsql_sources = policy/store/pgsql/store_pgsql.c \
	policy/store/pgsql/store_pgsql.h \
	policy/store/pgsql/store_pgsql_beats.c \
	policy/store/pgsql/store_pgsql_connect.c \
	policy/store/pgsql/store_pgsql_error.c \
	policy/store/pgsql/store_pgsql_libpq.c \
	policy/store/pgsql/store_pgsql_libpq.h \
	policy/store/pgsql/store_pgsql_limit.c \
	policy/store/pgsql/store_pgsql_lock.c \
	policy/store/pgsql/store_pgsql_open.c \
	policy/store/pgsql/store_pgsql_result.c \
	policy/store/pgsql/store_pgsql_row.c \
	policy/store/pgsql/store_pgsql_session.c \
	policy/store/pgsql/store_pgsql_statement.c \
	policy/store/pgsql/store_pgsql_text.c \
	policy/store/pgsql/store_pgsql_version.c \
	policy/store/pgsql/store_pgsql_watch.c \
	policy/store/pgsql/store_pgsql_whole.c
if POSTGRESQL
policy_libstore_a_SOURCES += $(store_pgsql_sources)
nodist_policy_libstore_a_SOURCES += policy/pgsql_migrations.c
else
EXTRA_DIST += $(store_pgsql_sources)
endif
policy_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/policy/store/sqlite $(SQLITE_CFLAGS) $(PGSQL_CFLAGS) \
	$(ARGON2_CFLAGS)
# What the store's backends are linked with; libpq is loaded by name.
STORE_LIBS = $(SQLITE_LIBS)

policy_schema = policy/schema/001_directory.sql policy/schema/002_life.sql \
	policy/schema/003_enrol.sql policy/schema/004_operator.sql \
	policy/schema/005_wish.sql policy/schema/006_virtual.sql \
	policy/schema/007_doctor.sql policy/schema/008_owner.sql \
	policy/schema/009_words.sql policy/schema/010_history.sql \
	policy/schema/011_alert.sql policy/schema/012_nodes.sql \
	policy/schema/013_heartbeats.sql
policy_schema_pgsql = policy/schema/pgsql/011_start.sql \
	policy/schema/pgsql/012_nodes.sql \
	policy/schema/pgsql/013_heartbeats.sql
EXTRA_DIST += $(policy_schema) $(policy_schema_pgsql) policy/schema/embed.sh
CLEANFILES += policy/sqlite_migrations.c policy/pgsql_migrations.c
policy/sqlite_migrations.c: $(policy_schema) policy/schema/embed.sh
	$(AM_V_GEN)$(MKDIR_P) policy && cd $(srcdir) && \
	    sh policy/schema/embed.sh sqlite_migrations $(policy_schema) \
	    > $(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp \
	    $(abs_builddir)/$@
policy/pgsql_migrations.c: $(policy_schema_pgsql) policy/schema/embed.sh
	$(AM_V_GEN)$(MKDIR_P) policy && cd $(srcdir) && \
	    sh policy/schema/embed.sh pgsql_migrations $(policy_schema_pgsql) \
	    > $(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp \
	    $(abs_builddir)/$@
