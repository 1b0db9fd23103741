#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#define JOBS (RUNNER_QUEUE + 1)

/*
 * The loop's thread adds jobs and takes those that are done; the runner's
 * thread works on the first.  Only the first job's result and the counts are
 * shared.
 */
struct runner {
	struct ev_loop *loop;
	void (*done)(void *, const struct runner_job *);
	void *arg;
	ev_async finished;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	bool ready; /* the first job is done */
	size_t n;
	struct runner_job jobs[JOBS];
};

/* Wait for the first job; NULL: the thread is to stop. */
static struct runner_job *
runner_next(struct runner *r)
{
	struct runner_job *job = NULL;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && (r->n == 0 || r->ready))
		pthread_cond_wait(&r->wake, &r->lock);
	if (!r->stop)
		job = &r->jobs[0];
	pthread_mutex_unlock(&r->lock);
	return job;
}

static void *
runner_work(void *arg)
{
	struct runner *r = arg;
	struct runner_job *job;
	bool good;

	/* The first job stays in the list until it is done. */
	while ((job = runner_next(r)) != NULL) {
		good = token_verify(job->secret, &job->hash);
		pthread_mutex_lock(&r->lock);
		job->good = good;
		r->ready = true;
		pthread_mutex_unlock(&r->lock);
		ev_async_send(r->loop, &r->finished);
	}
	return NULL;
}

static void
on_finished(struct ev_loop *loop, ev_async *w, int events)
{
	struct runner *r = w->data;
	struct runner_job job;

	(void)loop;
	(void)events;
	pthread_mutex_lock(&r->lock);
	if (!r->ready) {
		pthread_mutex_unlock(&r->lock);
		return;
	}
	job = r->jobs[0];
	memmove(&r->jobs[0], &r->jobs[1], sizeof(r->jobs[0]) * --r->n);
	explicit_bzero(&r->jobs[r->n], sizeof(r->jobs[0]));
	r->ready = false;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	r->done(r->arg, &job);
	explicit_bzero(&job, sizeof(job));
}

struct runner *
runner_new(struct ev_loop *loop,
    void (*done)(void *, const struct runner_job *), void *arg)
{
	struct runner *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->loop = loop;
	r->done = done;
	r->arg = arg;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->wake, NULL);
	ev_async_init(&r->finished, on_finished);
	r->finished.data = r;
	ev_async_start(loop, &r->finished);
	return r;
}

void
runner_free(struct runner *r)
{
	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	if (r->started)
		pthread_join(r->thread, NULL);
	ev_async_stop(r->loop, &r->finished);
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

bool
runner_add(struct runner *r, const struct runner_job *job)
{
	bool room;

	/*
	 * The thread is started with the first job: a server without tokens has
	 * none.
	 */
	if (!r->started)
		r->started =
		    pthread_create(&r->thread, NULL, runner_work, r) == 0;
	pthread_mutex_lock(&r->lock);
	room = r->started && r->n < JOBS;
	if (room)
		r->jobs[r->n++] = *job;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	return room;
}
