# The keeper: beside consoles the server's only process that speaks SQL.
pkglibexec_PROGRAMS += sshd/et-sshd-keeper
keeper_group = sshd/keeper/group.c sshd/keeper/group.h \
	sshd/keeper/group_alert.c \
	sshd/keeper/group_heartbeat.c sshd/keeper/group_last.c \
	sshd/keeper/group_part.h sshd/keeper/group_session.c \
	sshd/keeper/group_tunnel.c \
	sshd/keeper/hours.c sshd/keeper/hours.h \
	sshd/keeper/hours_part.h sshd/keeper/hours_write.c
sshd_et_sshd_keeper_SOURCES = \
	sshd/common/sanitize.c \
	sshd/keeper/main.c sshd/keeper/keeper.c sshd/keeper/keeper.h \
	sshd/keeper/absence.c sshd/keeper/absence.h \
	sshd/keeper/alerts.c sshd/keeper/alerts.h \
	sshd/keeper/changes.c sshd/keeper/changes.h \
	sshd/keeper/enrol.c sshd/keeper/enrol.h \
	sshd/keeper/filter.c sshd/keeper/filter.h \
	sshd/keeper/forward_request.c sshd/keeper/forward_request.h \
	sshd/keeper/join.c sshd/keeper/join.h \
	sshd/keeper/lead.c sshd/keeper/lead.h \
	sshd/keeper/nodes.c sshd/keeper/nodes.h \
	sshd/keeper/opening.c sshd/keeper/opening.h \
	sshd/keeper/prune.c sshd/keeper/prune.h \
	sshd/keeper/report.c sshd/keeper/report.h \
	sshd/keeper/runner.c sshd/keeper/runner.h \
	sshd/keeper/send.c sshd/keeper/send.h \
	sshd/keeper/skew.c sshd/keeper/skew.h \
	sshd/keeper/take.c sshd/keeper/take.h \
	sshd/keeper/tickets.c sshd/keeper/tickets.h \
	sshd/keeper/tunnels.c sshd/keeper/tunnels.h \
	sshd/keeper/watch.c sshd/keeper/watch.h \
	sshd/keeper/wishes.c sshd/keeper/wishes.h \
	sshd/keeper/write.c sshd/keeper/write.h $(keeper_group)
sshd_et_sshd_keeper_CPPFLAGS = $(AM_CPPFLAGS) $(CAP_CFLAGS) \
	$(SECCOMP_CFLAGS)
sshd_et_sshd_keeper_LDADD = sshd/libcommon.a policy/libstore.a \
	policy/libpolicy.a $(STORE_LIBS) $(CAP_LIBS) $(SECCOMP_LIBS) \
	$(EV_LIBS) $(CRYPTO_LIBS) $(ARGON2_LIBS)
