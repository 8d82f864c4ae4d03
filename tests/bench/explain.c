/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long an explanation takes on MovieLens 1M at k = 500: for random users and items, and for the
 * user and the item with the most ratings. */
#include "autorec/clock.h"
#include "autorec/explain.h"
#include "autorec/rng.h"
#include "bench.h"

enum { EPOCHS = 5, ASKED = 100, GOAL = 100 /* milliseconds */ };

static int32_t longest(const struct sparse *x)
{
	int32_t most = 0;
	for (int32_t r = 1; r < x->n_rows; r++)
		if (sparse_row_size(x, r) > sparse_row_size(x, most))
			most = r;
	return most;
}

static int ask(struct session *s, int32_t user, int32_t item, double *ms, struct err *e)
{
	struct explanation x;
	const struct weights *w = trainer_pin(session_trainer(s));
	const double began = clock_seconds();
	const int status = explain(trainer_model(session_trainer(s)), w, &s->doc.overlay,
				   s->doc.split, user, item, NULL, &x, e);
	*ms = 1e3 * (clock_seconds() - began);
	if (status == 0)
		explanation_done(&x);
	trainer_unpin(session_trainer(s), w);
	return status;
}

static int measure(const struct bench *b, struct session *s, const char *model, bool heavy,
		   struct err *e)
{
	const struct ratings *train = s->doc.split->train;
	double ms[ASKED];
	struct rng rng;
	rng_init(&rng, 1, 0);
	for (int i = 0; i < ASKED; i++) {
		const int32_t user = heavy ? longest(&train->by_user)
					   : (int32_t)rng_below(&rng,
								(uint64_t)train->by_user.n_rows),
			      item = heavy ? longest(&train->by_item)
					   : (int32_t)rng_below(&rng,
								(uint64_t)train->by_item.n_rows);
		if (ask(s, user, item, &ms[i], e) < 0)
			return e->code;
	}
	const char *who = heavy ? "most ratings" : "random user and item";
	bench_row(b,
		  (struct figure){
			  .value = bench_quantile(ms, ASKED, 0.99), .unit = "ms", .at_most = GOAL },
		  "%s, %s, 99 %%", model, who);
	bench_row(b, (struct figure){ .value = bench_median(ms, ASKED), .unit = "ms" },
		  "%s, %s, median", model, who);
	return 0;
}

int bench_explain(struct bench *b, struct err *e)
{
	static const char *const models[] = { "i-autorec", "u-autorec" };
	struct session s;
	int status = bench_session(&s, "ml-1m", e);
	for (size_t i = 0; i < sizeof models / sizeof models[0] && status == 0; i++) {
		status = bench_command(&s, e, "model %s k=500", models[i]);
		if (status == 0)
			status = bench_command(&s, e, "train %d", EPOCHS);
		for (int heavy = 0; heavy < 2 && status == 0; heavy++)
			status = measure(b, &s, models[i], heavy, e);
	}
	session_done(&s);
	return status;
}
