# A page: the fleet in a browser, for one operator's connection.
pkglibexec_PROGRAMS += sshd/et-sshd-page
page_includes = -I$(top_srcdir)/sshd/page -I$(top_srcdir)/sshd/page/api \
	$(admin_includes)
page_first = sshd/page/first_bytes.c sshd/page/first_bytes.h \
	sshd/page/first_hello.c sshd/page/first_hello.h \
	sshd/page/first_request.c sshd/page/first_request.h \
	sshd/page/request_watch.c sshd/page/request_watch.h \
	sshd/page/site.c sshd/page/site.h
sshd_et_sshd_page_SOURCES = \
	sshd/common/sanitize.c \
	sshd/page/api/api.h \
	sshd/page/api/api.c \
	sshd/page/api/act.c \
	sshd/page/api/events.c \
	sshd/page/api/metrics.c \
	sshd/page/command.c sshd/page/command.h \
	sshd/page/command_text.c sshd/page/command_text.h \
	sshd/page/feed.c sshd/page/feed.h \
	sshd/page/api/qr.c sshd/page/api/qr.h \
	sshd/page/device_notice.c sshd/page/device_notice.h \
	sshd/page/device_web.c sshd/page/device_web.h \
	$(page_first) \
	sshd/page/guard.c sshd/page/guard.h \
	sshd/page/http.c sshd/page/http.h \
	sshd/page/main.c sshd/page/page.h \
	sshd/page/notice.c sshd/page/notice.h \
	sshd/page/relay.c sshd/page/relay.h \
	sshd/page/reply.c sshd/page/reply.h \
	sshd/page/request.c sshd/page/request.h \
	sshd/page/route.c sshd/page/route.h \
	sshd/page/seal.c sshd/page/seal.h \
	sshd/page/serve.c sshd/page/serve.h \
	sshd/page/talk.c sshd/page/talk.h \
	sshd/page/target.c sshd/page/target.h \
	sshd/page/visitor.c sshd/page/visitor.h \
	sshd/page/web_file.c $(page_tell)
nodist_sshd_et_sshd_page_SOURCES = sshd/page/web_files.c
sshd_et_sshd_page_CPPFLAGS = $(AM_CPPFLAGS) $(page_includes) \
	$(JANSSON_CFLAGS) $(SECCOMP_CFLAGS) $(MICROHTTPD_CFLAGS) $(QRENCODE_CFLAGS)
sshd_et_sshd_page_LDADD = admin/libadmin.a policy/libstore.a policy/libpolicy.a \
	sshd/libcommon.a $(STORE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS) \
	$(ARGON2_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS) $(EV_LIBS) \
	$(MICROHTTPD_LIBS) $(QRENCODE_LIBS) $(CONFUSE_LIBS)

page_web = sshd/page/web/acts.js sshd/page/web/alerts.js \
	sshd/page/web/api.js sshd/page/web/app.js \
	sshd/page/web/charts.js sshd/page/web/device.js sshd/page/web/dom.js \
	sshd/page/web/events.js sshd/page/web/fleet.js sshd/page/web/icon.svg \
	sshd/page/web/keys.js sshd/page/web/marks.js sshd/page/web/operators.js \
	sshd/page/web/server.js sshd/page/web/shell.html sshd/page/web/style.css \
	sshd/page/web/table.js sshd/page/web/time.js sshd/page/web/token.js \
	sshd/page/web/tokens.js sshd/page/web/units.js
EXTRA_DIST += $(page_web) sshd/page/web/embed.sh
CLEANFILES += sshd/page/web_files.c
sshd/page/web_files.c: $(page_web) sshd/page/web/embed.sh $(DYGRAPHS)
	$(AM_V_GEN)$(MKDIR_P) sshd/page && cd $(srcdir) && \
	    sh sshd/page/web/embed.sh $(page_web) $(DYGRAPHS) \
	    > $(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp \
	    $(abs_builddir)/$@
