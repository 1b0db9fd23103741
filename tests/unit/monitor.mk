# unit tests of the monitor's modules: what libmonitor.a is for
if HAVE_CMOCKA
monitor_tests = \
	tests/unit/test_alert \
	tests/unit/test_bridge \
	tests/unit/test_clean \
	tests/unit/test_conf \
	tests/unit/test_conf_text \
	tests/unit/test_directory \
	tests/unit/test_ending \
	tests/unit/test_event \
	tests/unit/test_event_level \
	tests/unit/test_event_seal \
	tests/unit/test_exchange \
	tests/unit/test_hostkey \
	tests/unit/test_monitor_inbox \
	tests/unit/test_jump \
	tests/unit/test_launch \
	tests/unit/test_learn \
	tests/unit/test_listen \
	tests/unit/test_lobby \
	tests/unit/test_log_check \
	tests/unit/test_login \
	tests/unit/test_loop \
	tests/unit/test_name_means \
	tests/unit/test_network \
	tests/unit/test_nodes \
	tests/unit/test_owner \
	tests/unit/test_penalty \
	tests/unit/test_pins \
	tests/unit/test_presence \
	tests/unit/test_proxy \
	tests/unit/test_quantum \
	tests/unit/test_record \
	tests/unit/test_relay \
	tests/unit/test_sightings \
	tests/unit/test_srclimit \
	tests/unit/test_tokens \
	tests/unit/test_tunnel_accept \
	tests/unit/test_unit_paths \
	tests/unit/test_userauth \
	tests/unit/test_waiting
check_PROGRAMS += $(monitor_tests)
TESTS += $(monitor_tests)

monitor_cppflags = $(sshd_libmonitor_a_CPPFLAGS) $(CMOCKA_CFLAGS) $(PGSQL_CFLAGS)
monitor_libs = sshd/libmonitor.a policy/libpolicy.a sshd/libcommon.a \
	$(CRYPTO_LIBS) $(CAP_LIBS) $(SECCOMP_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) \
	$(EV_LIBS) $(CMOCKA_LIBS)
monitor_folder = tests/unit/folder.c tests/unit/folder.h tests/unit/unit.h
monitor_stage = tests/unit/stage.c tests/unit/stage.h $(monitor_folder)

tests_unit_test_alert_SOURCES = tests/unit/test_alert.c $(monitor_stage)
tests_unit_test_alert_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_alert_LDADD = $(monitor_libs)

tests_unit_test_bridge_SOURCES = tests/unit/test_bridge.c $(monitor_stage)
tests_unit_test_bridge_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_bridge_LDADD = $(monitor_libs)

tests_unit_test_clean_SOURCES = tests/unit/test_clean.c tests/unit/unit.h
tests_unit_test_clean_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_clean_LDADD = $(monitor_libs)

tests_unit_test_conf_SOURCES = tests/unit/test_conf.c $(monitor_folder)
tests_unit_test_conf_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_conf_LDADD = $(monitor_libs)

tests_unit_test_conf_text_SOURCES = tests/unit/test_conf_text.c \
	$(monitor_folder)
tests_unit_test_conf_text_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_conf_text_LDADD = $(monitor_libs)

tests_unit_test_directory_SOURCES = tests/unit/test_directory.c \
	tests/unit/unit.h
tests_unit_test_directory_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_directory_LDADD = $(monitor_libs)

tests_unit_test_ending_SOURCES = tests/unit/test_ending.c \
	tests/unit/ahead.c tests/unit/ahead.h $(monitor_stage)
tests_unit_test_ending_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_ending_LDADD = $(monitor_libs)

tests_unit_test_event_SOURCES = tests/unit/test_event.c $(monitor_folder)
tests_unit_test_event_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_event_LDADD = $(monitor_libs)

tests_unit_test_event_level_SOURCES = tests/unit/test_event_level.c \
	tests/unit/unit.h
tests_unit_test_event_level_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_event_level_LDADD = $(monitor_libs)

tests_unit_test_event_seal_SOURCES = tests/unit/test_event_seal.c \
	admin/log/log_check.c admin/log/log_check.h \
	admin/log/log_order.c admin/log/log_order.h \
	admin/log/log_seen.c admin/log/log_seen.h $(monitor_folder)
tests_unit_test_event_seal_CPPFLAGS = $(monitor_cppflags) \
	-I$(top_srcdir)/admin/log
tests_unit_test_event_seal_LDADD = $(monitor_libs)

tests_unit_test_exchange_SOURCES = tests/unit/test_exchange.c \
	tests/unit/unit.h
tests_unit_test_exchange_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_exchange_LDADD = $(monitor_libs)

tests_unit_test_hostkey_SOURCES = tests/unit/test_hostkey.c $(monitor_folder)
tests_unit_test_hostkey_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_hostkey_LDADD = $(monitor_libs)

tests_unit_test_monitor_inbox_SOURCES = tests/unit/test_monitor_inbox.c \
	$(monitor_stage)
tests_unit_test_monitor_inbox_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_monitor_inbox_LDADD = $(monitor_libs)

tests_unit_test_jump_SOURCES = tests/unit/test_jump.c \
	tests/unit/ahead.c tests/unit/ahead.h $(monitor_stage)
tests_unit_test_jump_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_jump_LDADD = $(monitor_libs)

tests_unit_test_launch_SOURCES = tests/unit/test_launch.c tests/unit/unit.h
tests_unit_test_launch_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_launch_LDADD = $(monitor_libs)

tests_unit_test_learn_SOURCES = tests/unit/test_learn.c $(monitor_stage)
tests_unit_test_learn_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_learn_LDADD = $(monitor_libs)

tests_unit_test_listen_SOURCES = tests/unit/test_listen.c tests/unit/unit.h
tests_unit_test_listen_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_listen_LDADD = $(monitor_libs)

tests_unit_test_lobby_SOURCES = tests/unit/test_lobby.c $(monitor_stage)
tests_unit_test_lobby_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_lobby_LDADD = $(monitor_libs)

tests_unit_test_log_check_SOURCES = tests/unit/test_log_check.c \
	admin/log/log_check.c admin/log/log_check.h \
	admin/log/log_seen.c admin/log/log_seen.h tests/unit/unit.h
tests_unit_test_log_check_CPPFLAGS = $(monitor_cppflags) $(admin_includes)
tests_unit_test_log_check_LDADD = $(monitor_libs)

tests_unit_test_loop_SOURCES = tests/unit/test_loop.c $(monitor_stage)
tests_unit_test_loop_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_loop_LDADD = $(monitor_libs)

tests_unit_test_login_SOURCES = tests/unit/test_login.c \
	tests/unit/claim.c tests/unit/claim.h tests/unit/unit.h
tests_unit_test_login_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_login_LDADD = $(monitor_libs)

# The monitor's lookup and the store's.
tests_unit_test_name_means_SOURCES = tests/unit/test_name_means.c $(unit_place)
tests_unit_test_name_means_CPPFLAGS = $(monitor_cppflags) $(SQLITE_CFLAGS)
tests_unit_test_name_means_LDADD = sshd/libmonitor.a policy/libstore.a \
	$(monitor_libs) $(STORE_LIBS) $(PGSQL_LIBS) $(ARGON2_LIBS)

tests_unit_test_owner_SOURCES = tests/unit/test_owner.c $(monitor_stage)
tests_unit_test_owner_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_owner_LDADD = $(monitor_libs)

tests_unit_test_penalty_SOURCES = tests/unit/test_penalty.c $(monitor_stage)
tests_unit_test_penalty_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_penalty_LDADD = $(monitor_libs)

tests_unit_test_pins_SOURCES = tests/unit/test_pins.c $(monitor_stage)
tests_unit_test_pins_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_pins_LDADD = $(monitor_libs)

tests_unit_test_presence_SOURCES = tests/unit/test_presence.c $(monitor_stage)
tests_unit_test_presence_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_presence_LDADD = $(monitor_libs)

tests_unit_test_nodes_SOURCES = tests/unit/test_nodes.c \
	tests/unit/ahead.c tests/unit/ahead.h $(monitor_stage)
tests_unit_test_nodes_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_nodes_LDADD = $(monitor_libs)

tests_unit_test_network_SOURCES = tests/unit/test_network.c \
	tests/unit/unit.h
tests_unit_test_network_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_network_LDADD = $(monitor_libs)

tests_unit_test_proxy_SOURCES = tests/unit/test_proxy.c tests/unit/unit.h
tests_unit_test_proxy_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_proxy_LDADD = $(monitor_libs)

tests_unit_test_quantum_SOURCES = tests/unit/test_quantum.c tests/unit/unit.h
tests_unit_test_quantum_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_quantum_LDADD = $(monitor_libs)

tests_unit_test_record_SOURCES = tests/unit/test_record.c $(monitor_stage)
tests_unit_test_record_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_record_LDADD = $(monitor_libs)

tests_unit_test_relay_SOURCES = tests/unit/test_relay.c \
	tests/unit/ahead.c tests/unit/ahead.h $(monitor_stage)
tests_unit_test_relay_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_relay_LDADD = $(monitor_libs)

tests_unit_test_sightings_SOURCES = tests/unit/test_sightings.c \
	tests/unit/ahead.c tests/unit/ahead.h $(monitor_stage)
tests_unit_test_sightings_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_sightings_LDADD = $(monitor_libs)

tests_unit_test_srclimit_SOURCES = tests/unit/test_srclimit.c \
	tests/unit/unit.h
tests_unit_test_srclimit_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_srclimit_LDADD = $(monitor_libs)

tests_unit_test_tokens_SOURCES = tests/unit/test_tokens.c $(monitor_stage)
tests_unit_test_tokens_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_tokens_LDADD = $(monitor_libs)

tests_unit_test_tunnel_accept_SOURCES = tests/unit/test_tunnel_accept.c \
	$(monitor_stage)
tests_unit_test_tunnel_accept_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_tunnel_accept_LDADD = $(monitor_libs)

tests_unit_test_unit_paths_SOURCES = tests/unit/test_unit_paths.c \
	$(monitor_folder)
tests_unit_test_unit_paths_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_unit_paths_LDADD = $(monitor_libs)

tests_unit_test_userauth_SOURCES = tests/unit/test_userauth.c \
	tests/unit/claim.c tests/unit/claim.h $(monitor_stage)
tests_unit_test_userauth_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_userauth_LDADD = $(monitor_libs)

tests_unit_test_waiting_SOURCES = tests/unit/test_waiting.c $(monitor_stage)
tests_unit_test_waiting_CPPFLAGS = $(monitor_cppflags)
tests_unit_test_waiting_LDADD = $(monitor_libs)
endif
