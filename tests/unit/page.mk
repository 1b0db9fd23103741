# unit tests of the page's modules
page_first = sshd/page/first_bytes.c sshd/page/first_bytes.h \
	sshd/page/first_hello.c sshd/page/first_hello.h \
	sshd/page/first_request.c sshd/page/first_request.h \
	sshd/page/site.c sshd/page/site.h
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
