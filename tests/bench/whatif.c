/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long an edit takes, with its predictions and their full ranking, on MovieLens 1M at k = 500:
 * where a vector is encoded anew, and where a user's output row is refitted by ridge.  And how long
 * edits and a screen's requests take while the trainer has all cores. */
#include <poll.h>

#include "autorec/clock.h"
#include "autorec/kernel.h"
#include "autorec/rng.h"
#include "bench.h"

enum { EPOCHS = 5, EDITS = 400, MANY = 1000 /* ratings that make a user heavy */ };

/* Edits are made for users first .. last - 1; they are sorted, most ratings first. */
struct questions {
	struct session *s;
	const struct model_ops *ops; /* the model's, one of its answers perhaps left out */
	int32_t first, last;
};

/* One edit as a command makes it: new, changed or the same.  Its answer in milliseconds. */
static int ask(const struct questions *q, struct rng *rng, double *ms, struct err *e)
{
	struct overlay o;
	struct edit edit;
	struct whatif answer = { 0 };
	struct session *s = q->s;
	struct model m = *trainer_model(session_trainer(s));
	const int32_t user = q->first + (int32_t)rng_below(rng, (uint64_t)(q->last - q->first));
	const int32_t item = (int32_t)rng_below(rng, (uint64_t)dataset_items(s->doc.data));
	m.ops = q->ops;
	const double began = clock_seconds();
	overlay_init(&o, s->doc.split->train);
	const struct weights *w = trainer_pin(session_trainer(s));
	int status = overlay_rate(&o, user, item, (float)(1 + rng_below(rng, 5)), &edit, e);
	if (status == 0)
		status = whatif_measure(&m, w, &o, &edit, false, &answer, e);
	trainer_unpin(session_trainer(s), w);
	*ms = 1e3 * (clock_seconds() - began);
	whatif_done(&answer);
	overlay_done(&o);
	return status;
}

static void print(const struct bench *b, const char *model, const char *what, double *ms,
		  double goal)
{
	const double p99 = bench_quantile(ms, EDITS, 0.99);
	bench_row(b, (struct figure){ .value = p99, .unit = "ms", .at_most = goal },
		  "%s, %s, 99 %%", model, what);
	bench_row(b, (struct figure){ .value = bench_median(ms, EDITS), .unit = "ms" },
		  "%s, %s, median", model, what);
}

static int edits(const struct bench *b, const struct questions *q, const char *what, double goal,
		 struct err *e)
{
	double ms[EDITS];
	struct rng rng;
	if (q->first == q->last)
		return 0;
	rng_init(&rng, 1, 0);
	for (int i = 0; i < EDITS; i++)
		if (ask(q, &rng, &ms[i], e) < 0)
			return e->code;
	print(b, q->ops->name, what, ms, goal);
	return 0;
}

/* In place of answers that are not measured: all zero. */
static int no_refit(const struct model *m, const struct weights *w,
		    const struct rating_vector *rated, real *out, struct err *e)
{
	return 0;
}

static int no_predictions(const struct model *m, const struct weights *w, int n,
			  const struct rating_vector *v, real *const *out, struct err *e)
{
	return 0;
}

/* Users with more than MANY ratings. */
static int32_t count_heavy(const struct session *s)
{
	int32_t n = 0;
	while (n < dataset_users(s->doc.data) &&
	       sparse_row_size(&s->doc.split->train->by_user, n) > MANY)
		n++;
	return n;
}

int bench_answers(const struct bench *b, struct session *s, const struct whatif_goals *goals,
		  struct err *e)
{
	const struct model_ops *ops = trainer_model(session_trainer(s))->ops;
	struct model_ops encodes = *ops, refits = *ops;
	const int32_t n = dataset_users(s->doc.data), heavy = goals->heavy > 0 ? count_heavy(s) : 0;
	if (!ops->refit)
		return edits(b, &(struct questions){ s, ops, 0, n }, "user encoded anew",
			     goals->encoder, e);
	encodes.refit = no_refit;
	refits.predict_vectors = no_predictions;
	int status = edits(b, &(struct questions){ s, &encodes, 0, n }, "item encoded anew",
			   goals->encoder, e);
	if (status == 0)
		status = edits(b, &(struct questions){ s, &refits, heavy, n }, "user refitted",
			       goals->ridge, e);
	if (status == 0)
		status = edits(b, &(struct questions){ s, &refits, 0, heavy },
			       "user refitted, 1,000 ratings up", goals->heavy, e);
	return status < 0 ? status
			  : edits(b, &(struct questions){ s, ops, 0, n }, "both answers", 0, e);
}

/* What a screen asks of the trainer between two frames; none of it may wait for an epoch. */
static int requests(const struct bench *b, struct session *s, struct err *e)
{
	double ms[EDITS];
	for (int i = 0; i < EDITS; i++) {
		struct trainer_status status;
		const double began = clock_seconds();
		trainer_status(session_trainer(s), &status);
		trainer_unpin(session_trainer(s), trainer_pin(session_trainer(s)));
		if (trainer_set(session_trainer(s), option_find("lambda"), i % 2 ? "300" : "400",
				e) < 0 ||
		    trainer_pause(session_trainer(s), e) < 0 ||
		    trainer_resume(session_trainer(s), e) < 0)
			return e->code;
		ms[i] = 1e3 * (clock_seconds() - began);
		poll(NULL, 0, 2);
	}
	print(b, trainer_model(session_trainer(s))->ops->name, "screen's requests, training", ms,
	      0);
	return 0;
}

static int while_training(const struct bench *b, struct session *s, struct err *e)
{
	int status = trainer_train(session_trainer(s), 1000000, 0, 0, e);
	if (status == 0)
		status = edits(b,
			       &(struct questions){ s, trainer_model(session_trainer(s))->ops, 0,
						    dataset_users(s->doc.data) },
			       "an edit, training", 0, e);
	return status < 0 ? status : requests(b, s, e);
}

static int measure(const struct bench *b, struct session *s, const char *model,
		   const struct whatif_goals *goals, struct err *e)
{
	s->host.interactive = true; /* as on the screen: weights are looked at while it trains */
	int status = bench_command(s, e, "model %s k=500", model);
	s->host.interactive = false;
	if (status == 0)
		status = bench_command(s, e, "train %d", EPOCHS);
	if (status == 0)
		status = bench_answers(b, s, goals, e);
	return status < 0 ? status : while_training(b, s, e);
}

int bench_whatif(struct bench *b, struct err *e)
{
	static const struct whatif_goals goals = { .encoder = 2, .ridge = 8, .heavy = 16 };
	struct session s;
	int status = bench_session(&s, "ml-1m", e);
	if (status == 0)
		status = measure(b, &s, "i-autorec", &goals, e);
	if (status == 0)
		status = measure(b, &s, "u-autorec", &goals, e);
	session_done(&s);
	return status;
}
