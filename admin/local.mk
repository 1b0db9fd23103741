# The nouns: et-admin's, and the console's for those who come by SSH.
noinst_LIBRARIES += admin/libadmin.a
admin_libadmin_a_SOURCES = \
	admin/admin.h admin/apart.c admin/apart.h \
	admin/args.c admin/args.h admin/await.c admin/await.h \
	admin/change.c admin/change.h admin/clean.c admin/clean.h \
	admin/command.c admin/command.h admin/connect.c admin/connect.h \
	admin/connect_ssh.c admin/connect_store.c admin/doctor.c \
	admin/hostpub.c admin/hostpub.h admin/passkey.c admin/passkey.h \
	admin/progress.c admin/progress.h \
	admin/conf.c admin/conf.h admin/device.c admin/device_show.c \
	admin/device_list.c admin/device_list.h \
	admin/screen.c admin/screen.h \
	admin/enter.c admin/find.c admin/forward.c admin/heartbeat.c \
	admin/help.c admin/help.h admin/hostfile.c admin/hostfile.h \
	admin/import.c admin/import.h admin/import_row.c admin/import_row.h \
	admin/hostkey.c admin/installer.c admin/installer.h \
	admin/layout.c admin/layout.h admin/look.c admin/look.h \
	admin/log.c admin/log_check.c admin/log_check.h \
	admin/log_order.c admin/log_order.h \
	admin/key.c admin/keygen.c admin/keygen.h \
	admin/operator.c admin/output.c admin/output.h \
	admin/owner.c admin/owner.h \
	admin/output_print.c admin/output_print.h \
	admin/output_value.c admin/paste.c admin/paste.h admin/penalty.c admin/permit.c \
	admin/public.c admin/public.h \
	admin/say.c admin/session.c admin/show.c admin/show.h admin/status.c \
	admin/doctor_server.c admin/doctor_server.h \
	admin/rename.c admin/rename.h \
	admin/firewall.c admin/firewall.h admin/operator_add.h \
	admin/setup.c admin/setup.h admin/setup_conf.c admin/setup_conf.h \
	admin/setup_people.c \
	admin/setup_service.c admin/setup_service.h \
	admin/program.c admin/program.h \
	admin/rotate.c admin/rotate.h \
	admin/rotate_files.c admin/rotate_files.h \
	admin/rotate_ready.c admin/rotate_ready.h \
	admin/rotate_sign.c admin/rotate_sign.h \
	admin/event.c admin/tail.c admin/tail.h admin/tail_journal.c \
	admin/token.c admin/watch.c admin/watch.h \
	admin/when.c admin/when.h \
	admin/archive.c admin/archive.h admin/backup.c \
	admin/digest.c admin/digest.h admin/draft.c admin/draft.h \
	admin/kept.c admin/kept.h admin/manifest.c admin/manifest.h \
	admin/plan.c admin/plan.h admin/prune.c admin/prune.h \
	admin/restore.c admin/restore_place.c admin/restore_place.h \
	admin/restore_store.c admin/restore_store.h \
	admin/snapshot.c admin/snapshot.h admin/stage.c admin/stage.h \
	admin/stage_file.c admin/stage_file.h \
	admin/ustar.c admin/ustar.h
admin_libadmin_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) \
	$(CONFUSE_CFLAGS)

sbin_PROGRAMS += admin/et-admin
admin_et_admin_SOURCES = admin/main.c admin/member.c admin/member.h \
	admin/member_serve.c admin/member_wire.h
admin_et_admin_CPPFLAGS = $(admin_libadmin_a_CPPFLAGS)
admin_et_admin_LDADD = admin/libadmin.a policy/libstore.a policy/libpolicy.a \
	$(SQLITE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) \
	$(ARGON2_LIBS)

# A test of the whole command on a real store; a stand-in plays the server.
check_PROGRAMS += admin/test-standin
admin_test_standin_SOURCES = admin/test-standin.c admin/when.c admin/when.h
admin_test_standin_LDADD = policy/libstore.a policy/libpolicy.a \
	$(SQLITE_LIBS) $(CRYPTO_LIBS)
TESTS += admin/test-cli.sh
EXTRA_DIST += admin/test-cli.sh \
	admin/test-cli/completion.sh admin/test-cli/conf.sh \
	admin/test-cli/device.sh \
	admin/test-cli/forward.sh admin/test-cli/help.sh \
	admin/test-cli/hostkey.sh admin/test-cli/import.sh admin/test-cli/operator.sh \
	admin/test-cli/permit.sh \
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
