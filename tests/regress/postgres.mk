# With their stores in PostgreSQL: these tests once more, in each make check; all
# of REGRESS_TESTS but SQLITE_TESTS with tests/run.sh --long.
POSTGRES_TESTS = \
	tests/regress/postgres/command_roles.sh \
	tests/regress/postgres/command_sees.sh \
	tests/regress/postgres/device_history.sh \
	tests/regress/postgres/device_list_where.sh \
	tests/regress/postgres/enrol_end_to_end.sh \
	tests/regress/postgres/enrol_race.sh \
	tests/regress/postgres/forward_open_ssh.sh \
	tests/regress/postgres/jump_grants.sh \
	tests/regress/postgres/keeper_kill9.sh \
	tests/regress/postgres/operator_remove_within_1s.sh \
	tests/regress/postgres/page_acts.sh \
	tests/regress/postgres/poll_legacy.sh \
	tests/regress/postgres/revoke_ends_session_within_1s.sh \
	tests/regress/postgres/session_kill.sh \
	tests/regress/postgres/stale_limit.sh

# What these are about is a store in a file: its folder, its owner, its modes, its
# locks and damage, copies of it; or they set a clock ahead, which that of a database
# does not follow; or start no server, or a PostgreSQL of their own.
SQLITE_TESTS = \
	tests/regress/admin_becomes_owner.py \
	tests/regress/alert_gone.py \
	tests/regress/alert_site.py \
	tests/regress/backup_and_restore.py \
	tests/regress/backup_killed.py \
	tests/regress/check_without_python.py \
	tests/regress/clock_jumps.py \
	tests/regress/command_sealed.py \
	tests/regress/command_unread.py \
	tests/regress/conf_folder.py \
	tests/regress/connect_as_root.py \
	tests/regress/console_hostile.py \
	tests/regress/doc_pages.py \
	tests/regress/held_connections.py \
	tests/regress/import_original.py \
	tests/regress/import_original_homes.py \
	tests/regress/install_and_uninstall.py \
	tests/regress/keeper_hostile.py \
	tests/regress/load_of_strangers.py \
	tests/regress/man_pages_render.py \
	tests/regress/member_words.py \
	tests/regress/message_order.py \
	tests/regress/notify_alertmanager.py \
	tests/regress/notify_conf.py \
	tests/regress/notify_hostile.py \
	tests/regress/notify_killed.py \
	tests/regress/notify_mail.py \
	tests/regress/notify_ready.py \
	tests/regress/notify_retries.py \
	tests/regress/notify_rotated.py \
	tests/regress/notify_templates.py \
	tests/regress/page_hostile.py \
	tests/regress/privileges_apart_serves.py \
	tests/regress/refusals_in_few_writes.py \
	tests/regress/setup.py \
	tests/regress/start_refused.py \
	tests/regress/store_copy.py \
	tests/regress/store_full_disk.py \
	tests/regress/store_locked.py \
	tests/regress/store_lost.py \
	tests/regress/store_modes.py \
	tests/regress/store_newer.py \
	tests/regress/store_second_server.py \
	tests/regress/store_truncated_at_start.py \
	tests/regress/test_mode.py

$(POSTGRES_TESTS): Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	    printf '%s\n' '#!/bin/sh' 'ETPH_STORE=postgresql' \
	    'export ETPH_STORE' 'tests=$${abs_top_srcdir:?}/tests' \
	    'exec "$$tests/one.sh" "$$tests/regress/'"$$(basename $@ .sh)"'.py"' \
	    > $@ && chmod 755 $@
CLEANFILES += $(POSTGRES_TESTS)
if POSTGRESQL
check_SCRIPTS = $(POSTGRES_TESTS)
TESTS += $(POSTGRES_TESTS)
endif
