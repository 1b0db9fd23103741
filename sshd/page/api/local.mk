# What a page tells: JSON, and HTML made of it.  It knows of no HTTP.
page_tell = sshd/page/html.c sshd/page/html.h sshd/page/html_device.c \
	sshd/page/html_fleet.c sshd/page/html_pages.h \
	sshd/page/html_shell.c sshd/page/html_value.c \
	sshd/page/html_value.h sshd/page/web_file.h \
	sshd/page/api/asked.c sshd/page/api/asked.h \
	sshd/page/api/beats.c sshd/page/api/beats.h \
	sshd/page/api/tell_history.c sshd/page/api/tell_history.h \
	sshd/page/api/device_parts.c sshd/page/api/device_parts.h \
	sshd/page/api/print.c sshd/page/api/print.h \
	sshd/page/api/row.c sshd/page/api/row.h sshd/page/api/tally.c \
	sshd/page/api/tell.c sshd/page/api/tell.h \
	sshd/page/api/tell_alerts.c sshd/page/api/tell_device.c \
	sshd/page/api/tell_fleet.c sshd/page/api/tell_lists.c \
	sshd/page/api/tell_me.c sshd/page/api/tell_rows.c \
	sshd/page/api/tell_server.c sshd/page/api/view.c \
	sshd/page/api/view.h sshd/page/api/wrong.c sshd/page/api/wrong.h

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_page_api
TESTS += tests/unit/test_page_api
tests_unit_test_page_api_SOURCES = tests/unit/test_page_api.c \
	$(page_tell) $(unit_place)
tests_unit_test_page_api_CPPFLAGS = $(unit_cppflags) $(admin_includes) \
	$(JANSSON_CFLAGS) -I$(top_srcdir)/sshd/page \
	-I$(top_srcdir)/sshd/page/api
tests_unit_test_page_api_LDADD = admin/libadmin.a sshd/libcommon.a \
	$(unit_store) $(JANSSON_LIBS) $(CONFUSE_LIBS)
endif
