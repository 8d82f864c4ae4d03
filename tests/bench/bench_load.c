/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast ratings load and how much memory that takes at its peak: a file or folder as argument, else
 * MovieLens 1M in $AUTOREC_DATA.  A load each in a process of its own, so that none profits from memory
 * that another left behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "autorec/dataset.h"
#include "autorec/kernel.h"

enum { RUNS = 5 };

static long peak_kib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static int measure(const char *path, int threads)
{
	struct dataset *d;
	struct err e;
	struct stat st;
	char text[1024];
	kernel_set_threads(threads);
	long before = peak_kib();
	if (dataset_load(path, NULL, &d, &e) < 0) {
		fprintf(stderr, "bench_load: %s\n", err_text(&e, text, sizeof text));
		return 1;
	}
	const struct load_report *r = &d->report;
	double bytes = stat(r->path, &st) == 0 ? (double)st.st_size : 0;
	printf("%-12s %10lld %8d %9.3f %9.1f %14.1f\n", d->name, (long long)r->ratings, kernel_threads(), r->seconds,
	       bytes / 1e6 / r->seconds, (double)(peak_kib() - before) * 1024 / (double)r->ratings);
	dataset_free(d);
	return 0;
}

int main(int argc, char **argv)
{
	char path[4096];
	const char *data = getenv("AUTOREC_DATA");
	if (argc < 2 && !data) {
		printf("bench_load: skipped, AUTOREC_DATA is not set\n");
		return 0;
	}
	snprintf(path, sizeof path, "%s%s", argc > 1 ? argv[1] : data, argc > 1 ? "" : "/ml-1m");
	printf("%-12s %10s %8s %9s %9s %14s\n", "load", "ratings", "threads", "seconds", "MB/s", "bytes/rating");
	for (int i = 0; i < 2 * RUNS; i++) { /* on one thread, then on all */
		int status;
		fflush(stdout);
		pid_t child = fork();
		if (child == 0) {
			status = measure(path, i < RUNS);
			fflush(stdout);
			_exit(status);
		}
		if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
			return 1;
	}
	return 0;
}
