# steps of an attacker from within the seal of each kind of process
escape_tests = tests/escape/worker tests/escape/keeper tests/escape/console \
	tests/escape/monitor tests/escape/launcher tests/escape/page \
	tests/escape/link
check_PROGRAMS += $(escape_tests)
TESTS += $(escape_tests)
EXTRA_DIST += tests/escape/outcomes
escape_modules = tests/escape/escape.c tests/escape/escape.h \
	tests/escape/prey.c tests/escape/prey.h tests/escape/calls.c \
	tests/escape/files.c tests/escape/net.c tests/escape/process.c
escape_libs = sshd/libcommon.a $(SECCOMP_LIBS) $(CAP_LIBS)

tests_escape_worker_SOURCES = tests/escape/kind_worker.c $(escape_modules) \
	sshd/worker/seal.c sshd/worker/seal.h
tests_escape_worker_CPPFLAGS = $(AM_CPPFLAGS) $(worker_includes)
tests_escape_worker_LDADD = $(escape_libs)

tests_escape_keeper_SOURCES = tests/escape/kind_keeper.c $(escape_modules) \
	sshd/keeper/filter.c sshd/keeper/filter.h
tests_escape_keeper_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sshd/keeper \
	-I$(top_srcdir)/policy
tests_escape_keeper_LDADD = policy/libpolicy.a $(escape_libs)

tests_escape_console_SOURCES = tests/escape/kind_console.c $(escape_modules) \
	sshd/console/seal.c sshd/console/seal.h
tests_escape_console_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sshd/console
tests_escape_console_LDADD = $(escape_libs)

tests_escape_monitor_SOURCES = tests/escape/kind_monitor.c $(escape_modules) \
	sshd/monitor/system/filter.c sshd/monitor/system/filter.h
tests_escape_monitor_CPPFLAGS = $(AM_CPPFLAGS) $(monitor_includes)
tests_escape_monitor_LDADD = $(escape_libs)

tests_escape_launcher_SOURCES = tests/escape/kind_launcher.c \
	$(escape_modules) sshd/monitor/child/filter_launcher.c sshd/monitor/system/filter.h
tests_escape_launcher_CPPFLAGS = $(AM_CPPFLAGS) $(monitor_includes)
tests_escape_launcher_LDADD = $(escape_libs)

tests_escape_page_SOURCES = tests/escape/kind_page.c $(escape_modules) \
	sshd/page/seal.c sshd/page/seal.h
tests_escape_page_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sshd/page
tests_escape_page_LDADD = $(escape_libs)

tests_escape_link_SOURCES = tests/escape/kind_link.c $(escape_modules) \
	sshd/link/seal.c sshd/link/seal.h
tests_escape_link_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sshd/link
tests_escape_link_LDADD = $(escape_libs)
