/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long an edit takes, with its predictions and full re-ranking, on a data set (argument, else MovieLens 1M in
 * $AUTOREC_DATA) at k = 500 after a few epochs: for random users and for the heaviest ones, both models.  And how long
 * the same edits take, and a screen's requests, while the trainer has both threads. */
#include <poll.h>

#include "autorec/clock.h"
#include "autorec/rng.h"
#include "autorec/trainer.h"
#include "autorec/whatif.h"
#include "bench.h"

enum { EPOCHS = 5, EDITS = 500, HEAVIEST = 20 };

struct problem {
	struct dataset *data;
	struct split *split;
	struct trainer *trainer;
};

static void print(const char *model, const char *what, double *ms, int n)
{
	qsort(ms, (size_t)n, sizeof *ms, bench_by_size);
	printf("%-10s %-34s %9.2f %9.2f %9.2f\n", model, what, ms[n / 2], ms[(int)(n * 0.99)], ms[n - 1]);
	fflush(stdout);
}

/* One edit of the user's, as a command makes it: new, changed or the same, then taken back. */
static int edit_once(struct problem *p, struct rng *rng, int32_t user, double *ms, struct err *e)
{
	struct overlay o;
	struct edit edit;
	struct whatif w = { 0 };
	const int32_t item = (int32_t)rng_below(rng, (uint64_t)dataset_items(p->data));
	const double began = clock_seconds();
	overlay_init(&o, p->split->train);
	const struct weights *weights = trainer_pin(p->trainer);
	int status = overlay_rate(&o, user, item, (float)(1 + rng_below(rng, 5)), &edit, e);
	if (status == 0)
		status = whatif_measure(trainer_model(p->trainer), weights, &o, &edit, false, &w, e);
	trainer_unpin(p->trainer, weights);
	*ms = 1e3 * (clock_seconds() - began);
	whatif_done(&w);
	overlay_done(&o);
	return status;
}

/* Users are indices by how much they have rated: the heaviest come first. */
static int edits(struct problem *p, const char *what, int32_t among, struct err *e)
{
	double ms[EDITS];
	struct rng rng;
	rng_init(&rng, 1, 0);
	for (int i = 0; i < EDITS; i++)
		if (edit_once(p, &rng, (int32_t)rng_below(&rng, (uint64_t)among), &ms[i], e) < 0)
			return e->code;
	print(trainer_model(p->trainer)->ops->name, what, ms, EDITS);
	return 0;
}

static void wake(void *ctx)
{
}

static void rest(struct trainer *t)
{
	struct trainer_status s;
	do {
		poll(NULL, 0, 5);
		trainer_status(t, &s);
	} while (s.busy);
}

/* What a screen asks of the trainer between two frames; none of it may wait for an epoch. */
static int requests(struct problem *p, struct err *e)
{
	double ms[EDITS];
	for (int i = 0; i < EDITS; i++) {
		struct trainer_status s;
		const double began = clock_seconds();
		trainer_status(p->trainer, &s);
		trainer_unpin(p->trainer, trainer_pin(p->trainer));
		if (trainer_set(p->trainer, option_find("lambda"), i % 2 ? "300" : "400", e) < 0 || trainer_pause(p->trainer, e) < 0 ||
		    trainer_resume(p->trainer, e) < 0)
			return e->code;
		ms[i] = 1e3 * (clock_seconds() - began);
		poll(NULL, 0, 2);
	}
	print(trainer_model(p->trainer)->ops->name, "status, set, pause, resume; training", ms, EDITS);
	return 0;
}

static int measure(struct problem *p, const char *name, struct err *e)
{
	const struct config c = config_default();
	const struct trainer_sets sets = { p->split->valid, p->split->test };
	struct model *m;
	int status = model_new(model_ops_find(name), &c, p->split->train, &m, e);
	if (status < 0)
		return status;
	status = trainer_new(m, &sets, wake, NULL, &p->trainer, e);
	if (status < 0) {
		model_free(m);
		return status;
	}
	status = trainer_train(p->trainer, EPOCHS, 0, 0, e);
	rest(p->trainer);
	if (status == 0)
		status = edits(p, "edit, random users", dataset_users(p->data), e);
	if (status == 0)
		status = edits(p, "edit, 20 heaviest users", HEAVIEST, e);
	if (status == 0)
		status = trainer_train(p->trainer, 1000000, 0, 0, e);
	if (status == 0)
		status = edits(p, "edit, random users; training", dataset_users(p->data), e);
	if (status == 0)
		status = requests(p, e);
	trainer_free(p->trainer);
	return status;
}

int main(int argc, char **argv)
{
	struct problem p = { 0 };
	struct err e = { 0 };
	int status = bench_open(argc, argv, &p.data, &p.split, &e);
	if (status == 0) {
		printf("%s, k = 500; milliseconds\n", p.data->name);
		printf("%-10s %-34s %9s %9s %9s\n", "model", "", "median", "99 %", "greatest");
		status = measure(&p, "i-autorec", &e);
	}
	if (status == 0)
		status = measure(&p, "u-autorec", &e);
	return bench_close(argv, status, p.data, p.split, &e);
}
