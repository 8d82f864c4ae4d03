/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast a model is saved and opened, with its ratings and its optimiser's state: MovieLens 1M at
 * k = 500.  A save goes to the disk, whose part is told apart; an open is from the system's cache,
 * and ends with hidden units and all. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/package.h"
#include "autorec/clock.h"
#include "bench.h"

enum { TIMES = 5 };

static int save(struct session *s, const char *path, double *mb, double *copied, double *written,
		double *all, struct err *e)
{
	struct checkpoint c = { .data = s->doc.data,
				.split = s->doc.split,
				.model = (struct model *)trainer_model(session_trainer(s)),
				.config = s->config };
	struct safetensors_times times;
	struct package p;
	const double began = clock_seconds();
	int status = trainer_hold(session_trainer(s), &c.moment, e);
	if (status < 0)
		return status;
	status = package_init(&p, &c, e);
	trainer_release(session_trainer(s), &c.moment);
	if (status < 0)
		return status;
	*copied = clock_seconds() - began;
	status = package_write(&p, path, &times, e);
	*all = clock_seconds() - began;
	*written = *all - times.synchronized;
	*mb = 1e-6 * (double)times.bytes;
	package_done(&p);
	return status;
}

static int open_again(struct session *s, const char *path, double *read, double *all, struct err *e)
{
	struct checkpoint c;
	const double began = clock_seconds();
	int status = checkpoint_read(&c, path, NULL, e);
	*read = clock_seconds() - began;
	if (status == 0 && (status = session_open(s, &c, e)) < 0)
		checkpoint_done(&c);
	*all = clock_seconds() - began;
	return status;
}

static void print(const struct bench *b, const char *what, double mb, double *seconds, double goal)
{
	bench_row(b,
		  (struct figure){ .value = mb / bench_median(seconds, TIMES),
				   .unit = "MB/s",
				   .at_least = goal },
		  "%s", what);
}

static int measure(const struct bench *b, struct session *s, const char *path, struct err *e)
{
	double mb, copied[TIMES], written[TIMES], saved[TIMES], read[TIMES], opened[TIMES];
	for (int i = 0; i < TIMES; i++)
		if (save(s, path, &mb, &copied[i], &written[i], &saved[i], e) < 0 ||
		    open_again(s, path, &read[i], &opened[i], e) < 0)
			return e->code;
	bench_row(b, (struct figure){ .value = mb, .unit = "MB" },
		  "a saved model: k=500, rprop, ratings");
	bench_row(b, (struct figure){ .value = 1e3 * bench_median(copied, TIMES), .unit = "ms" },
		  "save: the training stands still");
	print(b, "save: until the system has it", mb, written, 500);
	print(b, "save: until it is on the disk", mb, saved, 0);
	print(b, "open: read and checked", mb, read, 0);
	print(b, "open: with hidden units", mb, opened, 500);
	return 0;
}

int bench_store(struct bench *b, struct err *e)
{
	struct session s;
	char path[512];
	mkdir(b->folder, 0777); /* may be there already */
	snprintf(path, sizeof path, "%s/store.safetensors", b->folder);
	int status = bench_session(&s, "ml-1m", e);
	if (status == 0)
		status = bench_command(&s, e, "model i-autorec k=500");
	if (status == 0)
		status = bench_command(&s, e, "train 2");
	if (status == 0)
		status = measure(b, &s, path, e);
	session_done(&s);
	unlink(path);
	snprintf(path, sizeof path, "%s/store.safetensors.prev", b->folder);
	unlink(path);
	return status;
}
