# et-notify: sends alerts to people and to other programs.
if NOTIFY
sbin_PROGRAMS += notify/et-notify
# The parts that tests link, too: no process, no network.
notify_parts = \
	notify/alert.c notify/alert.h \
	notify/alert_clean.c notify/alert_clean.h \
	notify/cursor.c notify/cursor.h \
	notify/mail.c notify/mail.h \
	notify/queue.c notify/queue.h \
	notify/say.c notify/say.h \
	notify/stream.c notify/stream.h \
	notify/stream_file.c notify/stream_file.h \
	notify/template.c notify/template.h \
	notify/text.c notify/text.h
notify_et_notify_SOURCES = $(notify_parts) \
	notify/attempt.c notify/attempt.h \
	notify/conf.c notify/conf.h notify/conf_files.c \
	notify/conf_option.c notify/conf_option.h \
	notify/courier.c notify/courier.h \
	notify/execute.c notify/execute.h \
	notify/filter.c notify/filter.h \
	notify/http.c notify/http.h \
	notify/launcher.c notify/launcher.h \
	notify/main.c notify/notify.c notify/notify.h \
	notify/seal.c notify/seal.h \
	notify/secret.c notify/secret.h \
	notify/state.c notify/state.h
notify_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/notify $(JANSSON_CFLAGS) \
	$(CONFUSE_CFLAGS) $(CURL_CFLAGS) $(SECCOMP_CFLAGS)
notify_et_notify_CPPFLAGS = $(notify_cppflags)
notify_et_notify_LDADD = sshd/libcommon.a $(CURL_LIBS) $(JANSSON_LIBS) \
	$(CONFUSE_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS) $(EV_LIBS)
endif
