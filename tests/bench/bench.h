/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the benchmarks share: the data set to measure on (argument, else MovieLens 1M in $AUTOREC_DATA), split, and the
 * order of measured times. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>

#include "autorec/split.h"

static inline int bench_by_size(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

/* 1 when there is nothing to measure, which it says. */
static inline int bench_open(int argc, char **argv, struct dataset **data, struct split **split, struct err *e)
{
	char path[1024];
	const char *folder = getenv("AUTOREC_DATA");
	if (argc < 2 && !folder) {
		printf("%s: AUTOREC_DATA is not set and no data set was given: nothing to measure\n", argv[0]);
		return 1;
	}
	snprintf(path, sizeof path, "%s%s", argc > 1 ? argv[1] : folder, argc > 1 ? "" : "/ml-1m");
	int status = dataset_load(path, &(struct load_options){ 0 }, data, e);
	return status < 0 ? status : split_random(*data, 0.1, 0.1, 1, split, e);
}

/* Says what failed, frees, and returns the exit status. */
static inline int bench_close(char **argv, int status, struct dataset *data, struct split *split, const struct err *e)
{
	char text[1024];
	if (status < 0)
		fprintf(stderr, "%s: %s\n", argv[0], err_text(e, text, sizeof text));
	split_free(split);
	dataset_free(data);
	return status < 0;
}

#endif
