# the worker
worker_includes = -I$(top_srcdir)/sshd/worker \
	-I$(top_srcdir)/sshd/worker/libssh
pkglibexec_PROGRAMS += sshd/et-sshd-worker
# A worker once it is set up: tests/session runs it in its own process.
worker_modules = \
	sshd/worker/allowance.c sshd/worker/allowance.h \
	sshd/worker/ask.c sshd/worker/ask.h \
	sshd/worker/auth.c sshd/worker/auth.h \
	sshd/worker/bind.c sshd/worker/bind.h \
	sshd/worker/bridge.c sshd/worker/bridge.h \
	sshd/worker/command.c sshd/worker/command.h \
	sshd/worker/dispatch.c sshd/worker/dispatch.h \
	sshd/worker/ending.c sshd/worker/ending.h \
	sshd/worker/libssh/exchange.c \
	sshd/worker/libssh/exchange.h \
	sshd/worker/enrol.c sshd/worker/enrol.h \
	sshd/worker/exec.c sshd/worker/exec.h \
	sshd/worker/forward.c sshd/worker/forward.h \
	sshd/worker/global.c sshd/worker/global.h \
	sshd/worker/libssh/gssapi.c \
	sshd/worker/libssh/hostkey.c \
	sshd/worker/libssh/hostkey.h \
	sshd/worker/inbox.c sshd/worker/inbox.h \
	sshd/worker/jump.c sshd/worker/jump.h \
	sshd/worker/kex.c sshd/worker/kex.h \
	sshd/worker/loop.c sshd/worker/loop.h \
	sshd/worker/libssh/packets.c \
	sshd/worker/libssh/packets.h \
	sshd/worker/poll_wait.c sshd/worker/poll_wait.h \
	sshd/worker/libssh/readahead.c \
	sshd/worker/libssh/readahead.h \
	sshd/worker/receive.c sshd/worker/receive.h \
	sshd/worker/refuse.c sshd/worker/refuse.h \
	sshd/worker/serve.c sshd/worker/serve.h \
	sshd/worker/stream.c sshd/worker/stream.h sshd/worker/pair.c \
	sshd/worker/relay.c sshd/worker/relay.h \
	sshd/worker/rest.c sshd/worker/rest.h \
	sshd/worker/console_streams.c sshd/worker/console_streams.h \
	sshd/worker/request.c sshd/worker/request.h \
	sshd/worker/session.c sshd/worker/session.h \
	sshd/worker/libssh/signature.c \
	sshd/worker/libssh/signature.h \
	sshd/worker/token_line.c sshd/worker/token_line.h \
	sshd/worker/timing.c sshd/worker/timing.h \
	sshd/worker/verb.c sshd/worker/verb.h \
	sshd/worker/worker.c sshd/worker/worker.h
sshd_et_sshd_worker_SOURCES = \
	sshd/worker/main.c sshd/common/sanitize.c \
	sshd/worker/seal.c sshd/worker/seal.h \
	sshd/worker/setup.c sshd/worker/setup.h \
	sshd/worker/libssh/libssh_refused.c \
	sshd/worker/libssh/libssh_refused.h \
	sshd/worker/libssh/selftest.c \
	sshd/worker/libssh/selftest.h $(worker_modules)
EXTRA_DIST += sshd/worker/libssh/README.md
sshd_et_sshd_worker_CPPFLAGS = $(AM_CPPFLAGS) $(worker_includes) $(SSH_CFLAGS) $(CRYPTO_CFLAGS) \
	$(SECCOMP_CFLAGS) $(CAP_CFLAGS)
# A libssh that contrib/debian/libssh.sh puts there comes before the
# distribution's, wherever this is installed.
sshd_et_sshd_worker_LDFLAGS = $(AM_LDFLAGS) -Wl,--enable-new-dtags \
	-Wl,-rpath,/usr/lib/et-phone-home
sshd_et_sshd_worker_LDADD = sshd/libcommon.a $(SSH_LIBS) $(CRYPTO_LIBS) \
	$(EV_LIBS) $(SECCOMP_LIBS) $(CAP_LIBS)

# what needs no connection
if HAVE_CMOCKA
worker_tests = tests/unit/test_inbox tests/unit/test_kex \
	tests/unit/test_libssh_refused tests/unit/test_pair \
	tests/unit/test_readahead tests/unit/test_signature \
	tests/unit/test_verb
check_PROGRAMS += $(worker_tests)
TESTS += $(worker_tests)
worker_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(SSH_CFLAGS) \
	$(CRYPTO_CFLAGS) $(worker_includes)

tests_unit_test_inbox_SOURCES = tests/unit/test_inbox.c tests/unit/unit.h \
	sshd/worker/inbox.c sshd/worker/inbox.h
tests_unit_test_inbox_CPPFLAGS = $(worker_cppflags)
tests_unit_test_inbox_LDADD = $(CMOCKA_LIBS)

tests_unit_test_kex_SOURCES = tests/unit/test_kex.c tests/unit/unit.h \
	sshd/worker/kex.c sshd/worker/kex.h
tests_unit_test_kex_CPPFLAGS = $(worker_cppflags)
tests_unit_test_kex_LDADD = $(CMOCKA_LIBS)

tests_unit_test_libssh_refused_SOURCES = \
	tests/unit/test_libssh_refused.c tests/unit/unit.h \
	sshd/worker/libssh/libssh_refused.c \
	sshd/worker/libssh/libssh_refused.h
tests_unit_test_libssh_refused_CPPFLAGS = $(worker_cppflags)
tests_unit_test_libssh_refused_LDADD = $(CMOCKA_LIBS)

tests_unit_test_pair_SOURCES = tests/unit/test_pair.c tests/unit/unit.h \
	sshd/worker/stream.c sshd/worker/stream.h sshd/worker/pair.c
tests_unit_test_pair_CPPFLAGS = $(worker_cppflags)
tests_unit_test_pair_LDADD = $(EV_LIBS) $(CMOCKA_LIBS)

tests_unit_test_readahead_SOURCES = tests/unit/test_readahead.c \
	tests/unit/unit.h sshd/worker/libssh/readahead.c \
	sshd/worker/libssh/readahead.h
tests_unit_test_readahead_CPPFLAGS = $(worker_cppflags)
tests_unit_test_readahead_LDADD = $(CMOCKA_LIBS)

tests_unit_test_signature_SOURCES = tests/unit/test_signature.c \
	tests/unit/unit.h sshd/worker/libssh/signature.c \
	sshd/worker/libssh/signature.h
tests_unit_test_signature_CPPFLAGS = $(worker_cppflags)
tests_unit_test_signature_LDADD = sshd/libcommon.a $(SSH_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)

tests_unit_test_verb_SOURCES = tests/unit/test_verb.c tests/unit/unit.h \
	sshd/worker/verb.c sshd/worker/verb.h
tests_unit_test_verb_CPPFLAGS = $(worker_cppflags)
tests_unit_test_verb_LDADD = $(CMOCKA_LIBS)
endif
