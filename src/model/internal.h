/* SPDX-License-Identifier: GPL-3.0-or-later
 * What models share while they open themselves. */
#ifndef AUTOREC_MODEL_INTERNAL_H
#define AUTOREC_MODEL_INTERNAL_H

#include "autorec/model.h"

/* Appends a tensor; panels are rows x cols in strips, else cols is 1 and it is rows numbers. */
void model_add_tensor(struct model *m, const char *name, int32_t rows, int32_t cols, bool panel);

/* The two sides of ratings: a model encodes its vectors (items' or users' ratings), whose places are the dims. */
const struct sparse *model_vectors(const struct model *m, const struct ratings *r);
const struct sparse *model_dims(const struct model *m, const struct ratings *r);

#endif
