# what tests put before libc's functions in the server's processes
check_PROGRAMS += tests/fault/start tests/fault/alloc.so
fault_cflags = $(WARN_CFLAGS) -fPIC -O2
tests_fault_start_SOURCES = tests/fault/start.c
tests_fault_alloc_so_SOURCES = tests/fault/alloc.c \
	tests/fault/control.c tests/fault/control.h
tests_fault_alloc_so_CFLAGS = $(fault_cflags)
tests_fault_alloc_so_LDFLAGS = -shared
