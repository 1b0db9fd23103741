# Builds the fuzz targets in the current folder; run.sh calls it:
#
#	make -f TOP/tests/fuzz/fuzz.mk TOP=TOP
#
# It does without configure: the sources are the whole tree's, built anew with
# what libFuzzer counts, and none of them is installed.
CC = clang
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
COVERAGE = -fprofile-instr-generate -fcoverage-mapping
CFLAGS = -g -O1 -fno-omit-frame-pointer $(SANITIZE) $(COVERAGE)
CPPFLAGS = -I. -I$(TOP)/policy -I$(TOP)/policy/store -I$(TOP)/sshd/common \
	-DETPH_SYSCONFDIR='"/etc/et-phone-home"' \
	-DETPH_STATEDIR='"/var/lib/et-phone-home"' \
	-DETPH_DATADIR='"/usr/share/et-phone-home"' \
	-DETPH_SBINDIR='"/usr/sbin"' -DETPH_LIBEXECDIR='"/usr/libexec"'
LIBS = $(shell pkg-config --libs libssh libcrypto jansson libconfuse) \
	-lev -lcap -lseccomp

TARGETS = msg monitor worker setup session conf exec ports key login hostkey \
	event proxy token words name visitor alert page hello
MONITORS = monitor conf login hostkey event proxy
WORKERS = worker setup session exec token
# Those that run a whole worker session.
SESSIONS = worker session

# folders FOLDER: it and those in it
folders = $(patsubst %/,%,$(sort $(TOP)/$(1)/ $(dir $(wildcard $(TOP)/$(1)/*/*.c))))
# objects FOLDER BUT...: of the sources there, but for some
objects = $(patsubst $(TOP)/%.c,%.o,$(filter-out \
	$(addprefix $(TOP)/$(1)/,$(2)),$(wildcard \
	$(addsuffix /*.c,$(call folders,$(1))))))
POLICY = $(call objects,policy,store/% token_hash.c)
COMMON = $(call objects,sshd/common,sandbox.c sanitize.c)
MONITOR = $(call objects,sshd/monitor,main.c)
WORKER = $(call objects,sshd/worker,main.c seal.c setup.c)
SESSION = $(call objects,tests/session,message_order.c keepalive.c \
	not_reading.c session_end.c)
SHARED = tests/fuzz/fuzz.o tests/fuzz/message.o
RULES = $(TOP)/tests/fuzz/fuzz.mk config.h

all: $(addprefix fuzz-,$(TARGETS))

config.h: $(TOP)/tests/fuzz/fuzz.mk
	printf '#define %s\n' '_GNU_SOURCE 1' 'HAVE_CLOSE_RANGE 1' \
	    'HAVE_EXPLICIT_BZERO 1' 'HASH_NONFATAL_OOM 1' 'SANITIZE 1' 'PACKAGE_VERSION "fuzz"' >$@

vpath %.c $(TOP)
%.o: %.c $(RULES)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer-no-link -MMD -c -o $@ $<

monitor.a: $(MONITOR)
worker.a: $(WORKER)
ours.a: $(POLICY) $(COMMON) $(SHARED)
%.a:
	rm -f $@ && ar cr $@ $^

$(MONITOR) sshd/monitor/login/exchange.o \
    $(MONITORS:%=tests/fuzz/fuzz_%.o) tests/fuzz/eventlog.o: \
    CPPFLAGS += $(addprefix -I,$(call folders,sshd/monitor))
$(WORKER) sshd/worker/setup.o \
    $(WORKERS:%=tests/fuzz/fuzz_%.o) $(SESSION): \
    CPPFLAGS := $(addprefix -I,$(call folders,sshd/worker)) -I$(TOP)/sshd \
    -I$(TOP)/tests/session $(CPPFLAGS)
$(MONITORS:%=fuzz-%): monitor.a
$(WORKERS:%=fuzz-%): worker.a
fuzz-monitor fuzz-event: tests/fuzz/eventlog.o
# Not of the archive: nothing of ours calls what stands in a library's place.
$(SESSIONS:%=fuzz-%) fuzz-setup: $(WORKER) $(SESSION) sshd/monitor/login/exchange.o
fuzz-setup: sshd/worker/setup.o
tests/fuzz/fuzz_words.o: CPPFLAGS += -I$(TOP)/sshd/console
fuzz-words: sshd/console/words.o
VISITOR = $(addprefix sshd/page/,first_bytes.o first_hello.o first_request.o \
	request_watch.o site.o)
tests/fuzz/fuzz_visitor.o: CPPFLAGS += -I$(TOP)/sshd/page
fuzz-visitor: $(VISITOR)
tests/fuzz/fuzz_page.o: CPPFLAGS += -I$(TOP)/sshd/page -I$(TOP)/sshd/console
fuzz-page: sshd/page/command_text.o sshd/page/target.o sshd/console/words.o
tests/fuzz/fuzz_hello.o: CPPFLAGS += -I$(TOP)/sshd/link
fuzz-hello: sshd/link/hello.o
NOTIFY = $(addprefix notify/,alert_line.o alert_clean.o mail.o queue.o template.o text.o)
tests/fuzz/fuzz_alert.o $(NOTIFY): CPPFLAGS := -I$(TOP)/notify $(CPPFLAGS)
fuzz-alert: $(NOTIFY)

# -rdynamic: libssh is to find what a worker exports in libcrypto's place.
fuzz-%: tests/fuzz/fuzz_%.o ours.a
	$(CC) $(CFLAGS) -fsanitize=fuzzer -rdynamic -o $@ $(filter %.o,$^) \
	    $(filter-out ours.a,$(filter %.a,$^)) ours.a $(LIBS)

.PRECIOUS: %.o
-include $(shell find . -name '*.d')
