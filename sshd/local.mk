include $(top_srcdir)/sshd/common/local.mk
include $(top_srcdir)/sshd/monitor/local.mk
include $(top_srcdir)/sshd/worker/local.mk
include $(top_srcdir)/sshd/keeper/local.mk
include $(top_srcdir)/sshd/console/local.mk
include $(top_srcdir)/sshd/page/api/local.mk
include $(top_srcdir)/sshd/page/local.mk
include $(top_srcdir)/sshd/link/local.mk
dist_man_MANS += sshd/et-sshd.8 sshd/et-sshd.conf.5
EXTRA_DIST += sshd/PROTOCOL sshd/README.md
