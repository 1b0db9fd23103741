# regress tests: real clients, one behaviour a file
AM_TESTS_ENVIRONMENT = \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE;

REGRESS_HARNESS = \
	tests/regress/harness/__init__.py \
	tests/regress/harness/alerts.py \
	tests/regress/harness/archive.py \
	tests/regress/harness/backups.py \
	tests/regress/harness/browser.py \
	tests/regress/harness/case.py \
	tests/regress/harness/client_asyncssh.py \
	tests/regress/harness/client_paramiko.py \
	tests/regress/harness/clients.py \
	tests/regress/harness/database.py \
	tests/regress/harness/device.py \
	tests/regress/harness/easy.py \
	tests/regress/harness/enrolment.py \
	tests/regress/harness/event_fields.py \
	tests/regress/harness/events.py \
	tests/regress/harness/fault.py \
	tests/regress/harness/hostile.py \
	tests/regress/harness/jumps.py \
	tests/regress/harness/luci.py \
	tests/regress/harness/matrix.py \
	tests/regress/harness/message_orders.py \
	tests/regress/harness/mounts.py \
	tests/regress/harness/notifying.py \
	tests/regress/harness/operators.py \
	tests/regress/harness/original.py \
	tests/regress/harness/packets.py \
	tests/regress/harness/page.py \
	tests/regress/harness/postgres.py \
	tests/regress/harness/proc.py \
	tests/regress/harness/proxy.py \
	tests/regress/harness/refuse_inet6.py \
	tests/regress/harness/refuse_seccomp.py \
	tests/regress/harness/server.py \
	tests/regress/harness/store.py \
	tests/regress/harness/terminal.py \
	tests/regress/harness/valgrind.py \
	tests/regress/harness/waiting.py

# The longest first, or the others wait for them in the end.
REGRESS_TESTS = \
	tests/regress/worker_hostile.py \
	tests/regress/console_hostile.py \
	tests/regress/keeper_hostile.py \
	tests/regress/rekey_stalls.py \
	tests/regress/valgrind_clean.py \
	tests/regress/admin_by_ssh.py \
	tests/regress/admin_becomes_owner.py \
	tests/regress/admin_change_within_200ms.py \
	tests/regress/admin_exit_codes.py \
	tests/regress/admin_text_is_clean.py \
	tests/regress/algorithms_each_work.py \
	tests/regress/alert_disk.py \
	tests/regress/alert_gone.py \
	tests/regress/alert_site.py \
	tests/regress/algorithms_offered.py \
	tests/regress/alloc_monitor.py \
	tests/regress/alloc_worker.py \
	tests/regress/backup_and_restore.py \
	tests/regress/backup_killed.py \
	tests/regress/channel_odd_sizes.py \
	tests/regress/channels_counted.py \
	tests/regress/check_without_python.py \
	tests/regress/client_killed.py \
	tests/regress/client_reset_at_once.py \
	tests/regress/clients_server_rekey.py \
	tests/regress/clock_jumps.py \
	tests/regress/command_follow.py \
	tests/regress/command_import_slow.py \
	tests/regress/command_reads_slowly.py \
	tests/regress/command_roles.py \
	tests/regress/command_sealed.py \
	tests/regress/command_sees.py \
	tests/regress/command_terminal.py \
	tests/regress/table_fits.py \
	tests/regress/event_tail.py \
	tests/regress/packet_size_small.py \
	tests/regress/metrics_print.py tests/regress/metrics_scrape.py \
	tests/regress/penalty_list_clear.py \
	tests/regress/device_list_watch.py \
	tests/regress/command_text.py \
	tests/regress/command_unread.py \
	tests/regress/compat_openwrt_1505.py \
	tests/regress/conf_errors.py \
	tests/regress/conf_folder.py \
	tests/regress/conf_reload_sighup.py \
	tests/regress/connect_as_root.py \
	tests/regress/connect_by_name.py \
	tests/regress/connections_at_once.py \
	tests/regress/data_after_close.py \
	tests/regress/descriptors_of_worker.py \
	tests/regress/descriptors_run_out.py \
	tests/regress/device_history.py \
	tests/regress/device_late_and_offline.py \
	tests/regress/device_list_state.py \
	tests/regress/device_new_is_online.py \
	tests/regress/device_list_version.py \
	tests/regress/device_list_where.py \
	tests/regress/device_duplicate_key.py \
	tests/regress/disable_ends_session.py \
	tests/regress/doc_pages.py \
	tests/regress/doctor_server.py \
	tests/regress/doctor_verdicts.py \
	tests/regress/dribbler.py \
	tests/regress/enrol_by_key.py \
	tests/regress/enrol_by_key_refused.py \
	tests/regress/enrol_end_to_end.py \
	tests/regress/enrol_installer.py \
	tests/regress/enrol_keeper_gone.py \
	tests/regress/enrol_limits.py \
	tests/regress/enrol_many_at_once.py \
	tests/regress/enrol_nothing_else.py \
	tests/regress/enrol_race.py \
	tests/regress/enrol_refusals.py \
	tests/regress/enrol_token_refused.py \
	tests/regress/event_log_one_line.py \
	tests/regress/event_log_reopen_sighup.py \
	tests/regress/event_log_seal.py \
	tests/regress/every_byte_every_field.py \
	tests/regress/exec_too_long.py \
	tests/regress/forward_backpressure.py \
	tests/regress/forward_binds_forward_address_only.py \
	tests/regress/forward_cancel_request.py \
	tests/regress/forward_close_by_operator.py \
	tests/regress/forward_data_integrity_dbclient.py \
	tests/regress/forward_data_integrity_ssh.py \
	tests/regress/forward_dbclient_end_to_end.py \
	tests/regress/forward_echoes_bind_address.py \
	tests/regress/forward_half_close.py \
	tests/regress/forward_many_channels.py \
	tests/regress/forward_open_ssh.py \
	tests/regress/forward_operator_limits.py \
	tests/regress/forward_owner_ends.py \
	tests/regress/forward_port_below_1024_as_root.py \
	tests/regress/forward_port_below_1024_without_capability.py \
	tests/regress/forward_port_in_use.py \
	tests/regress/forward_port_promised_once.py \
	tests/regress/forward_port_zero_refused.py \
	tests/regress/forward_refused_says_why.py \
	tests/regress/forward_refused_unlisted.py \
	tests/regress/forward_rekey_in_transfer.py \
	tests/regress/forward_says_when.py \
	tests/regress/forward_service_speaks_first.py \
	tests/regress/forward_takeover.py \
	tests/regress/forward_takeover_other_device.py \
	tests/regress/forward_ttl.py \
	tests/regress/forward_tunnel_lost_is_queued_again.py \
	tests/regress/forward_two_ports.py \
	tests/regress/garbage_version.py \
	tests/regress/global_request_flood.py \
	tests/regress/gssapi_request_harmless.py \
	tests/regress/heartbeat_tail_follows.py \
	tests/regress/held_connections.py \
	tests/regress/hostkey_generate_and_import.py \
	tests/regress/hostkey_missing_or_unreadable.py \
	tests/regress/hostkey_not_in_workers.py \
	tests/regress/hostkey_rotate_answers.py \
	tests/regress/hostkey_rotate_interrupted.py \
	tests/regress/hostkey_selftest.py \
	tests/regress/hostkey_types.py \
	tests/regress/import_original.py \
	tests/regress/import_original_homes.py \
	tests/regress/inbox_expires.py \
	tests/regress/inbox_expires_while_stopped.py \
	tests/regress/inbox_redelivery.py \
	tests/regress/inbox_states.py \
	tests/regress/inbox_survives_restart.py \
	tests/regress/install_and_uninstall.py \
	tests/regress/jump_audit.py \
	tests/regress/jump_browser.py \
	tests/regress/jump_channels.py \
	tests/regress/jump_clients.py \
	tests/regress/jump_flow.py \
	tests/regress/jump_gives_up.py \
	tests/regress/jump_grants.py \
	tests/regress/jump_says_why.py \
	tests/regress/jump_many.py \
	tests/regress/jump_original_device.py \
	tests/regress/jump_tunnel_killed.py \
	tests/regress/jump_workers.py \
	tests/regress/keepalive_counted.py \
	tests/regress/keepalive_every_interval.py \
	tests/regress/keepalive_gone.py \
	tests/regress/event_admin_keeper.py \
	tests/regress/forward_cancelled_ends.py \
	tests/regress/keeper_kill9.py \
	tests/regress/kex_post_quantum.py \
	tests/regress/kexinit_long.py \
	tests/regress/known_source_first.py \
	tests/regress/listener_not_in_workers.py \
	tests/regress/libssh_config_ignored.py \
	tests/regress/libssh_script.py \
	tests/regress/libssh_unpatched.py \
	tests/regress/listen_without_ipv6.py \
	tests/regress/load_of_strangers.py \
	tests/regress/log_full_disk.py \
	tests/regress/log_of_others.py \
	tests/regress/login_alias.py \
	tests/regress/login_bad_signature.py \
	tests/regress/login_disabled_device.py \
	tests/regress/login_grace.py \
	tests/regress/login_key_of_other_device.py \
	tests/regress/login_key_types.py \
	tests/regress/login_methods.py \
	tests/regress/login_name_changes.py \
	tests/regress/login_name_too_long.py \
	tests/regress/login_partial_offers.py \
	tests/regress/login_revoked_key.py \
	tests/regress/login_signature_of_other_connection.py \
	tests/regress/login_tries.py \
	tests/regress/login_unknown_key.py \
	tests/regress/man_pages_render.py \
	tests/regress/max_startups_in_all.py \
	tests/regress/max_startups_per_source.py \
	tests/regress/member_words.py \
	tests/regress/message_order.py \
	tests/regress/monitor_kill9.py \
	tests/regress/multi_poll_concurrency.py \
	tests/regress/name_means_one_device.py \
	tests/regress/name_of_before.py \
	tests/regress/no_channel_before_login.py \
	tests/regress/no_descriptors_leak.py \
	tests/regress/no_memory_leak.py \
	tests/regress/not_dumpable.py \
	tests/regress/nothing_open_disconnects.py \
	tests/regress/notify_alertmanager.py \
	tests/regress/notify_conf.py \
	tests/regress/notify_hostile.py \
	tests/regress/notify_killed.py \
	tests/regress/notify_mail.py \
	tests/regress/notify_retries.py \
	tests/regress/notify_rotated.py \
	tests/regress/notify_templates.py \
	tests/regress/operator_listen.py \
	tests/regress/operator_listen_full.py \
	tests/regress/operator_listen_hostile.py \
	tests/regress/operator_listen_proxy.py \
	tests/regress/operator_listen_workers.py \
	tests/regress/notify_ready.py \
	tests/regress/operator_login.py \
	tests/regress/operator_remove_within_1s.py \
	tests/regress/operator_requests.py \
	tests/regress/operator_ttl.py \
	tests/regress/page_acts.py \
	tests/regress/page_api.py \
	tests/regress/page_bad_input.py \
	tests/regress/page_device_hostile.py \
	tests/regress/page_hostile.py \
	tests/regress/page_device_web.py \
	tests/regress/page_browser.py \
	tests/regress/page_open.py \
	tests/regress/original_client_script.py \
	tests/regress/permit_by_tag.py \
	tests/regress/permit_standing.py \
	tests/regress/permit_virtual.py \
	tests/regress/poll_exec_anything.py \
	tests/regress/poll_legacy.py \
	tests/regress/poll_order.py \
	tests/regress/poll_shell_no_command.py \
	tests/regress/poll_v1_forwards_and_hints.py \
	tests/regress/poll_v1_health.py \
	tests/regress/post_quantum_said.py \
	tests/regress/privileges_apart.py \
	tests/regress/privileges_apart_serves.py \
	tests/regress/privileges_low_ports.py \
	tests/regress/privileges_root_start.py \
	tests/regress/privileges_user_start.py \
	tests/regress/privileges_users_missing.py \
	tests/regress/proxy_haproxy.py \
	tests/regress/proxy_header_believed.py \
	tests/regress/proxy_header_not_believed.py \
	tests/regress/proxy_header_refused.py \
	tests/regress/proxy_header_reload.py \
	tests/regress/proxy_header_sources.py \
	tests/regress/proxy_header_waiting.py \
	tests/regress/refusals_in_few_writes.py \
	tests/regress/refused_requests.py \
	tests/regress/rekey_abuse.py \
	tests/regress/rekey_counted.py \
	tests/regress/revoke_ends_session_within_1s.py \
	tests/regress/rsa_client_key_2048_ok_1024_refused.py \
	tests/regress/sandbox_refused.py \
	tests/regress/session_kill.py \
	tests/regress/setup.py \
	tests/regress/session_list.py \
	tests/regress/sessions_of_one_device.py \
	tests/regress/sha1_signature_refused.py \
	tests/regress/source_penalties.py \
	tests/regress/ssh_audit.py \
	tests/regress/stale_limit.py \
	tests/regress/start_refused.py \
	tests/regress/status_and_counters.py \
	tests/regress/store_full_disk.py \
	tests/regress/store_locked.py \
	tests/regress/store_modes.py \
	tests/regress/store_newer.py \
	tests/regress/store_second_server.py \
	tests/regress/store_truncated_at_start.py \
	tests/regress/test_mode.py \
	tests/regress/upload_speed.py \
	tests/regress/wait_is_online.py \
	tests/regress/wait_newest_is_told.py \
	tests/regress/wait_once_a_connection.py \
	tests/regress/wait_told_at_once.py \
	tests/regress/wait_with_standing_forward.py \
	tests/regress/window_overflow.py \
	tests/regress/worker_crash_loop.py \
	tests/regress/worker_crash_penalty.py \
	tests/regress/worker_first_flight.py \
	tests/regress/worker_kill9.py \
	tests/regress/worker_lifetime.py \
	tests/regress/worker_logins_apart.py \
	tests/regress/worker_starts.py

# Each client by all that it may be asked to do.
CLIENT_TESTS = \
	tests/regress/clients_asyncssh.py \
	tests/regress/clients_dropbear.py \
	tests/regress/clients_dropbear_2020_81.py \
	tests/regress/clients_dropbear_2025_89.py \
	tests/regress/clients_libssh.py \
	tests/regress/clients_openssh.py \
	tests/regress/clients_paramiko.py \
	tests/regress/clients_plink.py

# These wait for most of their time: they go first.
TESTS += $(CLIENT_TESTS) $(REGRESS_TESTS)
EXTRA_DIST += $(REGRESS_HARNESS) $(REGRESS_TESTS) $(CLIENT_TESTS) \
	tests/regress/web/index.html tests/regress/web/router.svg \
	tests/regress/web/status.js tests/regress/web/status.json \
	tests/regress/web/style.css

# A device whose SSH client is libssh
check_PROGRAMS += tests/regress/libssh-client
tests_regress_libssh_client_SOURCES = tests/regress/libssh-client.c
tests_regress_libssh_client_CFLAGS = $(AM_CFLAGS) $(SSH_CFLAGS)
tests_regress_libssh_client_LDADD = $(SSH_LIBS)

# What the archive gave, kept from run to run
distclean-local:
	rm -rf tests/regress/archive tests/system/packages
