#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "watch.h"

#define BLIND_EVERY 200 /* ms, when changes cannot be watched for */

/*
 * A change can be read when it is safe on the disk, which nothing tells: look
 * again after 5, 10, 20 ... ms.
 */
#define AGAIN_FIRST 5
#define AGAIN_LAST 640

struct watch {
	struct store *store;
	int signals;
	int input; /* or -1 */
	sigset_t before;
	int again; /* ms to the next look for what was written; 0: none */
};

struct watch *
watch_new(struct store *store)
{
	struct watch *w;
	sigset_t set;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	w->store = store;
	w->input = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &w->before);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals == -1) {
		watch_free(w);
		return NULL;
	}
	return w;
}

void
watch_free(struct watch *w)
{
	struct signalfd_siginfo taken;

	if (w == NULL)
		return;
	if (w->signals != -1) {
		/* one that has been acted on must not kill us now */
		while (read(w->signals, &taken, sizeof(taken)) > 0)
			;
		close(w->signals);
	}
	sigprocmask(SIG_SETMASK, &w->before, NULL);
	free(w);
}

void
watch_screen(struct watch *w, int input)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};
	sigset_t set;
	size_t i;

	w->input = input;
	sigemptyset(&set);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signalfd(w->signals, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum watch_event
signal_came(struct watch *w)
{
	struct signalfd_siginfo taken;

	if (read(w->signals, &taken, sizeof(taken)) != sizeof(taken) ||
	    taken.ssi_signo != SIGWINCH)
		return WATCH_INTERRUPT;
	return WATCH_RESIZE;
}

enum watch_event
watch_next(struct watch *w, int timeout)
{
	struct pollfd pfd[3] = {{.fd = w->signals, .events = POLLIN},
	    {.fd = store_watch(w->store), .events = POLLIN},
	    {.fd = w->input, .events = POLLIN}};
	int look = w->again;

	if (look == 0 && pfd[1].fd == -1)
		look = BLIND_EVERY;
	if (look > timeout)
		look = 0;
	if (poll(pfd, 3, look != 0 ? look : timeout) <= 0) {
		w->again = w->again < AGAIN_LAST ? w->again * 2 : 0;
		return look != 0 ? WATCH_CHANGE : WATCH_TIME;
	}
	if (pfd[0].revents != 0)
		return signal_came(w);
	if (pfd[2].revents != 0)
		return WATCH_INPUT;
	store_watch_drain(w->store);
	w->again = AGAIN_FIRST;
	return WATCH_CHANGE;
}
