/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Seconds per epoch on a data set (argument, else MovieLens 1M in $AUTOREC_DATA) at k = 500: for both models, each
 * instruction set that this machine has, one thread and two.  The median of a few epochs, once without and once with
 * what the trainer does beside it: scoring the validation and test ratings and measuring the units. */
#include "autorec/clock.h"
#include "autorec/evaluate.h"
#include "autorec/kernel.h"
#include "autorec/units.h"
#include "bench.h"

enum { EPOCHS = 7, HIDDEN = 500 };

struct problem {
	struct dataset *data;
	struct split *split;
};

static double median(double *x, int n)
{
	qsort(x, (size_t)n, sizeof *x, bench_by_size);
	return x[n / 2];
}

static int train(struct model *m, const struct split *split, double *epoch, double *whole, struct err *e)
{
	struct weights *w[2] = { NULL };
	struct unit units[HIDDEN];
	struct unit_summary summary;
	struct epoch_result r;
	struct score score;
	double plain[EPOCHS], full[EPOCHS];
	int status = weights_new(m, &w[0], e);
	if (status == 0)
		status = weights_new(m, &w[1], e);
	if (status == 0)
		status = m->ops->init(m, w[0], e);
	if (status == 0)
		m->ops->forward(m, w[0], &r);
	for (int i = 0; status == 0 && i < EPOCHS; i++) {
		struct weights *from = w[i % 2], *to = w[(i + 1) % 2];
		const double began = clock_seconds();
		status = m->ops->epoch(m, from, to, &r, e);
		plain[i] = clock_seconds() - began;
		if (status == 0)
			status = evaluate(m, to, split->valid, &score, e);
		if (status == 0)
			status = evaluate(m, to, split->test, &score, e);
		if (status == 0)
			status = units_measure(m, to, units, &summary, e);
		full[i] = clock_seconds() - began;
	}
	if (status == 0) {
		*epoch = median(plain, EPOCHS);
		*whole = median(full, EPOCHS);
	}
	weights_free(w[0]);
	weights_free(w[1]);
	return status;
}

static int measure(const struct problem *p, const char *name, const char *set, struct err *e)
{
	struct config c = config_default();
	double epoch[2], whole[2];
	for (int threads = 1; threads <= 2; threads++) {
		struct model *m;
		kernel_set_threads(threads);
		int status = model_new(model_ops_find(name), &c, p->split->train, &m, e);
		if (status < 0)
			return status;
		status = train(m, p->split, &epoch[threads - 1], &whole[threads - 1], e);
		model_free(m);
		if (status < 0)
			return status;
	}
	printf("%-10s %-4s %10.3f %10.3f %7.2f %12.3f %10.3f %7.2f\n", name, set, epoch[0], epoch[1], epoch[0] / epoch[1], whole[0],
	       whole[1], whole[0] / whole[1]);
	fflush(stdout);
	return 0;
}

static int measure_all(const struct problem *p, struct err *e)
{
	static const char *const models[] = { "i-autorec", "u-autorec" }, *const sets[] = { "v2", "v3", "v4" };
	printf("%s: %lld training ratings, k = %d; seconds per epoch\n", p->data->name, (long long)ratings_count(p->split->train), HIDDEN);
	printf("%-10s %-4s %10s %10s %7s %12s %10s %7s\n", "model", "set", "1 thread", "2 threads", "ratio", "with scoring", "2 threads", "ratio");
	for (int m = 0; m < 2; m++)
		for (int s = 0; s < 3; s++)
			if (kernel_select(sets[s]) && measure(p, models[m], sets[s], e) < 0)
				return e->code;
	return 0;
}

int main(int argc, char **argv)
{
	struct problem p = { 0 };
	struct err e = { 0 };
	int status = bench_open(argc, argv, &p.data, &p.split, &e);
	if (status == 0)
		status = measure_all(&p, &e);
	return bench_close(argv, status, p.data, p.split, &e);
}
