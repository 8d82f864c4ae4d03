/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Seconds per epoch on MovieLens 1M at k = 500: RProp update and the scoring of validation and
 * test, for both models, both precisions, each instruction set that this machine has, one thread
 * and all cores.  Then how near the bare epoch comes to what the machine does at most. */
#include "autorec/kernel.h"
#include "bench.h"

enum { TIMES = 9, N_SETS = 3 };
static const char *const sets[N_SETS] = { "v4", "v3", "v2" }; /* AVX-512, AVX2, any */

/* Medians of an epoch's seconds: alone, and with scoring. */
struct seconds {
	double bare, scored;
};

struct contender {
	const char *name, *model, *precision;
	struct subject subject;
	double bare[N_SETS][2][TIMES],
		scored[N_SETS][2][TIMES]; /* [2]: one thread, a thread a core */
	struct seconds median[N_SETS][2]; /* zero for a set that this machine lacks */
};

enum { FLOAT, MIXED, BY_USER, N_CONTENDERS };

static int threads(const struct bench *b, int all)
{
	return all ? b->cores : 1;
}

/* Of the fastest set that this machine has: [0]: one thread, [1]: a thread a core. */
static const struct seconds *best(const struct contender *c)
{
	int set = 0;
	while (set < N_SETS - 1 && c->median[set][0].bare == 0)
		set++;
	return c->median[set];
}

/* Everybody an epoch with one set and number of threads, then everybody with the next. */
static int one_round(const struct bench *b, struct contender *all, int round, struct err *e)
{
	for (int set = 0; set < N_SETS; set++)
		for (int t = 0; t < 2 && kernel_select(sets[set]); t++)
			for (struct contender *c = all; c < all + N_CONTENDERS; c++) {
				kernel_set_threads(threads(b, t));
				if (subject_epoch(&c->subject, &c->bare[set][t][round],
						  &c->scored[set][t][round], e) < 0)
					return e->code;
			}
	return 0;
}

static int measure(const struct bench *b, struct contender *all, struct err *e)
{
	for (int round = 0; round < TIMES; round++)
		if (one_round(b, all, round, e) < 0)
			return e->code;
	for (struct contender *c = all; c < all + N_CONTENDERS; c++)
		for (int set = 0; set < N_SETS; set++)
			for (int t = 0; t < 2; t++)
				c->median[set][t] = (struct seconds){
					bench_median(c->bare[set][t], TIMES),
					bench_median(c->scored[set][t], TIMES)
				};
	return 0;
}

/* What a bare epoch does, per second, beside the machine's peak:
 *
 *     operations  five sparse products of nnz ratings with rows of k numbers, a multiply-add each:
 * 10 nnz k gathered    a row of k numbers (2 bytes each, or 4) for every rating and product, from
 * the second-level cache memory      every array once: of each parameter the old and the new value,
 * the step read and written, its sign read and written (18 bytes); H and S written and read (16 k a
 * vector); the ratings in both orders, column and value (16), and the errors in both, written and
 * read (16) */
static void print_roofline(const struct bench *b, const struct contender *c, int all)
{
	const struct peak *peak = all ? &b->all : &b->one;
	const struct model *m = c->subject.model;
	const double seconds = best(c)[all].bare;
	const double nnz = (double)m->train->by_user.nnz, k = (double)m->config.k;
	const double number = m->config.precision == PRECISION_MIXED ? sizeof(brief) : sizeof(real);
	const struct {
		const char *what, *unit;
		double amount, peak;
	} lines[] = {
		{ "GFLOP", "GFLOP/s", 10e-9 * nnz * k, peak->flops },
		{ "GB gathered", "GB/s", 5e-9 * nnz * k * number, peak->cache },
		{ "GB memory", "GB/s",
		  1e-9 * (18 * (double)m->n_theta + 16 * k * m->n_vectors + 32 * nnz),
		  peak->stream },
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		bench_row(b,
			  (struct figure){ .value = lines[i].amount / seconds,
					   .unit = lines[i].unit,
					   .peer = "peak",
					   .peers = lines[i].peak },
			  "%s, %.2f %s, %d thread%s", c->name, lines[i].amount, lines[i].what,
			  threads(b, all), all ? "s" : "");
}

static void print_times(const struct bench *b, const struct contender *c, double goal)
{
	for (int set = N_SETS - 1; set >= 0; set--)
		for (int t = 0; t < (b->cores > 1 ? 2 : 1) && c->median[set][t].scored > 0; t++)
			bench_row(b,
				  (struct figure){ .value = c->median[set][t].scored,
						   .unit = "s",
						   .at_most = set == 0 && t == 1 ? goal : 0 },
				  "%s, scored, %s, %d thread%s", c->name, sets[set], threads(b, t),
				  t ? "s" : "");
	if (c->median[0][1].scored > 0)
		bench_row(b,
			  (struct figure){ .value = c->median[1][1].scored / c->median[0][1].scored,
					   .unit = "x",
					   .at_most = 1.5 },
			  "%s, v3's time by v4's", c->name);
	if (b->cores > 1)
		bench_row(b,
			  (struct figure){ .value = best(c)[0].scored / best(c)[1].scored,
					   .unit = "x",
					   .at_least = 0.9 * b->cores },
			  "%s, 1 to %d threads", c->name, b->cores);
}

static void print(const struct bench *b, const struct contender *all)
{
	for (int i = 0; i < N_CONTENDERS; i++) {
		print_times(b, &all[i], i == BY_USER ? 0 : 0.08);
		for (int t = 0; t < (b->cores > 1 ? 2 : 1); t++)
			print_roofline(b, &all[i], t);
	}
	bench_row(b,
		  (struct figure){ .value = best(&all[BY_USER])[1].scored /
					    best(&all[MIXED])[1].scored,
				   .unit = "x",
				   .at_most = 1.2 },
		  "u-autorec's time by i-autorec's, mixed");
}

int bench_epoch(struct bench *b, struct err *e)
{
	struct contender all[N_CONTENDERS] = {
		[FLOAT] = { "i-autorec float", "i-autorec", "float" },
		[MIXED] = { "i-autorec mixed", "i-autorec", "mixed" },
		[BY_USER] = { "u-autorec mixed", "u-autorec", "mixed" },
	};
	struct session s;
	int status = bench_session(&s, "ml-1m", e);
	for (struct contender *c = all; status == 0 && c < all + N_CONTENDERS; c++)
		status = subject_new(&c->subject, c->model, "precision", c->precision, s.doc.split,
				     e);
	if (status == 0)
		status = measure(b, all, e);
	if (status == 0)
		print(b, all);
	for (struct contender *c = all; c < all + N_CONTENDERS; c++)
		subject_done(&c->subject);
	session_done(&s);
	return status;
}
