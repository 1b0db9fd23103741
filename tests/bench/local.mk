# make bench: built and run only when asked for
bench_programs = tests/bench/bench-poll \
	tests/bench/bench-hold tests/bench/bench-usage \
	tests/bench/bench-pump tests/bench/bench-keygen \
	tests/bench/bench-history tests/bench/bench-beats
# A test uses these as well.
load_programs = tests/bench/bench-idle tests/bench/bench-fleet tests/bench/bench-load \
	tests/bench/bench-wave tests/bench/bench-flow
check_PROGRAMS += $(load_programs)
bench_scripts = tests/bench/run.sh tests/bench/servers.sh \
	tests/bench/report.sh tests/bench/figure-poll.sh \
	tests/bench/figure-idle.sh tests/bench/figure-forward.sh \
	tests/bench/figure-store.sh tests/bench/figure-load.sh \
	tests/bench/figure-held.sh tests/bench/figure-jump.sh \
	tests/bench/figure-history.sh tests/bench/figure-page.sh \
	tests/bench/figure-metrics.sh tests/bench/figure-nodes.sh \
	tests/bench/figure-scale.sh tests/bench/scale.py \
	tests/bench/nodes.py tests/bench/page.py
EXTRA_PROGRAMS = $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += $(bench_scripts) tests/bench/README.md

tests_bench_bench_poll_SOURCES = tests/bench/poll.c \
	tests/bench/client.c tests/bench/client.h \
	tests/bench/fleet.c tests/bench/fleet.h
tests_bench_bench_poll_CFLAGS = $(AM_CFLAGS) $(SSH_CFLAGS) $(CRYPTO_CFLAGS)
tests_bench_bench_poll_LDADD = $(SSH_LIBS) $(CRYPTO_LIBS)

tests_bench_bench_idle_SOURCES = tests/bench/idle.c \
	tests/bench/client.c tests/bench/client.h \
	tests/bench/fleet.c tests/bench/fleet.h
tests_bench_bench_idle_CFLAGS = $(AM_CFLAGS) $(SSH_CFLAGS) $(CRYPTO_CFLAGS)
tests_bench_bench_idle_LDADD = $(SSH_LIBS) $(CRYPTO_LIBS)

tests_bench_bench_fleet_SOURCES = tests/bench/provision.c \
	tests/bench/fleet.c tests/bench/fleet.h
tests_bench_bench_fleet_CFLAGS = $(AM_CFLAGS) $(SSH_CFLAGS) \
	$(CRYPTO_CFLAGS) $(SQLITE_CFLAGS)
tests_bench_bench_fleet_LDADD = policy/libstore.a policy/libpolicy.a $(SSH_LIBS) \
	$(STORE_LIBS) $(CRYPTO_LIBS)

tests_bench_bench_history_SOURCES = tests/bench/history.c
tests_bench_bench_history_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_bench_bench_history_LDADD = policy/libstore.a policy/libpolicy.a \
	$(STORE_LIBS) $(CRYPTO_LIBS)

tests_bench_bench_beats_SOURCES = tests/bench/beats.c
tests_bench_bench_beats_LDADD = policy/libstore.a policy/libpolicy.a \
	sshd/libcommon.a $(STORE_LIBS) $(CRYPTO_LIBS)

tests_bench_bench_hold_SOURCES = tests/bench/hold.c \
	tests/bench/process.c tests/bench/process.h
tests_bench_bench_usage_SOURCES = tests/bench/usage.c \
	tests/bench/process.c tests/bench/process.h
tests_bench_bench_pump_SOURCES = tests/bench/pump.c
tests_bench_bench_keygen_SOURCES = tests/bench/keygen.c
tests_bench_bench_keygen_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_bench_bench_keygen_LDADD = $(CRYPTO_LIBS)

tests_bench_bench_load_SOURCES = tests/bench/load.c
tests_bench_bench_flow_SOURCES = tests/bench/flow.c
tests_bench_bench_wave_SOURCES = tests/bench/wave.c \
	tests/bench/client.c tests/bench/client.h \
	tests/bench/fleet.c tests/bench/fleet.h
tests_bench_bench_wave_CFLAGS = $(AM_CFLAGS) $(SSH_CFLAGS) $(CRYPTO_CFLAGS)
tests_bench_bench_wave_LDADD = $(SSH_LIBS) $(CRYPTO_LIBS)

# BENCH_FLAGS="--short poll" for a part of it
bench: all $(bench_programs) $(load_programs)
	@$(srcdir)/tests/bench/run.sh --build . $(BENCH_FLAGS)
.PHONY: bench
