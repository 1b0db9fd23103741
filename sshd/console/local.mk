# A console: one command of an operator.  It links et-admin's nouns.
pkglibexec_PROGRAMS += sshd/et-sshd-console
console_words = sshd/console/words.c sshd/console/words.h
sshd_et_sshd_console_SOURCES = \
	sshd/common/sanitize.c \
	sshd/console/main.c \
	sshd/console/seal.c sshd/console/seal.h \
	sshd/console/talk.c sshd/console/talk.h \
	sshd/console/terminal.c sshd/console/terminal.h $(console_words)
sshd_et_sshd_console_CPPFLAGS = $(AM_CPPFLAGS) $(admin_includes) \
	$(JANSSON_CFLAGS) $(SECCOMP_CFLAGS)
sshd_et_sshd_console_LDADD = admin/libadmin.a policy/libstore.a \
	policy/libpolicy.a sshd/libcommon.a $(STORE_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS) $(CONFUSE_LIBS) $(ARGON2_LIBS) $(SECCOMP_LIBS) \
	$(CAP_LIBS) $(EV_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_words
TESTS += tests/unit/test_words
tests_unit_test_words_SOURCES = tests/unit/test_words.c tests/unit/unit.h \
	$(console_words)
tests_unit_test_words_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-I$(top_srcdir)/sshd/console
tests_unit_test_words_LDADD = $(CMOCKA_LIBS)
endif
