include $(top_srcdir)/tests/unit/local.mk
include $(top_srcdir)/tests/unit/monitor.mk
include $(top_srcdir)/tests/session/local.mk
include $(top_srcdir)/tests/hostile/local.mk
include $(top_srcdir)/tests/fault/local.mk
include $(top_srcdir)/tests/regress/local.mk
include $(top_srcdir)/tests/bench/local.mk
include $(top_srcdir)/tests/fuzz/local.mk
