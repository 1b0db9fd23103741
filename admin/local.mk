# Where its headers are.
admin_includes = -I$(top_srcdir)/admin -I$(top_srcdir)/admin/common \
	-I$(top_srcdir)/admin/output -I$(top_srcdir)/admin/noun \
	-I$(top_srcdir)/admin/hostkey -I$(top_srcdir)/admin/log \
	-I$(top_srcdir)/admin/backup -I$(top_srcdir)/admin/setup \
	-I$(top_srcdir)/admin/connect -I$(top_srcdir)/admin/metrics \
	-I$(top_srcdir)/admin/store

# The nouns: et-admin's, and the console's for operators who log in by SSH.
noinst_LIBRARIES += admin/libadmin.a
admin_libadmin_a_SOURCES = \
	admin/command.c admin/command.h admin/help.c admin/help.h \
	admin/nouns.c admin/nouns.h \
	admin/backup/archive.c admin/backup/archive.h admin/backup/backup.c \
	admin/backup/kept.c admin/backup/kept.h admin/backup/manifest.c \
	admin/backup/manifest.h admin/backup/plan.c admin/backup/plan.h \
	admin/backup/prune.c admin/backup/prune.h admin/backup/restore.c \
	admin/backup/restore_place.c admin/backup/restore_place.h \
	admin/backup/restore_store.c admin/backup/restore_store.h \
	admin/backup/snapshot.c admin/backup/snapshot.h \
	admin/backup/stage.c admin/backup/stage.h admin/backup/stage_conf.c \
	admin/backup/stage_conf.h admin/backup/stage_file.c \
	admin/backup/stage_file.h admin/backup/ustar.c admin/backup/ustar.h \
	admin/common/admin.h admin/common/apart.c admin/common/apart.h \
	admin/common/args.c admin/common/args.h admin/common/census.c \
	admin/common/census.h admin/common/clean.c \
	admin/common/clean.h admin/common/conf.c admin/common/conf.h \
	admin/common/digest.c admin/common/digest.h admin/common/draft.c \
	admin/common/draft.h admin/common/enter.c admin/common/find.c \
	admin/common/owner.c admin/common/owner.h admin/common/program.c \
	admin/common/program.h admin/common/say.c admin/common/watch.c \
	admin/common/watch.h admin/common/when.c admin/common/when.h \
	admin/connect/connect.c admin/connect/connect.h \
	admin/connect/connect_ssh.c admin/connect/connect_store.c \
	admin/connect/passkey.c admin/connect/passkey.h \
	admin/connect/progress.c admin/connect/progress.h \
	admin/hostkey/hostfile.c admin/hostkey/hostfile.h \
	admin/hostkey/hostkey.c admin/hostkey/hostpub.c \
	admin/hostkey/hostpub.h admin/hostkey/keygen.c \
	admin/hostkey/keygen.h admin/hostkey/paste.c admin/hostkey/paste.h \
	admin/hostkey/public.c admin/hostkey/public.h \
	admin/hostkey/rotate.c admin/hostkey/rotate.h \
	admin/hostkey/rotate_files.c admin/hostkey/rotate_files.h \
	admin/hostkey/rotate_ready.c admin/hostkey/rotate_ready.h \
	admin/hostkey/rotate_sign.c admin/hostkey/rotate_sign.h \
	admin/log/event.c admin/log/log.c admin/log/log_check.c \
	admin/log/log_check.h admin/log/log_order.c admin/log/log_order.h \
	admin/log/log_seen.c admin/log/log_seen.h admin/log/tail.c \
	admin/log/tail.h admin/log/tail_journal.c \
	admin/metrics/exposition.c admin/metrics/exposition.h \
	admin/metrics/families.c admin/metrics/families.h \
	admin/metrics/families_device.c admin/metrics/families_device.h \
	admin/metrics/families_node.c admin/metrics/families_node.h \
	admin/noun/alert.c \
	admin/noun/await.c admin/noun/await.h admin/noun/change.c \
	admin/noun/change.h admin/noun/change_settle.c \
	admin/noun/checkup.c admin/noun/checkup.h \
	admin/noun/checkup_nodes.c \
	admin/noun/device.c admin/noun/device_health.c \
	admin/noun/device_health.h admin/noun/device_history.c \
	admin/noun/device_history.h admin/noun/device_list.c \
	admin/noun/device_list.h admin/noun/device_show.c \
	admin/noun/doctor.c admin/noun/doctor_server.c \
	admin/noun/doctor_server.h admin/noun/exam.c admin/noun/exam.h \
	admin/noun/forward.c admin/noun/forward_open.c \
	admin/noun/forward_open.h admin/noun/heartbeat.c \
	admin/noun/import.c admin/noun/import.h admin/noun/import_row.c \
	admin/noun/import_row.h admin/noun/installer.c \
	admin/noun/installer.h admin/noun/key.c admin/noun/metrics.c \
	admin/noun/node.c admin/noun/node_row.c admin/noun/node_row.h \
	admin/noun/operator.c \
	admin/noun/operator_add.h admin/noun/page.c \
	admin/noun/penalty.c admin/noun/permit.c \
	admin/noun/rename.c admin/noun/rename.h admin/noun/report.c \
	admin/noun/session.c \
	admin/noun/status.c admin/noun/status_sum.c \
	admin/noun/status_sum.h admin/noun/token.c \
	admin/output/layout.c admin/output/layout.h admin/output/look.c \
	admin/output/look.h admin/output/output.c admin/output/output.h \
	admin/output/output_csv.c admin/output/output_csv.h \
	admin/output/output_print.c admin/output/output_print.h \
	admin/output/output_value.c admin/output/screen.c \
	admin/output/screen.h admin/output/show.c admin/output/show.h \
	admin/output/show_device.c \
	admin/output/show_health.c admin/output/show_health.h \
	admin/setup/firewall.c admin/setup/firewall.h admin/setup/setup.c \
	admin/setup/setup.h admin/setup/setup_address.c \
	admin/setup/setup_ask.c admin/setup/setup_conf.c \
	admin/setup/setup_conf.h admin/setup/setup_people.c \
	admin/setup/setup_service.c admin/setup/setup_service.h \
	admin/store/store_exam.c admin/store/store_exam.h \
	admin/store/store_init.c admin/store/store_init.h \
	admin/store/store_move.c admin/store/store_move.h \
	admin/store/store_noun.c
admin_libadmin_a_CPPFLAGS = $(AM_CPPFLAGS) $(admin_includes) $(JANSSON_CFLAGS) \
	$(CONFUSE_CFLAGS)

sbin_PROGRAMS += admin/et-admin
admin_et_admin_SOURCES = admin/main.c admin/member.c admin/member.h \
	admin/member_serve.c admin/member_wire.h
admin_et_admin_CPPFLAGS = $(admin_libadmin_a_CPPFLAGS)
admin_et_admin_LDADD = admin/libadmin.a policy/libstore.a policy/libpolicy.a \
	$(STORE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) \
	$(ARGON2_LIBS)

# A test of the whole command on a real store; a stand-in plays the server.
check_PROGRAMS += admin/test-standin
admin_test_standin_SOURCES = admin/test-standin.c admin/common/when.c admin/common/when.h
admin_test_standin_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/admin/common
admin_test_standin_LDADD = policy/libstore.a policy/libpolicy.a \
	$(STORE_LIBS) $(CRYPTO_LIBS)
TESTS += admin/test-cli.sh
EXTRA_DIST += admin/test-cli.sh \
	admin/test-cli/completion.sh admin/test-cli/conf.sh \
	admin/test-cli/device.sh \
	admin/test-cli/forward.sh admin/test-cli/help.sh \
	admin/test-cli/hostkey.sh admin/test-cli/import.sh admin/test-cli/operator.sh \
	admin/test-cli/node.sh admin/test-cli/permit.sh \
	admin/test-cli/server.sh admin/test-cli/tail.sh \
	admin/test-cli/token.sh \
	admin/test-cli/wait.sh

dist_man_MANS += admin/et-admin.8

# bash-completion finds it by the command's name.
bashcompletion_DATA = contrib/completions/et-admin
CLEANFILES += $(bashcompletion_DATA)
EXTRA_DIST += contrib/completions/et-admin.bash
contrib/completions/et-admin: contrib/completions/et-admin.bash
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(top_srcdir)/$@.bash $@
