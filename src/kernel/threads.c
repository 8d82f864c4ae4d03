/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/kernel.h"

#include "autorec/dense.h"
#include "autorec/thread.h"

#include <stdatomic.h>
#ifdef _OPENMP
#include <omp.h>
#endif

/* OpenMP keeps its own count per calling thread. The program has one count, which every parallel
 * loop names: num_threads(kernel_threads()). */
static atomic_int n_threads;

int kernel_threads(void)
{
	int n = atomic_load(&n_threads);
#ifdef _OPENMP
	return n > 0 ? n : omp_get_num_procs();
#else
	return n > 0 ? n : 1;
#endif
}

bool kernel_shares(bool large)
{
#ifdef _OPENMP
	return large && omp_get_level() == 0;
#else
	return false;
#endif
}

/* OpenMP keeps a team for each thread that has used one. */
static void *make_team(void *unused)
{
	atomic_int there = 0;
#pragma omp parallel num_threads(kernel_threads())
	atomic_fetch_add(&there, 1);
	return NULL;
}

void kernel_set_threads(int n)
{
	const int before = kernel_threads();
	atomic_store(&n_threads, n);
	if (kernel_threads() == before)
		return;
	make_team(NULL);
	thread_prepare(thread_idle(), make_team, NULL);
}

int kernel_start(int workers, struct err *e)
{
	kernel_use();
	dense_reserve(kernel_threads() + 1); /* a worker's team, and the caller */
	make_team(NULL);
	return thread_prepare(workers, make_team, e);
}
