/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real program in a pseudo-terminal: what its screen costs a training and an idle machine, and
 * how soon it shows something. */
#include <math.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "bench.h"
#include "check.h"
#include "explorer.h"

enum { ROWS = 50, COLUMNS = 160, ROUNDS = 16, STARTS = 11 };

/* ---- the screen's cost -------------------------------------------------- */

/* Seconds from the start of a program that trains to its end.  Its terminal takes what it is sent
 * and does not look at it: who looks is elsewhere, with a processor of their own.  `batch` is -b,
 * or NULL: the screen with all that it has. */
static double run_seconds(char *train, char *batch)
{
	char *const argv[] = { getenv("AUTOREC"),
			       "-c",
			       "load ml-1m",
			       "-c",
			       "split seed=1",
			       "-c",
			       "model i-autorec k=500",
			       "-c",
			       "view units",
			       "-c",
			       train,
			       "-c",
			       "wait idle",
			       "-c",
			       "quit",
			       batch,
			       NULL };
	struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	char bytes[1 << 16];
	int fd, status;
	const double began = clock_seconds();
	const pid_t pid = forkpty(&fd, NULL, NULL, &size);
	if (pid == 0)
		pty_exec(argv);
	while (pid > 0 && read(fd, bytes, sizeof bytes) > 0)
		;
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		return -1;
	close(fd);
	return clock_seconds() - began;
}

/* What each round measured: a run of 81 epochs and one of 1, which is taken off, for the start and
 * the end are in both. */
struct rounds {
	double one[ROUNDS], all[ROUNDS];
};

static int measure(struct rounds *r, int round, char *batch, struct err *e)
{
	r->one[round] = run_seconds("train 1", batch);
	r->all[round] = run_seconds("train 81", batch);
	if (r->one[round] < 0 || r->all[round] < 0)
		return err_set(e, ERR_FAILED, NULL, "the program did not train to its end");
	return 0;
}

static double quartile(const double *x, int first, int step)
{
	double some[ROUNDS];
	int n = 0;
	for (int i = first; i < ROUNDS; i += step)
		some[n++] = x[i];
	return bench_quantile(some, n, 0.25);
}

/* Seconds of 80 epochs, by every step-th round.  Neighbours on the machine only ever add time, and
 * more of it to some rounds than the goal is: the lower quartiles have the least of that without
 * hanging on one lucky round. */
static double epochs(const struct rounds *r, int first, int step)
{
	return quartile(r->all, first, step) - quartile(r->one, first, step);
}

static int cost_of_training(const struct bench *b, struct err *e)
{
	struct rounds batch, screen;
	for (int i = 0; i < ROUNDS; i++)
		for (int turn = 0; turn < 2; turn++) {
			const bool in_batch = turn ==
					      i % 2; /* each is first as often as the other */
			if (measure(in_batch ? &batch : &screen, i, in_batch ? "-b" : NULL, e) < 0)
				return e->code;
		}
	const double without = epochs(&batch, 0, 1), with = epochs(&screen, 0, 1);
	bench_row(b, (struct figure){ .value = without, .unit = "s" },
		  "80 epochs in batch, lower quartile");
	bench_row(b, (struct figure){ .value = with, .unit = "s" },
		  "80 epochs under the full screen, units shown");
	bench_row(b,
		  (struct figure){ .value = 100 * (with / without - 1), .unit = "%", .at_most = 2 },
		  "the screen's cost");
	bench_row(b,
		  (struct figure){ .value = 100 *
					    fabs(epochs(&batch, 0, 2) / epochs(&batch, 1, 2) - 1),
				   .unit = "%" },
		  "noise: batch, even rounds beside odd ones");
	return 0;
}

/* Seconds that the processors spent on a program. */
static double cpu_seconds(pid_t pid)
{
	clockid_t clock;
	struct timespec t = { 0 };
	assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void read_for(struct pty *p, double seconds)
{
	for (const double end = clock_seconds() + seconds; clock_seconds() < end;)
		pty_read(p, end - clock_seconds());
}

static void cost_of_idling(const struct bench *b)
{
	const double seconds = 4;
	struct pty p;
	explorer_start(&p, ROWS, COLUMNS, TRAINED, "-c", "view units");
	pty_wait(&p, "DONE");
	read_for(&p, 1); /* until the threads that trained have gone to sleep */
	const double began = cpu_seconds(p.pid);
	read_for(&p, seconds);
	bench_row(b,
		  (struct figure){ .value = 100 * (cpu_seconds(p.pid) - began) / seconds,
				   .unit = "% CPU",
				   .at_most = 0.05 },
		  "idle, a trained model on the screen");
	explorer_quit(&p);
}

/* Is there all that the program will be asked for?  A screen would be waited for in vain. */
static int begin(void **state, struct err *e)
{
	struct session s;
	int status = bench_session(&s, "ml-1m", e);
	session_done(&s);
	if (status == 0 && explorer_begin(state) < 0)
		status = err_set(e, ERR_FAILED, NULL, "AUTOREC is to be the program's path");
	return status;
}

int bench_screen(struct bench *b, struct err *e)
{
	void *state;
	int status = begin(&state, e);
	if (status < 0)
		return status;
	cost_of_idling(b);
	status = cost_of_training(b, e);
	explorer_end(&state);
	return status;
}

/* ---- start to first frame ----------------------------------------------- */

/* Seconds from the call to the frame that shows what was loaded. */
static void start(const struct bench *b, char *command, const char *shown, double goal)
{
	double seconds[STARTS];
	for (int i = 0; i < STARTS; i++) {
		struct pty p;
		const double began = clock_seconds();
		pty_start(&p, ROWS, COLUMNS, (char *[]){ getenv("AUTOREC"), "-c", command, NULL });
		pty_wait(&p, shown);
		seconds[i] = clock_seconds() - began;
		explorer_quit(&p);
	}
	bench_row(b,
		  (struct figure){
			  .value = bench_median(seconds, STARTS), .unit = "s", .at_most = goal },
		  "start to the frame after `%s`", command);
}

int bench_start(struct bench *b, struct err *e)
{
	void *state;
	int status = begin(&state, e);
	if (status < 0)
		return status;
	start(b, "load sample", "60,000 ratings", 0.1);
	start(b, "load ml-1m", "1,000,209 ratings", 0.4);
	explorer_end(&state);
	return 0;
}

/* ---- a frame ------------------------------------------------------------ */

/* Processor time of one frame: the whole screen is drawn and sent again (Ctrl-L) after the list has
 * moved by a page. */
static double redraw_seconds(struct pty *p)
{
	enum { FRAMES = 60 };
	const double began = cpu_seconds(p->pid);
	const long before = p->n_frames;
	for (int i = 0; i < FRAMES; i++) {
		const long shown = p->n_frames;
		pty_send(p, "\033[6~\014"); /* Page Down, Ctrl-L */
		while (p->n_frames == shown && pty_read(p, 1))
			;
	}
	return (cpu_seconds(p->pid) - began) / (double)(p->n_frames - before);
}

int bench_redraw(struct bench *b, struct err *e)
{
	static const struct {
		char *view;
		const char *shows;
	} views[] = {
		{ "view train", "data " },   { "unit 3", "items by activation" },
		{ "user 1", "USER 1" },      { "item 1", "ITEM 1" },
		{ "rate 1 1 1", "WHAT-IF" }, { "help", "KEYS" },
	};
	enum { LARGE_ROWS = 60, LARGE_COLUMNS = 200 };
	void *state;
	struct pty p;
	int status = begin(&state, e);
	if (status < 0)
		return status;
	explorer_start(&p, LARGE_ROWS, LARGE_COLUMNS, "-c", "load ml-1m", "-c", "split seed=1",
		       "-c", "model i-autorec k=500 lambda=280", "-c", "train 20", "-c",
		       "wait idle");
	pty_wait(&p, "DONE");
	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
		explorer_type(&p, views[i].view);
		pty_wait(&p, views[i].shows);
		read_for(&p, 0.5);
		bench_row(b,
			  (struct figure){ .value = 1e3 * redraw_seconds(&p),
					   .unit = "ms CPU",
					   .at_most = 3 },
			  "a frame of 200 x 60, ml-1m, `%s`", views[i].view);
	}
	explorer_quit(&p);
	explorer_end(&state);
	return 0;
}
