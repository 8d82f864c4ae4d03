/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

struct thread {
	void *(*run)(void *);
	void *arg;
	bool busy;  /* running */
	bool owned; /* not joined yet */
	struct thread *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all threads */
static pthread_cond_t moved =
	PTHREAD_COND_INITIALIZER; /* signals that a thread was started or has finished */
static struct thread *all;

static void *live(void *arg)
{
	struct thread *t = arg;
	pthread_mutex_lock(&lock);
	for (;;) {
		while (!t->busy)
			pthread_cond_wait(&moved, &lock);
		pthread_mutex_unlock(&lock);
		t->run(t->arg);
		pthread_mutex_lock(&lock);
		t->busy = false;
		pthread_cond_broadcast(&moved);
	}
	return NULL;
}

static bool create(struct thread *t)
{
	pthread_t thread;
	sigset_t every, before;
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	const bool created = pthread_create(&thread, NULL, live, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (created)
		pthread_detach(thread);
	return created;
}

/* Returns a thread that nobody owns, or makes one. Call with the lock held. */
static struct thread *find(void)
{
	struct thread *t = all;
	while (t && t->owned)
		t = t->next;
	if (t || !(t = calloc(1, sizeof *t)))
		return t;
	if (!create(t)) {
		free(t);
		return NULL;
	}
	t->next = all;
	return all = t;
}

struct thread *thread_start(void *(*run)(void *), void *arg)
{
	pthread_mutex_lock(&lock);
	struct thread *t = find();
	if (t) {
		t->run = run;
		t->arg = arg;
		t->busy = t->owned = true;
		pthread_cond_broadcast(&moved);
	}
	pthread_mutex_unlock(&lock);
	return t;
}

void thread_join(struct thread *t)
{
	pthread_mutex_lock(&lock);
	while (t->busy)
		pthread_cond_wait(&moved, &lock);
	t->owned = false;
	pthread_mutex_unlock(&lock);
}

int thread_idle(void)
{
	int n = 0;
	pthread_mutex_lock(&lock);
	for (const struct thread *t = all; t; t = t->next)
		n += !t->owned;
	pthread_mutex_unlock(&lock);
	return n;
}

int thread_prepare(int n, void *(*first)(void *), struct err *e)
{
	struct thread *t = n > 0 ? thread_start(first, NULL) : NULL;
	if (n > 0 && !t)
		return err_set(e, ERR_NOMEM, NULL, "the system cannot start another thread");
	const int status = n > 0 ? thread_prepare(n - 1, first, e) : 0;
	if (t)
		thread_join(t);
	return status;
}
