# Everything but main.c is a library, so that tests can link the modules.
noinst_LIBRARIES += sshd/libmonitor.a
sshd_libmonitor_a_SOURCES = \
	sshd/monitor/accept.c sshd/monitor/accept.h \
	sshd/monitor/algorithm.c sshd/monitor/algorithm.h \
	sshd/monitor/arrival.c sshd/monitor/arrival.h \
	sshd/monitor/answer.c sshd/monitor/answer.h \
	sshd/monitor/bridge.c sshd/monitor/bridge.h \
	sshd/monitor/bucket.c sshd/monitor/bucket.h \
	sshd/monitor/check.c sshd/monitor/check.h \
	sshd/monitor/child.c sshd/monitor/child.h \
	sshd/monitor/child_sock.c sshd/monitor/child_sock.h \
	sshd/monitor/clean.c sshd/monitor/clean.h \
	sshd/monitor/conf.c sshd/monitor/conf.h \
	sshd/monitor/conf_text.c sshd/monitor/conf_text.h \
	sshd/monitor/conn.c sshd/monitor/conn.h \
	sshd/monitor/console.c sshd/monitor/console.h \
	sshd/monitor/directory.c sshd/monitor/directory.h \
	sshd/monitor/directory_operator.c \
	sshd/monitor/enrol.c sshd/monitor/enrol.h \
	sshd/monitor/enrolment.h \
	sshd/monitor/event.c sshd/monitor/event.h \
	sshd/monitor/event_level.c sshd/monitor/event_level.h \
	sshd/monitor/event_seal.c sshd/monitor/event_seal.h \
	sshd/monitor/exchange.c sshd/monitor/exchange.h \
	sshd/monitor/filter.c sshd/monitor/filter.h \
	sshd/monitor/filter_launcher.c \
	sshd/monitor/hostkey.c sshd/monitor/hostkey.h \
	sshd/monitor/inbox.c sshd/monitor/inbox.h \
	sshd/monitor/installer.c sshd/monitor/installer.h \
	sshd/monitor/jump.c sshd/monitor/jump.h \
	sshd/monitor/lacks.c sshd/monitor/lacks.h \
	sshd/monitor/launch.c sshd/monitor/launch.h \
	sshd/monitor/learn.c sshd/monitor/learn.h \
	sshd/monitor/learn_operator.c sshd/monitor/learn_operator.h \
	sshd/monitor/listen.c sshd/monitor/listen.h \
	sshd/monitor/lobby.c sshd/monitor/lobby.h \
	sshd/monitor/login.c sshd/monitor/login.h \
	sshd/monitor/monitor.c sshd/monitor/monitor.h \
	sshd/monitor/network.c sshd/monitor/network.h \
	sshd/monitor/notify.c sshd/monitor/notify.h \
	sshd/monitor/opensshkey.c sshd/monitor/opensshkey.h \
	sshd/monitor/owner.c sshd/monitor/owner.h \
	sshd/monitor/pins.c sshd/monitor/pins.h \
	sshd/monitor/pkey.c sshd/monitor/pkey.h \
	sshd/monitor/presence.c sshd/monitor/presence.h \
	sshd/monitor/quantum.c sshd/monitor/quantum.h \
	sshd/monitor/privilege.c sshd/monitor/privilege.h \
	sshd/monitor/proxy.c sshd/monitor/proxy.h \
	sshd/monitor/reach.c sshd/monitor/reach.h \
	sshd/monitor/record.c sshd/monitor/record.h \
	sshd/monitor/sightings.c sshd/monitor/sightings.h \
	sshd/monitor/penalty.c sshd/monitor/penalty.h \
	sshd/monitor/srclimit.c sshd/monitor/srclimit.h \
	sshd/monitor/status.c sshd/monitor/status.h \
	sshd/monitor/tokens.c sshd/monitor/tokens.h \
	sshd/monitor/tunnel.c sshd/monitor/tunnel.h \
	sshd/monitor/tunnel_accept.c sshd/monitor/tunnel_accept.h \
	sshd/monitor/unit_paths.c sshd/monitor/unit_paths.h \
	sshd/monitor/userauth.c sshd/monitor/userauth.h \
	sshd/monitor/waiting.c sshd/monitor/waiting.h
sshd_libmonitor_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sshd/monitor \
	$(JANSSON_CFLAGS) $(CONFUSE_CFLAGS) $(SECCOMP_CFLAGS)

sbin_PROGRAMS += sshd/et-sshd
sshd_et_sshd_SOURCES = sshd/monitor/main.c sshd/common/sanitize.c
sshd_et_sshd_CPPFLAGS = $(sshd_libmonitor_a_CPPFLAGS)
sshd_et_sshd_LDADD = sshd/libmonitor.a policy/libpolicy.a sshd/libcommon.a \
	$(CRYPTO_LIBS) $(CAP_LIBS) $(SECCOMP_LIBS) $(JANSSON_LIBS) \
	$(CONFUSE_LIBS) $(EV_LIBS)
