/*
 * bench-wave -p port [-c cipher] [-j processes] [-n devices] [-f first]
 *
 * Devices that all come back at once: prints "ready" when their keys are made,
 * waits for the end of stdin, and then has every device poll once, each
 * beginning at its time within one second.  A device that does not get in
 * comes again a second later.  Prints how many got their answer, how often one
 * did not get in, the seconds until the last had it, the longest and the mean
 * of the seconds from a device's first attempt to its answer, and the seconds
 * of processor time that the devices themselves took.
 */
#include "config.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "fleet.h"

#define COMMAND "/home/ubuntu/et-phone-home/et-home/et-home-ping.sh"
#define AGAIN 1.0 /* s after an attempt that failed */
#define LIMIT 60.0 /* s for all of it */
#define TICK 10 /* ms */

enum step {
	STEP_WAIT, /* for its time */
	STEP_TCP,
	STEP_KEX,
	STEP_AUTH,
	STEP_CHANNEL,
	STEP_EXEC,
	STEP_ANSWER,
	STEP_DONE
};

struct device {
	unsigned int number;
	enum step step;
	double due;
	double first; /* attempt; 0: none yet */
	ssh_key key;
	int fd;
	ssh_session ssh;
	ssh_channel channel;
	char answer[16];
	int len;
	uint32_t events; /* watched */
};

/* Shared by the processes. */
struct result {
	double start;
	atomic_uint in;
	atomic_uint refused;
	struct {
		double last;
		double worst;
		double sum;
	} each[64];
};

struct wave {
	struct client_target target;
	unsigned int processes;
	unsigned int devices;
	unsigned int first;
	unsigned int self;
	int epoll;
	struct device *all;
	unsigned int n;
	struct result *result;
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
drop(struct device *d)
{
	if (d->ssh != NULL) {
		if (d->channel != NULL)
			ssh_channel_free(d->channel);
		client_end(d->ssh);
	} else if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
	d->ssh = NULL;
	d->channel = NULL;
	d->events = 0;
	d->len = 0;
}

static void
try_again(struct wave *w, struct device *d)
{
	if (atomic_fetch_add(&w->result->refused, 1) == 0)
		fprintf(stderr, "bench-wave: step %d: %s\n", (int)d->step,
		    d->ssh != NULL ? ssh_get_error(d->ssh) : "connect");
	drop(d);
	d->step = STEP_WAIT;
	d->due = now() + AGAIN;
}

static void
watch(struct wave *w, struct device *d, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = d};

	if (d->events != events)
		epoll_ctl(w->epoll,
		    d->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, d->fd, &e);
	d->events = events;
}

static void
begin(struct wave *w, struct device *d)
{
	if (d->first == 0)
		d->first = now();
	d->step = STEP_TCP;
	d->fd = client_socket(w->target.port, d->number, 1);
	if (d->fd == -1)
		try_again(w, d);
	else
		watch(w, d, EPOLLOUT);
}

static void
finish(struct wave *w, struct device *d)
{
	double t = now(), took = t - d->first;

	drop(d);
	d->step = STEP_DONE;
	atomic_fetch_add(&w->result->in, 1);
	w->result->each[w->self].last = t;
	w->result->each[w->self].sum += took;
	if (took > w->result->each[w->self].worst)
		w->result->each[w->self].worst = took;
}

/* SSH_AGAIN, SSH_ERROR, or SSH_OK with the whole answer. */
static int
take_answer(struct device *d)
{
	int n = ssh_channel_read_nonblocking(d->channel, d->answer + d->len,
	    (uint32_t)((int)sizeof(d->answer) - d->len), 0);

	if (n > 0)
		d->len += n;
	if (n == SSH_ERROR || d->len == (int)sizeof(d->answer))
		return SSH_ERROR;
	if (!ssh_channel_is_eof(d->channel) ||
	    client_exit_status(d->channel) == -1)
		return SSH_AGAIN;
	return d->len == 2 && memcmp(d->answer, "0\n", 2) == 0 &&
		       client_exit_status(d->channel) == 0
		   ? SSH_OK
		   : SSH_ERROR;
}

static int
tcp_step(struct wave *w, struct device *d)
{
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0)
		return SSH_ERROR;
	if ((d->ssh = client_session(&w->target, d->number, d->fd)) == NULL) {
		d->fd = -1;
		return SSH_ERROR;
	}
	ssh_set_blocking(d->ssh, 0);
	return SSH_OK;
}

static int
auth_step(struct device *d)
{
	switch (ssh_userauth_publickey(d->ssh, NULL, d->key)) {
	case SSH_AUTH_SUCCESS:
		d->channel = ssh_channel_new(d->ssh);
		return d->channel != NULL ? SSH_OK : SSH_ERROR;
	case SSH_AUTH_AGAIN:
		return SSH_AGAIN;
	default:
		return SSH_ERROR;
	}
}

static int
one_step(struct wave *w, struct device *d)
{
	switch (d->step) {
	case STEP_TCP:
		return tcp_step(w, d);
	case STEP_KEX:
		return ssh_connect(d->ssh);
	case STEP_AUTH:
		return auth_step(d);
	case STEP_CHANNEL:
		return ssh_channel_open_session(d->channel);
	case STEP_EXEC:
		return ssh_channel_request_exec(d->channel, COMMAND);
	case STEP_ANSWER:
		return take_answer(d);
	default:
		return SSH_ERROR;
	}
}

static void
go_on(struct wave *w, struct device *d)
{
	int rc;

	while ((rc = one_step(w, d)) == SSH_OK) {
		if (d->step == STEP_ANSWER) {
			finish(w, d);
			return;
		}
		d->step++;
	}
	if (rc != SSH_AGAIN)
		try_again(w, d);
	else
		watch(w, d,
		    ssh_get_status(d->ssh) & SSH_WRITE_PENDING
			? EPOLLIN | EPOLLOUT
			: EPOLLIN);
}

static void
begin_due(struct wave *w)
{
	double t = now();
	unsigned int i;

	for (i = 0; i < w->n; i++)
		if (w->all[i].step == STEP_WAIT && w->all[i].due <= t)
			begin(w, &w->all[i]);
}

static void
run(struct wave *w)
{
	struct epoll_event events[64];
	unsigned int i, done = 0;
	double ticked = 0;
	int e, n;

	for (i = 0; i < w->n; i++)
		w->all[i].due =
		    w->result->start +
		    (double)(w->all[i].number * 7919U % 1000U) / 1000;
	while (done < w->n && now() - w->result->start < LIMIT) {
		if (now() - ticked >= TICK / 1000.0) {
			ticked = now();
			begin_due(w);
		}
		n = epoll_wait(w->epoll, events, 64, TICK);
		for (e = 0; e < n; e++) {
			struct device *d = events[e].data.ptr;

			go_on(w, d);
			done += d->step == STEP_DONE;
		}
	}
}

static bool
prepare(struct wave *w)
{
	unsigned int i;

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->all = calloc(w->devices / w->processes + 1, sizeof(*w->all));
	if (w->epoll == -1 || w->all == NULL)
		return false;
	for (i = w->self; i < w->devices; i += w->processes) {
		w->all[w->n].number = w->first + i;
		w->all[w->n].fd = -1;
		w->all[w->n].key = fleet_key(w->first + i);
		if (w->all[w->n++].key == NULL)
			return false;
	}
	return true;
}

static void
child(struct wave *w, int ready, int go)
{
	char c = 1;

	if (!prepare(w) || write(ready, &c, 1) != 1)
		_exit(1);
	close(ready);
	(void)!read(go, &c, 1);
	run(w);
	_exit(0);
}

/* All processes are ready; then stdin ends, and all go. */
static bool
start(struct wave *w)
{
	int ready[2], go[2];
	unsigned int n = 0;
	char c;

	if (pipe(ready) == -1 || pipe(go) == -1)
		return false;
	for (w->self = 0; w->self < w->processes; w->self++) {
		switch (fork()) {
		case -1:
			return false;
		case 0:
			close(ready[0]);
			close(go[1]);
			child(w, ready[1], go[0]);
		}
	}
	close(ready[1]);
	while (read(ready[0], &c, 1) == 1)
		n++;
	if (n < w->processes)
		return false;
	printf("ready\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) == 1)
		continue;
	w->result->start = now();
	close(go[1]);
	return true;
}

static double
seconds(struct timeval tv)
{
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

static void
report(const struct wave *w)
{
	const struct result *r = w->result;
	double last = r->start, worst = 0, sum = 0;
	struct rusage u;
	unsigned int i;

	for (i = 0; i < w->processes; i++) {
		sum += r->each[i].sum;
		if (r->each[i].last > last)
			last = r->each[i].last;
		if (r->each[i].worst > worst)
			worst = r->each[i].worst;
	}
	getrusage(RUSAGE_CHILDREN, &u);
	printf("%u %u %.3f %.3f %.3f %.3f\n", r->in, r->refused,
	    last - r->start, worst, r->in > 0 ? sum / r->in : 0,
	    seconds(u.ru_utime) + seconds(u.ru_stime));
}

int
main(int argc, char **argv)
{
	struct wave w = {
	    .target.cipher = "chacha20-poly1305@openssh.com",
	    .processes = 2,
	    .devices = 100,
	};
	int ch;

	while ((ch = getopt(argc, argv, CLIENT_OPTIONS "j:n:f:")) != -1) {
		if (ch == 'j')
			w.processes = (unsigned int)strtoul(optarg, NULL, 10);
		else if (ch == 'n')
			w.devices = (unsigned int)strtoul(optarg, NULL, 10);
		else if (ch == 'f')
			w.first = (unsigned int)strtoul(optarg, NULL, 10);
		else if (client_option(&w.target, ch, optarg) == -1)
			return 2;
	}
	w.result = mmap(NULL, sizeof(*w.result), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w.result == MAP_FAILED || w.processes < 1 || w.processes > 64)
		return 2;
	if (!start(&w)) {
		fprintf(stderr, "bench-wave: the devices do not start\n");
		return 1;
	}
	while (wait(NULL) > 0)
		continue;
	report(&w);
	return w.result->in == w.devices ? 0 : 1;
}
