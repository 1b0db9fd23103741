# children that were taken over: tests/regress/*_hostile.py put them in the
# places of et-sshd-worker, et-sshd-console, et-sshd-keeper and et-sshd-page
check_PROGRAMS += tests/hostile/worker tests/hostile/console \
	tests/hostile/keeper tests/hostile/page
hostile_common = tests/hostile/hostile.h tests/hostile/talk.c \
	tests/hostile/plan.c tests/hostile/attack_any.c
tests_hostile_worker_SOURCES = tests/hostile/worker.c $(hostile_common) \
	tests/hostile/login.c \
	tests/hostile/attack_login.c tests/hostile/attack_token.c \
	tests/hostile/attack_message.c tests/hostile/attack_flood.c \
	tests/hostile/attack_forward.c \
	tests/hostile/attack_jump.c tests/hostile/attack_command.c \
	tests/hostile/attack_pool.c
tests_hostile_worker_LDADD = sshd/libcommon.a $(CRYPTO_LIBS)
tests_hostile_console_SOURCES = tests/hostile/console.c $(hostile_common) \
	tests/hostile/attack_say.c tests/hostile/attack_console.c
tests_hostile_console_LDADD = sshd/libcommon.a $(CRYPTO_LIBS)
tests_hostile_keeper_SOURCES = tests/hostile/keeper.c $(hostile_common) \
	tests/hostile/attack_say.c tests/hostile/attack_keeper.c
tests_hostile_keeper_LDADD = sshd/libcommon.a $(CRYPTO_LIBS)
tests_hostile_page_SOURCES = tests/hostile/page.c $(hostile_common) \
	tests/hostile/attack_say.c tests/hostile/attack_page.c
tests_hostile_page_LDADD = sshd/libcommon.a $(CRYPTO_LIBS)
