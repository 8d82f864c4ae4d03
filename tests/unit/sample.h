/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small ratings and models for the tests.  Include behind cmocka.h. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/model.h"
#include "autorec/rng.h"

/* Fails with the error's own words. */
static inline void must(int status, const struct err *e)
{
	char text[1024];
	if (status < 0)
		fail_msg("%s", err_text(e, text, sizeof text));
}

/* About `share` of all pairs, whole stars 1 .. 5 that a model can learn: each user likes one in
 * three kinds of items. */
static inline struct ratings *sample_ratings(int32_t users, int32_t items, double share,
					     uint64_t seed)
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

/* Defaults, then "k=8 lambda=2 ..." */
static inline struct config sample_config(const char *options)
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

static inline struct model *sample_model(const char *name, const char *options,
					 const struct ratings *train)
{
	struct config c = sample_config(options);
	struct model *m;
	struct err e = { 0 };
	must(model_new(model_ops_find(name), &c, train, &m, &e), &e);
	return m;
}

/* The first weights after `epochs` epochs, hidden units included. */
static inline struct weights *sample_weights(struct model *m, int epochs)
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

#endif
