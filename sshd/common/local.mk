noinst_LIBRARIES += sshd/libcommon.a
sshd_libcommon_a_SOURCES = sshd/common/calls.c sshd/common/calls.h \
	sshd/common/clock.c sshd/common/clock.h \
	sshd/common/disk.c sshd/common/disk.h \
	sshd/common/fence.c sshd/common/fence.h \
	sshd/common/msg.c sshd/common/msg.h \
	sshd/common/reserve.c sshd/common/reserve.h \
	sshd/common/sandbox.c sshd/common/sandbox.h \
	sshd/common/store_owner.c sshd/common/store_owner.h \
	sshd/common/wire.c sshd/common/wire.h
sshd_libcommon_a_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(CAP_CFLAGS)
