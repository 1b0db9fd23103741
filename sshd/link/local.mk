# The streams between nodes.
pkglibexec_PROGRAMS += sshd/et-sshd-link
link_includes = -I$(top_srcdir)/sshd/link
link_modules = \
	sshd/link/hear.c sshd/link/hear.h \
	sshd/link/hello.c sshd/link/hello.h \
	sshd/link/link.c sshd/link/link.h \
	sshd/link/loop.c sshd/link/loop.h \
	sshd/link/relay.c sshd/link/relay.h \
	sshd/link/say.c sshd/link/say.h \
	sshd/link/stream.c sshd/link/stream.h \
	sshd/link/tls.c sshd/link/tls.h
sshd_et_sshd_link_SOURCES = sshd/common/sanitize.c sshd/link/main.c \
	sshd/link/seal.c sshd/link/seal.h $(link_modules)
sshd_et_sshd_link_CPPFLAGS = $(AM_CPPFLAGS) $(link_includes) \
	$(TLS_CFLAGS) $(CRYPTO_CFLAGS) $(SECCOMP_CFLAGS)
sshd_et_sshd_link_LDADD = sshd/libcommon.a $(TLS_LIBS) $(CRYPTO_LIBS) \
	$(EV_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS)
