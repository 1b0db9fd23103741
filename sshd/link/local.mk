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

# Two real ones, or one and a client.
if HAVE_CMOCKA
link_tests = tests/unit/test_link tests/unit/test_link_hello \
	tests/unit/test_link_keys tests/unit/test_link_peer
check_PROGRAMS += $(link_tests)
TESTS += $(link_tests)
link_node = tests/unit/link_node.c tests/unit/link_node.h tests/unit/unit.h

tests_unit_test_link_SOURCES = tests/unit/test_link.c $(link_node)
tests_unit_test_link_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DLINK='"$(abs_top_builddir)/sshd/et-sshd-link"'
tests_unit_test_link_LDADD = sshd/libcommon.a $(CMOCKA_LIBS)
EXTRA_tests_unit_test_link_DEPENDENCIES = sshd/et-sshd-link

tests_unit_test_link_peer_SOURCES = tests/unit/test_link_peer.c \
	tests/unit/link_peer.c tests/unit/link_peer.h $(link_node)
tests_unit_test_link_peer_CPPFLAGS = $(tests_unit_test_link_CPPFLAGS) \
	$(TLS_CFLAGS)
tests_unit_test_link_peer_LDADD = sshd/libcommon.a $(TLS_LIBS) \
	$(CRYPTO_LIBS) $(CMOCKA_LIBS)
EXTRA_tests_unit_test_link_peer_DEPENDENCIES = sshd/et-sshd-link

# It has tls.c in itself, with keys that change sooner.
tests_unit_test_link_keys_SOURCES = tests/unit/test_link_keys.c \
	tests/unit/unit.h sshd/link/tls.h
tests_unit_test_link_keys_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(TLS_CFLAGS) $(link_includes)
tests_unit_test_link_keys_LDADD = $(TLS_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)

tests_unit_test_link_hello_SOURCES = tests/unit/test_link_hello.c \
	tests/unit/unit.h sshd/link/hello.c sshd/link/hello.h
tests_unit_test_link_hello_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(TLS_CFLAGS) $(link_includes)
tests_unit_test_link_hello_LDADD = $(TLS_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)
endif
