# unit tests: cmocka, one file a module
if HAVE_CMOCKA
unit_tests = \
	tests/unit/test_device tests/unit/test_firewall \
	tests/unit/test_counters tests/unit/test_exposition \
	tests/unit/test_fleet tests/unit/test_forward tests/unit/test_group \
	tests/unit/test_announce tests/unit/test_console_owner \
	tests/unit/test_backup_file tests/unit/test_backup_plan \
	tests/unit/test_health_field \
	tests/unit/test_heartbeat tests/unit/test_keeper tests/unit/test_key \
	tests/unit/test_keeper_faults tests/unit/test_keeper_nodes \
	tests/unit/test_skew \
	tests/unit/test_history tests/unit/test_history_store \
	tests/unit/test_holder tests/unit/test_member \
	tests/unit/test_rotate_ready \
	tests/unit/test_msg tests/unit/test_name tests/unit/test_operator \
	tests/unit/test_permit \
	tests/unit/test_store tests/unit/test_store_file \
	tests/unit/test_store_url \
	tests/unit/test_store_nodes \
	tests/unit/test_token
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
unit_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(PGSQL_CFLAGS)
unit_policy = policy/libpolicy.a $(CRYPTO_LIBS) $(CMOCKA_LIBS)
unit_store = policy/libstore.a $(unit_policy) $(STORE_LIBS) $(PGSQL_LIBS) \
	$(ARGON2_LIBS)
unit_place = tests/unit/place.c tests/unit/place.h tests/unit/unit.h

tests_unit_test_announce_SOURCES = tests/unit/test_announce.c tests/unit/unit.h
tests_unit_test_announce_CPPFLAGS = $(unit_cppflags)
tests_unit_test_announce_LDADD = $(unit_policy)

tests_unit_test_backup_file_SOURCES = tests/unit/test_backup_file.c \
	admin/backup/manifest.c admin/backup/manifest.h \
	admin/backup/ustar.c admin/backup/ustar.h \
	admin/common/draft.c admin/common/draft.h tests/unit/unit.h
tests_unit_test_backup_file_CPPFLAGS = $(unit_cppflags) $(admin_includes) \
	$(JANSSON_CFLAGS)
tests_unit_test_backup_file_LDADD = $(unit_policy) $(JANSSON_LIBS)

tests_unit_test_backup_plan_SOURCES = tests/unit/test_backup_plan.c \
	admin/backup/plan.c admin/backup/plan.h \
	admin/backup/prune.c admin/backup/prune.h \
	admin/common/draft.c admin/common/draft.h \
	tests/unit/folder.c tests/unit/folder.h tests/unit/unit.h
tests_unit_test_backup_plan_CPPFLAGS = $(unit_cppflags) $(admin_includes) \
	$(JANSSON_CFLAGS)
tests_unit_test_backup_plan_LDADD = $(unit_policy) $(JANSSON_LIBS)

tests_unit_test_console_owner_SOURCES = tests/unit/test_console_owner.c \
	sshd/common/store_owner.c sshd/common/store_owner.h tests/unit/unit.h
tests_unit_test_console_owner_CPPFLAGS = $(unit_cppflags) \
	-I$(top_srcdir)/sshd/console
tests_unit_test_console_owner_LDADD = $(CAP_LIBS) $(CMOCKA_LIBS)

tests_unit_test_counters_SOURCES = tests/unit/test_counters.c \
	sshd/monitor/counters.c sshd/monitor/counters.h tests/unit/unit.h
tests_unit_test_counters_CPPFLAGS = $(unit_cppflags) -I$(top_srcdir)/sshd/monitor
tests_unit_test_counters_LDADD = $(CMOCKA_LIBS)

tests_unit_test_exposition_SOURCES = tests/unit/test_exposition.c \
	admin/metrics/exposition.c admin/metrics/exposition.h tests/unit/unit.h
tests_unit_test_exposition_CPPFLAGS = $(unit_cppflags) \
	-I$(top_srcdir)/admin/metrics
tests_unit_test_exposition_LDADD = $(CMOCKA_LIBS)

tests_unit_test_device_SOURCES = tests/unit/test_device.c tests/unit/unit.h
tests_unit_test_device_CPPFLAGS = $(unit_cppflags)
tests_unit_test_device_LDADD = $(unit_policy)

tests_unit_test_firewall_SOURCES = tests/unit/test_firewall.c \
	admin/setup/firewall.c admin/setup/firewall.h \
	admin/common/program.c admin/common/program.h \
	tests/unit/unit.h
tests_unit_test_firewall_CPPFLAGS = $(unit_cppflags) -I$(top_srcdir)/admin/setup \
	-I$(top_srcdir)/admin/common
tests_unit_test_firewall_LDADD = $(CMOCKA_LIBS)

tests_unit_test_fleet_SOURCES = tests/unit/test_fleet.c $(unit_place)
tests_unit_test_fleet_CPPFLAGS = $(unit_cppflags) $(SQLITE_CFLAGS)
tests_unit_test_fleet_LDADD = $(unit_store)

tests_unit_test_forward_SOURCES = tests/unit/test_forward.c tests/unit/unit.h
tests_unit_test_forward_CPPFLAGS = $(unit_cppflags)
tests_unit_test_forward_LDADD = $(unit_policy)

tests_unit_test_group_SOURCES = tests/unit/test_group.c \
	$(keeper_group) $(unit_place)
tests_unit_test_group_CPPFLAGS = $(unit_cppflags) -I$(top_srcdir)/sshd/keeper
tests_unit_test_group_LDADD = sshd/libcommon.a $(unit_store)

tests_unit_test_health_field_SOURCES = \
	tests/unit/test_health_field.c tests/unit/unit.h
tests_unit_test_health_field_CPPFLAGS = $(unit_cppflags)
tests_unit_test_health_field_LDADD = $(unit_policy)

tests_unit_test_heartbeat_SOURCES = \
	tests/unit/test_heartbeat.c tests/unit/unit.h
tests_unit_test_heartbeat_CPPFLAGS = $(unit_cppflags)
tests_unit_test_heartbeat_LDADD = $(unit_policy)

tests_unit_test_history_SOURCES = \
	tests/unit/test_history.c tests/unit/unit.h
tests_unit_test_history_CPPFLAGS = $(unit_cppflags)
tests_unit_test_history_LDADD = $(unit_policy)

tests_unit_test_history_store_SOURCES = tests/unit/test_history_store.c \
	$(unit_place)
tests_unit_test_history_store_CPPFLAGS = $(unit_cppflags)
tests_unit_test_history_store_LDADD = $(unit_store)

tests_unit_test_holder_SOURCES = tests/unit/test_holder.c $(unit_place)
tests_unit_test_holder_CPPFLAGS = $(unit_cppflags)
tests_unit_test_holder_LDADD = $(unit_store)

# It starts the real keeper.
unit_keeper = tests/unit/keeper_child.c tests/unit/keeper_child.h \
	$(unit_place)
tests_unit_test_keeper_SOURCES = tests/unit/test_keeper.c $(unit_keeper)
tests_unit_test_keeper_CPPFLAGS = $(unit_cppflags) \
	-DKEEPER='"$(abs_top_builddir)/sshd/et-sshd-keeper"'
tests_unit_test_keeper_LDADD = sshd/libcommon.a $(unit_store)
EXTRA_tests_unit_test_keeper_DEPENDENCIES = sshd/et-sshd-keeper

tests_unit_test_keeper_nodes_SOURCES = tests/unit/test_keeper_nodes.c \
	$(unit_keeper)
tests_unit_test_keeper_nodes_CPPFLAGS = $(tests_unit_test_keeper_CPPFLAGS)
tests_unit_test_keeper_nodes_LDADD = sshd/libcommon.a $(unit_store)
EXTRA_tests_unit_test_keeper_nodes_DEPENDENCIES = sshd/et-sshd-keeper

tests_unit_test_keeper_faults_SOURCES = tests/unit/test_keeper_faults.c \
	$(unit_keeper)
tests_unit_test_keeper_faults_CPPFLAGS = $(tests_unit_test_keeper_CPPFLAGS)
tests_unit_test_keeper_faults_LDADD = sshd/libcommon.a $(unit_store)
EXTRA_tests_unit_test_keeper_faults_DEPENDENCIES = sshd/et-sshd-keeper

tests_unit_test_skew_SOURCES = tests/unit/test_skew.c \
	sshd/keeper/skew.c sshd/keeper/skew.h tests/unit/unit.h
tests_unit_test_skew_CPPFLAGS = $(unit_cppflags) -I$(top_srcdir)/sshd/keeper
tests_unit_test_skew_LDADD = sshd/libcommon.a $(unit_store) $(EV_LIBS)

tests_unit_test_key_SOURCES = tests/unit/test_key.c tests/unit/unit.h
tests_unit_test_key_CPPFLAGS = $(unit_cppflags)
tests_unit_test_key_LDADD = $(unit_policy)

tests_unit_test_member_SOURCES = tests/unit/test_member.c \
	admin/member.c admin/member.h admin/member_wire.h $(unit_place)
tests_unit_test_member_CPPFLAGS = $(unit_cppflags) $(admin_includes)
tests_unit_test_member_LDADD = $(unit_store)

tests_unit_test_msg_SOURCES = tests/unit/test_msg.c tests/unit/unit.h
tests_unit_test_msg_CPPFLAGS = $(unit_cppflags)
tests_unit_test_msg_LDADD = sshd/libcommon.a $(CMOCKA_LIBS)

tests_unit_test_name_SOURCES = tests/unit/test_name.c tests/unit/unit.h
tests_unit_test_name_CPPFLAGS = $(unit_cppflags)
tests_unit_test_name_LDADD = $(unit_policy)

tests_unit_test_operator_SOURCES = tests/unit/test_operator.c \
	tests/unit/unit.h
tests_unit_test_operator_CPPFLAGS = $(unit_cppflags)
tests_unit_test_operator_LDADD = $(unit_policy)

tests_unit_test_permit_SOURCES = tests/unit/test_permit.c tests/unit/unit.h
tests_unit_test_permit_CPPFLAGS = $(unit_cppflags)
tests_unit_test_permit_LDADD = $(unit_policy)

# Run by on_pgsql.py alone.
if POSTGRESQL
check_PROGRAMS += tests/unit/test_pgsql
tests_unit_test_pgsql_SOURCES = tests/unit/test_pgsql.c $(unit_place)
tests_unit_test_pgsql_CPPFLAGS = $(unit_cppflags)
tests_unit_test_pgsql_LDADD = $(unit_store)
endif

tests_unit_test_rotate_ready_SOURCES = tests/unit/test_rotate_ready.c \
	admin/hostkey/rotate_ready.c admin/hostkey/rotate_ready.h $(unit_place)
tests_unit_test_rotate_ready_CPPFLAGS = $(unit_cppflags) $(admin_includes)
tests_unit_test_rotate_ready_LDADD = $(unit_store)

tests_unit_test_store_SOURCES = tests/unit/test_store.c $(unit_place)
tests_unit_test_store_CPPFLAGS = $(unit_cppflags)
tests_unit_test_store_LDADD = $(unit_store)

tests_unit_test_store_url_SOURCES = tests/unit/test_store_url.c tests/unit/unit.h
tests_unit_test_store_url_CPPFLAGS = $(unit_cppflags)
tests_unit_test_store_url_LDADD = $(unit_policy)
tests_unit_test_store_nodes_SOURCES = tests/unit/test_store_nodes.c \
	$(unit_place)
tests_unit_test_store_nodes_CPPFLAGS = $(unit_cppflags)
tests_unit_test_store_nodes_LDADD = $(unit_store)

tests_unit_test_token_SOURCES = tests/unit/test_token.c $(unit_place)
tests_unit_test_token_CPPFLAGS = $(unit_cppflags)
tests_unit_test_token_LDADD = $(unit_store)

tests_unit_test_store_file_SOURCES = tests/unit/test_store_file.c $(unit_place)
tests_unit_test_store_file_CPPFLAGS = $(unit_cppflags) $(SQLITE_CFLAGS) \
	-DSCHEMA='"$(abs_top_srcdir)/policy/schema"'
tests_unit_test_store_file_LDADD = $(unit_store)
endif
TESTS += tests/unit/on_pgsql.py
EXTRA_DIST += tests/unit/on_pgsql.py
