/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small ratings and models for the tests. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "autorec/model.h"

/* Makes ratings of about `share` of all pairs, in whole stars from 1 to 5.  A model can learn them:
 * each user likes one of three kinds of items. */
struct ratings *sample_ratings(int32_t users, int32_t items, double share, uint64_t seed);

/* Returns the defaults, changed by options such as "k=8 lambda=2". */
struct config sample_config(const char *options);

struct model *sample_model(const char *name, const char *options, const struct ratings *train);

/* Returns the weights after `epochs` epochs, including the hidden units. */
struct weights *sample_weights(struct model *m, int epochs);

/* Predicts all items from the user's row, refitted to the edited ratings. */
void sample_refit(const struct model *m, const struct weights *w, const struct overlay *o,
		  int32_t user, real *out);

#endif
