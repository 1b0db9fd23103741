# a worker that was taken over: tests/regress/worker_hostile.py puts it in
# et-sshd-worker's place
check_PROGRAMS += tests/hostile/worker
tests_hostile_worker_SOURCES = tests/hostile/worker.c tests/hostile/hostile.h \
	tests/hostile/talk.c tests/hostile/login.c \
	tests/hostile/attack_login.c tests/hostile/attack_token.c \
	tests/hostile/attack_message.c tests/hostile/attack_flood.c \
	tests/hostile/attack_forward.c \
	tests/hostile/attack_jump.c tests/hostile/attack_command.c \
	tests/hostile/attack_pool.c
tests_hostile_worker_LDADD = sshd/libcommon.a $(CRYPTO_LIBS)
