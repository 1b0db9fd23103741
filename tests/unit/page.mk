# unit tests of the page's modules
if HAVE_CMOCKA
page_tests = tests/unit/test_first_bytes
check_PROGRAMS += $(page_tests)
TESTS += $(page_tests)

tests_unit_test_first_bytes_SOURCES = tests/unit/test_first_bytes.c \
	$(page_first) tests/unit/unit.h
tests_unit_test_first_bytes_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-I$(top_srcdir)/sshd/page
tests_unit_test_first_bytes_LDADD = policy/libpolicy.a $(CMOCKA_LIBS)
endif
