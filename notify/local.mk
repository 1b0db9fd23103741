# et-notify: sends alerts to people and to other programs.
if NOTIFY
sbin_PROGRAMS += notify/et-notify
notify_parts = \
	notify/alert_line.c notify/alert_line.h \
	notify/alert_clean.c notify/alert_clean.h \
	notify/attempt.c notify/attempt.h \
	notify/conf.c notify/conf.h \
	notify/conf_files.c \
	notify/conf_option.c notify/conf_option.h \
	notify/courier.c notify/courier.h \
	notify/cursor.c notify/cursor.h \
	notify/execute.c notify/execute.h \
	notify/filter.c notify/filter.h \
	notify/http.c notify/http.h \
	notify/launcher.c notify/launcher.h \
	notify/mail.c notify/mail.h \
	notify/notify.c notify/notify.h \
	notify/queue.c notify/queue.h \
	notify/say.c notify/say.h \
	notify/seal.c notify/seal.h \
	notify/secret.c notify/secret.h \
	notify/state.c notify/state.h \
	notify/stream.c notify/stream.h \
	notify/stream_file.c notify/stream_file.h \
	notify/template.c notify/template.h \
	notify/text.c notify/text.h
notify_et_notify_SOURCES = notify/main.c sshd/common/sanitize.c $(notify_parts)
notify_cppflags = -I$(top_srcdir)/notify $(AM_CPPFLAGS) $(JANSSON_CFLAGS) \
	$(CONFUSE_CFLAGS) $(CURL_CFLAGS) $(SECCOMP_CFLAGS)
notify_et_notify_CPPFLAGS = $(notify_cppflags)
notify_et_notify_LDADD = sshd/libcommon.a $(CURL_LIBS) $(JANSSON_LIBS) \
	$(CONFUSE_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS) $(EV_LIBS)
dist_man_MANS += notify/et-notify.8 notify/et-notify.conf.5
bashcompletion_DATA += contrib/completions/et-notify
CLEANFILES += contrib/completions/et-notify
contrib/completions/et-notify: contrib/completions/et-notify.bash
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(top_srcdir)/$@.bash $@
endif
EXTRA_DIST += notify/README.md contrib/completions/et-notify.bash

if NOTIFY
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_notify tests/unit/test_notify_seal
TESTS += tests/unit/test_notify tests/unit/test_notify_seal
tests_unit_test_notify_seal_SOURCES = tests/unit/test_notify_seal.c \
	tests/unit/unit.h notify/seal.c notify/seal.h
tests_unit_test_notify_seal_CPPFLAGS = $(notify_cppflags) $(CMOCKA_CFLAGS)
tests_unit_test_notify_seal_LDADD = sshd/libcommon.a $(SECCOMP_LIBS) \
	$(CAP_LIBS) $(CMOCKA_LIBS)
tests_unit_test_notify_SOURCES = tests/unit/test_notify.c tests/unit/unit.h \
	$(notify_parts)
tests_unit_test_notify_CPPFLAGS = $(notify_cppflags) $(CMOCKA_CFLAGS)
tests_unit_test_notify_LDADD = $(notify_et_notify_LDADD) $(CMOCKA_LIBS)
endif
endif
