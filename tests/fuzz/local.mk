# fuzz targets: tests/fuzz/run.sh builds them itself, with clang
EXTRA_DIST += tests/fuzz/run.sh tests/fuzz/fuzz.mk \
	tests/fuzz/seeds.py tests/fuzz/layout.py \
	tests/fuzz/corpus \
	tests/fuzz/fuzz.c tests/fuzz/fuzz.h tests/fuzz/stand_in.h \
	tests/fuzz/message.c tests/fuzz/message.h \
	tests/fuzz/eventlog.c tests/fuzz/eventlog.h \
	tests/fuzz/fuzz_alert.c tests/fuzz/fuzz_conf.c tests/fuzz/fuzz_event.c \
	tests/fuzz/fuzz_exec.c tests/fuzz/fuzz_hello.c \
	tests/fuzz/fuzz_hostkey.c \
	tests/fuzz/fuzz_key.c tests/fuzz/fuzz_login.c \
	tests/fuzz/fuzz_monitor.c tests/fuzz/fuzz_msg.c \
	tests/fuzz/fuzz_name.c tests/fuzz/fuzz_page.c \
	tests/fuzz/fuzz_ports.c tests/fuzz/fuzz_proxy.c \
	tests/fuzz/fuzz_session.c tests/fuzz/fuzz_setup.c \
	tests/fuzz/fuzz_token.c tests/fuzz/fuzz_visitor.c \
	tests/fuzz/fuzz_words.c \
	tests/fuzz/fuzz_worker.c
