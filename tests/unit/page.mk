# unit tests of the page's modules
if HAVE_CMOCKA
page_tests = tests/unit/test_first_bytes tests/unit/test_request_watch \
	tests/unit/test_page_relay
check_PROGRAMS += $(page_tests)
TESTS += $(page_tests)

tests_unit_test_first_bytes_SOURCES = tests/unit/test_first_bytes.c \
	$(page_first) tests/unit/unit.h
tests_unit_test_first_bytes_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-I$(top_srcdir)/sshd/page
tests_unit_test_first_bytes_LDADD = policy/libpolicy.a $(CMOCKA_LIBS)

tests_unit_test_request_watch_SOURCES = tests/unit/test_request_watch.c \
	$(page_first) tests/unit/unit.h
tests_unit_test_request_watch_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-I$(top_srcdir)/sshd/page
tests_unit_test_request_watch_LDADD = policy/libpolicy.a $(CMOCKA_LIBS)

tests_unit_test_page_relay_SOURCES = tests/unit/test_page_relay.c \
	sshd/page/notice.c sshd/page/notice.h \
	sshd/page/relay.c sshd/page/relay.h $(page_first) tests/unit/unit.h
tests_unit_test_page_relay_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-I$(top_srcdir)/sshd/page
tests_unit_test_page_relay_LDADD = policy/libpolicy.a $(CRYPTO_LIBS) \
	$(EV_LIBS) $(CMOCKA_LIBS)
endif
