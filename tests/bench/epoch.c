/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Seconds per epoch on MovieLens 1M at k = 500: RProp update and the scoring of validation and test, for both models,
 * both precisions, each instruction set that this machine has, one thread and all cores.  Then how near the bare epoch comes to what the
 * machine does at most; and the same training in PyTorch. */
#include "autorec/clock.h"
#include "autorec/evaluate.h"
#include "autorec/kernel.h"
#include "bench.h"

enum { TIMES = 9, N_SETS = 3 };
static const char *const sets[N_SETS] = { "v4", "v3", "v2" }; /* AVX-512, AVX2, any */

/* Seconds of an epoch alone, and with scoring. */
struct times {
	double bare[TIMES], scored[TIMES];
};

struct result {
	double bare, scored; /* medians */
};

int subject_epoch(struct subject *s, double *bare, double *scored, struct err *e)
{
	struct epoch_result r;
	struct score score;
	struct weights *to = s->now == s->w[0] ? s->w[1] : s->w[0];
	const double began = clock_seconds();
	int status = s->model->ops->epoch(s->model, s->now, to, &r, e);
	*bare = clock_seconds() - began;
	if (status == 0)
		status = evaluate(s->model, to, s->split->valid, &score, e);
	if (status == 0)
		status = evaluate(s->model, to, s->split->test, &score, e);
	*scored = clock_seconds() - began;
	s->now = to;
	return status;
}

int subject_new(struct subject *s, const char *name, const char *option, const char *value, const struct split *split, struct err *e)
{
	struct config c = config_default();
	struct epoch_result r;
	*s = (struct subject){ .split = split };
	int status = option_set(option_find(option), value, &c, e);
	if (status == 0)
		status = model_new(model_ops_find(name), &c, split->train, &s->model, e);
	for (int i = 0; status == 0 && i < 2; i++)
		status = weights_new(s->model, &s->w[i], e);
	if (status == 0)
		status = s->model->ops->init(s->model, s->w[0], e);
	if (status == 0)
		s->model->ops->forward(s->model, s->w[0], &r);
	s->now = s->w[0];
	return status;
}

void subject_done(struct subject *s)
{
	weights_free(s->w[0]);
	weights_free(s->w[1]);
	model_free(s->model);
}

/* result[set][0]: one thread, [1]: a thread a core.  A set that this machine lacks keeps its zeros. */
static int measure(const struct bench *b, struct subject *s, struct result result[N_SETS][2], struct err *e)
{
	static struct times times[N_SETS][2];
	const int threads[2] = { 1, b->cores };
	for (int round = 0; round < TIMES; round++)
		for (int set = 0; set < N_SETS; set++)
			for (int t = 0; t < 2 && kernel_select(sets[set]); t++) {
				struct times *at = &times[set][t];
				kernel_set_threads(threads[t]);
				if (subject_epoch(s, &at->bare[round], &at->scored[round], e) < 0)
					return e->code;
			}
	for (int set = 0; set < N_SETS; set++)
		for (int t = 0; t < 2 && kernel_select(sets[set]); t++)
			result[set][t] = (struct result){ bench_median(times[set][t].bare, TIMES), bench_median(times[set][t].scored, TIMES) };
	return 0;
}

/* What a bare epoch does, per second, beside the machine's peak:
 *
 *     operations  five sparse products of nnz ratings with rows of k numbers, a multiply-add each: 10 nnz k
 *     gathered    a row of k numbers (2 bytes each, or 4) for every rating and product, from the second-level cache
 *     memory      every array once: of each parameter the old and the new value, the step read and written, its sign
 *                 read and written (18 bytes); H and S written and read (16 k a vector); the ratings in both orders,
 *                 column and value (16), and the errors in both, written and read (16) */
static void print_roofline(const struct bench *b, const char *name, const struct model *m, double seconds, int threads)
{
	const struct peak *peak = threads > 1 ? &b->all : &b->one;
	const double nnz = (double)m->train->by_user.nnz, k = (double)m->config.k;
	const double number = m->config.precision == PRECISION_MIXED ? sizeof(brief) : sizeof(real);
	const struct {
		const char *what, *unit;
		double amount, peak;
	} lines[] = {
		{ "GFLOP", "GFLOP/s", 10e-9 * nnz * k, peak->flops },
		{ "GB gathered", "GB/s", 5e-9 * nnz * k * number, peak->cache },
		{ "GB memory", "GB/s", 1e-9 * (18 * (double)m->n_theta + 16 * k * m->n_vectors + 32 * nnz), peak->stream },
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		bench_row(b, (struct figure){ .value = lines[i].amount / seconds, .unit = lines[i].unit, .peer = "peak", .peers = lines[i].peak },
			  "%s, %.2f %s, %d thread%s", name, lines[i].amount, lines[i].what, threads, threads > 1 ? "s" : "");
}

static void print_times(const struct bench *b, const char *name, struct result result[N_SETS][2], double goal)
{
	for (int set = N_SETS - 1; set >= 0; set--)
		for (int t = 0; t < 2; t++)
			if (result[set][t].scored > 0)
				bench_row(b, (struct figure){ .value = result[set][t].scored, .unit = "s", .at_most = set == 0 && t == 1 ? goal : 0 },
					  "%s, scored, %s, %d thread%s", name, sets[set], t ? b->cores : 1, t && b->cores > 1 ? "s" : "");
	if (result[0][1].scored > 0)
		bench_row(b, (struct figure){ .value = result[1][1].scored / result[0][1].scored, .unit = "x", .at_most = 1.5 },
			  "%s, v3's time by v4's", name);
}

/* The sets' best, or NULL on a machine that has none of them. */
static const struct result *best(struct result result[N_SETS][2], int threads)
{
	for (int set = 0; set < N_SETS; set++)
		if (result[set][threads > 1].scored > 0)
			return &result[set][threads > 1];
	return NULL;
}

static int one_model(const struct bench *b, const char *model, const char *precision, const struct split *split, double goal,
		     double *seconds, struct err *e)
{
	struct result result[N_SETS][2] = { 0 };
	char name[32];
	snprintf(name, sizeof name, "%s %s", model, precision);
	struct subject s;
	int status = subject_new(&s, model, "precision", precision, split, e);
	if (status == 0)
		status = measure(b, &s, result, e);
	if (status == 0) {
		const struct result *one = best(result, 1), *all = best(result, 2);
		print_times(b, name, result, goal);
		if (b->cores > 1)
			bench_row(b, (struct figure){ .value = one->scored / all->scored, .unit = "x", .at_least = 0.9 * b->cores },
				  "%s, 1 to %d threads", name, b->cores);
		print_roofline(b, name, s.model, one->bare, 1);
		if (b->cores > 1)
			print_roofline(b, name, s.model, all->bare, b->cores);
		*seconds = all->scored;
	}
	subject_done(&s);
	return status;
}

/* PyTorch computes in float: the float row compares like with like. */
static void beside_torch(const struct bench *b, const struct session *s, double in_float, double mixed)
{
	const double ours[] = { in_float, mixed };
	json_t *torch = bench_ask("tests/bench/peer_torch.py \"%s\" %d 2>/dev/null", s->data->report.path, b->cores);
	const double theirs = json_real_value(json_object_get(torch, "seconds"));
	if (!torch)
		bench_note(b, "PyTorch did not run; python3-torch may not be installed: make bench-deps");
	for (int i = 0; torch && i < 2; i++) {
		const char *name = i ? "i-autorec mixed" : "i-autorec float";
		bench_row(b, (struct figure){ .value = ours[i], .unit = "s", .peer = "PyTorch", .peers = theirs }, "%s, beside PyTorch %s", name,
			  json_string_value(json_object_get(torch, "version")));
		bench_row(b, (struct figure){ .value = theirs / ours[i], .unit = "x", .at_least = 15 }, "PyTorch's time by that of %s", name);
	}
	json_decref(torch);
}

int bench_epoch(struct bench *b, struct err *e)
{
	struct session s;
	double in_float = 0, by_item = 0, by_user = 0;
	int status = bench_session(&s, "ml-1m", e);
	if (status == 0)
		status = one_model(b, "i-autorec", "float", s.split, 0.08, &in_float, e);
	if (status == 0)
		status = one_model(b, "i-autorec", "mixed", s.split, 0.08, &by_item, e);
	if (status == 0)
		beside_torch(b, &s, in_float, by_item);
	if (status == 0)
		status = one_model(b, "u-autorec", "mixed", s.split, 0, &by_user, e);
	if (status == 0)
		bench_row(b, (struct figure){ .value = by_user / by_item, .unit = "x", .at_most = 1.2 }, "u-autorec's time by i-autorec's, mixed");
	session_done(&s);
	return status;
}
