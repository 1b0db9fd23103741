# a worker that was taken over: tests/regress/worker_hostile.py puts it in
# et-sshd-worker's place
check_PROGRAMS += tests/hostile/worker
tests_hostile_worker_SOURCES = tests/hostile/worker.c
tests_hostile_worker_LDADD = sshd/libcommon.a $(CRYPTO_LIBS)
