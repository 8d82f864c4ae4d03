/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/rng.h"
#include "check.h"

struct ratings *sample_ratings(int32_t users, int32_t items, double share, uint64_t seed)
{
	struct rating *list = mem_array((size_t)users * (size_t)items, sizeof *list, NULL);
	struct ratings *out;
	struct err e = { 0 };
	struct rng rng;
	int64_t n = 0;
	assert_non_null(list);
	rng_init(&rng, seed, 0);
	for (int32_t u = 0; u < users; u++)
		for (int32_t i = 0; i < items; i++)
			if (rng_unit(&rng) < share)
				list[n++] = (struct rating){ u, i,
							     (float)((u % 3 == i % 3 ? 4 : 1) +
								     (int)rng_below(&rng, 2)) };
	must(ratings_new(users, items, list, n, &out, NULL, &e), &e);
	free(list);
	return out;
}

struct config sample_config(const char *options)
{
	struct config c = config_default();
	struct err e = { 0 };
	char word[64];
	for (int i = 0; param_choice(options, i, word, sizeof word); i++) {
		char *equals = strchr(word, '=');
		assert_non_null(equals);
		*equals = 0;
		assert_non_null(option_find(word));
		must(option_set(option_find(word), equals + 1, &c, &e), &e);
	}
	return c;
}

struct model *sample_model(const char *name, const char *options, const struct ratings *train)
{
	struct config c = sample_config(options);
	struct model *m;
	struct err e = { 0 };
	must(model_new(model_ops_find(name), &c, train, &m, &e), &e);
	return m;
}

struct weights *sample_weights(struct model *m, int epochs)
{
	struct weights *w[2];
	struct epoch_result r;
	struct err e = { 0 };
	must(weights_new(m, &w[0], &e), &e);
	must(weights_new(m, &w[1], &e), &e);
	must(m->ops->init(m, w[0], &e), &e);
	m->ops->forward(m, w[0], &r);
	for (int i = 0; i < epochs; i++) {
		must(m->ops->epoch(m, w[i % 2], w[(i + 1) % 2], &r, &e), &e);
		w[(i + 1) % 2]->epoch = i + 1;
	}
	weights_free(w[(epochs + 1) % 2]);
	return w[epochs % 2];
}

void sample_refit(const struct model *m, const struct weights *w, const struct overlay *o,
		  int32_t user, real *out)
{
	struct rating_vector rated;
	struct err e = { 0 };
	must(overlay_user_vector(o, m->train, user, &rated, &e), &e);
	must(m->ops->refit(m, w, &rated, out, &e), &e);
	rating_vector_done(&rated);
}
