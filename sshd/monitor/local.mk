# Where its headers are.
monitor_includes = -I$(top_srcdir)/sshd/monitor \
	-I$(top_srcdir)/sshd/monitor/gate \
	-I$(top_srcdir)/sshd/monitor/login \
	-I$(top_srcdir)/sshd/monitor/device \
	-I$(top_srcdir)/sshd/monitor/alert \
	-I$(top_srcdir)/sshd/monitor/operator \
	-I$(top_srcdir)/sshd/monitor/child \
	-I$(top_srcdir)/sshd/monitor/directory \
	-I$(top_srcdir)/sshd/monitor/conf \
	-I$(top_srcdir)/sshd/monitor/log \
	-I$(top_srcdir)/sshd/monitor/node \
	-I$(top_srcdir)/sshd/monitor/system

# Everything but main.c is a library, so that tests can link the modules.
noinst_LIBRARIES += sshd/libmonitor.a
sshd_libmonitor_a_SOURCES = \
	sshd/monitor/answer.c sshd/monitor/answer.h \
	sshd/monitor/answer_listen.c sshd/monitor/answer_listen.h \
	sshd/monitor/bucket.c sshd/monitor/bucket.h \
	sshd/monitor/conn.c sshd/monitor/conn.h \
	sshd/monitor/counters.c sshd/monitor/counters.h \
	sshd/monitor/conn_event.c sshd/monitor/conn_event.h \
	sshd/monitor/ending.c sshd/monitor/ending.h \
	sshd/monitor/learn.c sshd/monitor/learn.h \
	sshd/monitor/learn_device.c sshd/monitor/learn_device.h \
	sshd/monitor/learn_node.c sshd/monitor/learn_node.h \
	sshd/monitor/learn_operator.c sshd/monitor/learn_operator.h \
	sshd/monitor/listen.c sshd/monitor/listen.h \
	sshd/monitor/loop.c sshd/monitor/loop.h \
	sshd/monitor/monitor.c sshd/monitor/monitor.h \
	sshd/monitor/pool.c sshd/monitor/pool.h \
	sshd/monitor/srclimit.c sshd/monitor/srclimit.h \
	sshd/monitor/status.c sshd/monitor/status.h \
	sshd/monitor/alert/alert_bound.c \
	sshd/monitor/alert/alert_bound.h \
	sshd/monitor/alert/alert_gone.c \
	sshd/monitor/alert/alert_gone.h \
	sshd/monitor/alert/alert_mute.c \
	sshd/monitor/alert/alert_mute.h \
	sshd/monitor/alert/alert_list.c \
	sshd/monitor/alert/alert_list.h \
	sshd/monitor/alert/alert_often.c \
	sshd/monitor/alert/alert_often.h \
	sshd/monitor/alert/alert_rhythm.c \
	sshd/monitor/alert/alert_rhythm.h \
	sshd/monitor/alert/alert_server.c \
	sshd/monitor/alert/alert_server.h \
	sshd/monitor/alert/alert_site.c \
	sshd/monitor/alert/alert_site.h \
	sshd/monitor/alert/alert_sweep.c \
	sshd/monitor/alert/alert_sweep.h \
	sshd/monitor/alert/alert_tell.c \
	sshd/monitor/alert/alert_tell.h \
	sshd/monitor/child/child.c sshd/monitor/child/child.h \
	sshd/monitor/child/child_sock.c sshd/monitor/child/child_sock.h \
	sshd/monitor/child/filter_launcher.c \
	sshd/monitor/child/launch.c sshd/monitor/child/launch.h \
	sshd/monitor/child/launcher.c sshd/monitor/child/launcher.h \
	sshd/monitor/conf/conf.c sshd/monitor/conf/conf.h \
	sshd/monitor/conf/conf_option.c sshd/monitor/conf/conf_option.h \
	sshd/monitor/conf/conf_reload.c \
	sshd/monitor/conf/conf_text.c sshd/monitor/conf/conf_text.h \
	sshd/monitor/device/bridge.c sshd/monitor/device/bridge.h \
	sshd/monitor/device/inbox.c sshd/monitor/device/inbox.h \
	sshd/monitor/device/presence.c sshd/monitor/device/presence.h \
	sshd/monitor/device/sightings.c sshd/monitor/device/sightings.h \
	sshd/monitor/device/tunnel.c sshd/monitor/device/tunnel.h \
	sshd/monitor/device/tunnel_accept.c \
	sshd/monitor/device/tunnel_accept.h \
	sshd/monitor/device/wanted.c sshd/monitor/device/wanted.h \
	sshd/monitor/directory/directory.c sshd/monitor/directory/directory.h \
	sshd/monitor/directory/directory_operator.c \
	sshd/monitor/directory/record.c sshd/monitor/directory/record.h \
	sshd/monitor/gate/accept.c sshd/monitor/gate/accept.h \
	sshd/monitor/gate/arrival.c sshd/monitor/gate/arrival.h \
	sshd/monitor/gate/lobby.c sshd/monitor/gate/lobby.h \
	sshd/monitor/gate/network.c sshd/monitor/gate/network.h \
	sshd/monitor/gate/penalty.c sshd/monitor/gate/penalty.h \
	sshd/monitor/gate/proxy.c sshd/monitor/gate/proxy.h \
	sshd/monitor/gate/reclaim.c sshd/monitor/gate/reclaim.h \
	sshd/monitor/gate/scrape.c sshd/monitor/gate/scrape.h \
	sshd/monitor/gate/turn_away.c sshd/monitor/gate/turn_away.h \
	sshd/monitor/gate/waiting.c sshd/monitor/gate/waiting.h \
	sshd/monitor/log/clean.c sshd/monitor/log/clean.h \
	sshd/monitor/log/event.c sshd/monitor/log/event.h \
	sshd/monitor/log/event_field.c sshd/monitor/log/event_field.h \
	sshd/monitor/log/event_file.c sshd/monitor/log/event_file.h \
	sshd/monitor/log/event_level.c sshd/monitor/log/event_level.h \
	sshd/monitor/log/event_seal.c sshd/monitor/log/event_seal.h \
	sshd/monitor/log/recent.c sshd/monitor/log/recent.h \
	sshd/monitor/login/algorithm.c sshd/monitor/login/algorithm.h \
	sshd/monitor/login/enrol.c sshd/monitor/login/enrol.h \
	sshd/monitor/login/enrolment.c sshd/monitor/login/enrolment.h \
	sshd/monitor/login/exchange.c sshd/monitor/login/exchange.h \
	sshd/monitor/login/hostkey.c sshd/monitor/login/hostkey.h \
	sshd/monitor/login/installer.c sshd/monitor/login/installer.h \
	sshd/monitor/login/login.c sshd/monitor/login/login.h \
	sshd/monitor/login/opensshkey.c sshd/monitor/login/opensshkey.h \
	sshd/monitor/login/pins.c sshd/monitor/login/pins.h \
	sshd/monitor/login/pkey.c sshd/monitor/login/pkey.h \
	sshd/monitor/login/quantum.c sshd/monitor/login/quantum.h \
	sshd/monitor/login/sign.c sshd/monitor/login/sign.h \
	sshd/monitor/login/tokens.c sshd/monitor/login/tokens.h \
	sshd/monitor/login/userauth.c sshd/monitor/login/userauth.h \
	sshd/monitor/node/bound.c sshd/monitor/node/bound.h \
	sshd/monitor/node/drain.c sshd/monitor/node/drain.h \
	sshd/monitor/node/foreign.c sshd/monitor/node/foreign.h \
	sshd/monitor/node/node.c sshd/monitor/node/node.h \
	sshd/monitor/node/relay.c sshd/monitor/node/relay.h \
	sshd/monitor/node/relay_in.c sshd/monitor/node/relay_in.h \
	sshd/monitor/node/relay_out.c sshd/monitor/node/relay_out.h \
	sshd/monitor/node/relayed.c sshd/monitor/node/relayed.h \
	sshd/monitor/node/remote.c sshd/monitor/node/remote.h \
	sshd/monitor/node/ticket.c sshd/monitor/node/ticket.h \
	sshd/monitor/operator/console.c sshd/monitor/operator/console.h \
	sshd/monitor/operator/jump.c sshd/monitor/operator/jump.h \
	sshd/monitor/operator/jump_ask.c sshd/monitor/operator/jump_ask.h \
	sshd/monitor/operator/jump_check.c sshd/monitor/operator/jump_check.h \
	sshd/monitor/operator/jump_join.c sshd/monitor/operator/jump_join.h \
	sshd/monitor/operator/jump_remote.c \
	sshd/monitor/operator/jump_remote.h \
	sshd/monitor/operator/owner.c sshd/monitor/operator/owner.h \
	sshd/monitor/operator/page.c sshd/monitor/operator/page.h \
	sshd/monitor/operator/page_ask.c sshd/monitor/operator/page_ask.h \
	sshd/monitor/operator/pasted.c sshd/monitor/operator/pasted.h \
	sshd/monitor/operator/page_key.c sshd/monitor/operator/page_key.h \
	sshd/monitor/operator/reach.c sshd/monitor/operator/reach.h \
	sshd/monitor/operator/visit.c sshd/monitor/operator/visit.h \
	sshd/monitor/system/check.c sshd/monitor/system/check.h \
	sshd/monitor/system/filter.c sshd/monitor/system/filter.h \
	sshd/monitor/system/lacks.c sshd/monitor/system/lacks.h \
	sshd/monitor/system/notify.c sshd/monitor/system/notify.h \
	sshd/monitor/system/privilege.c sshd/monitor/system/privilege.h \
	sshd/monitor/system/unit_paths.c sshd/monitor/system/unit_paths.h
sshd_libmonitor_a_CPPFLAGS = $(AM_CPPFLAGS) $(monitor_includes) \
	$(JANSSON_CFLAGS) $(CONFUSE_CFLAGS) $(SECCOMP_CFLAGS)

sbin_PROGRAMS += sshd/et-sshd
sshd_et_sshd_SOURCES = sshd/monitor/main.c sshd/common/sanitize.c
sshd_et_sshd_CPPFLAGS = $(sshd_libmonitor_a_CPPFLAGS)
sshd_et_sshd_LDADD = sshd/libmonitor.a policy/libpolicy.a sshd/libcommon.a \
	$(CRYPTO_LIBS) $(CAP_LIBS) $(SECCOMP_LIBS) $(JANSSON_LIBS) \
	$(CONFUSE_LIBS) $(EV_LIBS)
