/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Somebody new on MovieLens 1M at k = 500: how long each rating takes from the command to the
 * ranked answer, and how well those predict who are folded in, beside a model that was trained with
 * them. */
#include <string.h>

#include "autorec/clock.h"
#include "autorec/rng.h"
#include "bench.h"

enum { EPOCHS = 5, PEOPLE = 10, RATINGS = 20, GOAL = 16 /* milliseconds */ };

/* Ratings of new users, or of new items, by random others; in milliseconds. */
static int rate_all(struct session *s, bool of_item, double *ms, struct err *e)
{
	struct rng rng;
	rng_init(&rng, 1, of_item);
	for (int p = 0; p < PEOPLE; p++) {
		if (bench_command(s, e, "%s new%d%d", of_item ? "newitem" : "newuser", of_item, p) <
		    0)
			return e->code;
		for (int i = 0; i < RATINGS; i++) {
			const struct dataset *d = s->doc.data;
			const struct ids *ids = of_item ? d->users : d->items;
			const int32_t known = of_item ? s->doc.overlay.known_users
						      : s->doc.overlay.known_items;
			const char *other = ids_name(ids,
						     (int32_t)rng_below(&rng, (uint64_t)known));
			const int stars = 1 + (int)rng_below(&rng, 5);
			const double began = clock_seconds();
			const int status = of_item ? bench_command(s, e, "rate %s new%d%d %d",
								   other, of_item, p, stars)
						   : bench_command(s, e, "rate new%d%d %s %d",
								   of_item, p, other, stars);
			if (status < 0)
				return status;
			ms[p * RATINGS + i] = 1e3 * (clock_seconds() - began);
		}
	}
	return 0;
}

static int measure(const struct bench *b, struct session *s, const char *model, struct err *e)
{
	double ms[PEOPLE * RATINGS];
	int status = bench_command(s, e, "model %s k=500", model);
	if (status == 0)
		status = bench_command(s, e, "train %d", EPOCHS);
	for (int of_item = 0; of_item < 2 && status == 0; of_item++) {
		const char *what = of_item ? "new item" : "new user";
		status = rate_all(s, of_item, ms, e);
		if (status < 0)
			break;
		bench_row(b,
			  (struct figure){ .value = bench_quantile(ms, PEOPLE * RATINGS, 0.99),
					   .unit = "ms",
					   .at_most = GOAL },
			  "%s, a rating of a %s, 99 %%", model, what);
		bench_row(b,
			  (struct figure){ .value = bench_median(ms, PEOPLE * RATINGS),
					   .unit = "ms" },
			  "%s, a rating of a %s, median", model, what);
		status = bench_command(s, e, "revert");
	}
	return status;
}

int bench_people(struct bench *b, struct err *e)
{
	static const char *const models[] = { "i-autorec", "u-autorec" };
	struct session s;
	int status = bench_session(&s, "ml-1m", e);
	for (size_t i = 0; i < sizeof models / sizeof models[0] && status == 0; i++)
		status = measure(b, &s, models[i], e);
	session_done(&s);
	return status;
}

int bench_foldin(struct bench *b, struct err *e)
{
	json_t *found = bench_ask("'%s' -b --json -c 'load ml-1m' -c 'split foldin=0.1 seed=1' -c "
				  "'model i-autorec preset=fast' -c 'train 300 patience=20' -c "
				  "'evaluate foldin=on'",
				  b->autorec);
	const json_t *folded = json_object_get(found, "rmse"),
		     *trained = json_object_get(found, "trained_rmse");
	const int status = folded && trained
				   ? 0
				   : err_set(e, ERR_FAILED, b->autorec,
					     "did not score anybody, or had no ml-1m to train on");
	if (status == 0)
		bench_row(b,
			  (struct figure){ .value = json_real_value(folded),
					   .unit = "RMSE",
					   .at_most = json_real_value(trained) + 0.02,
					   .peer = "trained with them",
					   .peers = json_real_value(trained) },
			  "a tenth of the users of ml-1m, folded in");
	json_decref(found);
	return status;
}
