# what tests put before libc's functions in the server's processes
check_PROGRAMS += tests/fault/start tests/fault/alloc.so tests/fault/clock.so \
	tests/fault/unsealed.so tests/fault/sync.so tests/fault/unlink.so
fault_cflags = $(WARN_CFLAGS) -fPIC -O2
fault_control = tests/fault/control.c tests/fault/control.h
tests_fault_start_SOURCES = tests/fault/start.c
tests_fault_alloc_so_SOURCES = tests/fault/alloc.c $(fault_control)
tests_fault_alloc_so_CFLAGS = $(fault_cflags)
tests_fault_alloc_so_LDFLAGS = -shared
tests_fault_clock_so_SOURCES = tests/fault/clock.c $(fault_control)
tests_fault_clock_so_CFLAGS = $(fault_cflags)
tests_fault_clock_so_LDFLAGS = -shared
tests_fault_unsealed_so_SOURCES = tests/fault/unsealed.c
tests_fault_unsealed_so_CFLAGS = $(fault_cflags)
tests_fault_unsealed_so_LDFLAGS = -shared
check_PROGRAMS += tests/fault/unpatched.so
tests_fault_unpatched_so_SOURCES = tests/fault/unpatched.c
tests_fault_unpatched_so_CFLAGS = $(fault_cflags) $(CRYPTO_CFLAGS)
tests_fault_unpatched_so_LDFLAGS = -shared
tests_fault_sync_so_SOURCES = tests/fault/sync.c $(fault_control)
tests_fault_sync_so_CFLAGS = $(fault_cflags)
tests_fault_sync_so_LDFLAGS = -shared
tests_fault_unlink_so_SOURCES = tests/fault/unlink.c
tests_fault_unlink_so_CFLAGS = $(fault_cflags)
tests_fault_unlink_so_LDFLAGS = -shared
