# a whole worker session in the test's own process
session_scene = \
	tests/session/bridges.c tests/session/bridges.h \
	tests/session/joint.c tests/session/joint.h \
	tests/session/peer.c tests/session/peer.h \
	tests/session/port.c tests/session/port.h \
	tests/session/scene.c tests/session/scene.h \
	tests/session/signer.c tests/session/signer.h \
	sshd/monitor/login/exchange.c sshd/monitor/login/exchange.h \
	tests/session/standin.c tests/session/standin.h \
	tests/session/way.c tests/session/way.h

check_PROGRAMS += tests/session/message_order
TESTS += tests/session/message_order
tests_session_message_order_SOURCES = tests/session/message_order.c \
	$(session_scene) $(worker_modules)
tests_session_message_order_CPPFLAGS = $(worker_includes) -I$(top_srcdir)/sshd \
	$(AM_CPPFLAGS) $(SSH_CFLAGS) $(CRYPTO_CFLAGS)
tests_session_message_order_LDADD = sshd/libcommon.a $(SSH_LIBS) \
	$(CRYPTO_LIBS) $(EV_LIBS)

check_PROGRAMS += tests/session/keepalive
TESTS += tests/session/keepalive
tests_session_keepalive_SOURCES = tests/session/keepalive.c \
	$(session_scene) $(worker_modules)
tests_session_keepalive_CPPFLAGS = $(tests_session_message_order_CPPFLAGS)
tests_session_keepalive_LDADD = $(tests_session_message_order_LDADD)

check_PROGRAMS += tests/session/not_reading
TESTS += tests/session/not_reading
tests_session_not_reading_SOURCES = tests/session/not_reading.c \
	$(session_scene) $(worker_modules)
tests_session_not_reading_CPPFLAGS = $(tests_session_message_order_CPPFLAGS)
tests_session_not_reading_LDADD = $(tests_session_message_order_LDADD)

check_PROGRAMS += tests/session/session_end
TESTS += tests/session/session_end
tests_session_session_end_SOURCES = tests/session/session_end.c \
	$(session_scene) $(worker_modules)
tests_session_session_end_CPPFLAGS = $(tests_session_message_order_CPPFLAGS)
tests_session_session_end_LDADD = $(tests_session_message_order_LDADD)
