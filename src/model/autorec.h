/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015), equation 1:
 *
 *     h(r) = f( W g(V^T r + mu) + b )
 *
 * I-AutoRec reads an item's ratings by all users (a vector per item, d = users), U-AutoRec a user's ratings of
 * all items (a vector per user, d = items).  Both are this one model with the two sides of the ratings
 * exchanged: "vectors" are what is encoded, "dims" the d places of a vector. */
#ifndef AUTOREC_MODEL_AUTOREC_H
#define AUTOREC_MODEL_AUTOREC_H

#include "internal.h"

enum { V, W, MU, B }; /* tensors: V, W: [d x k]; mu: [k]; b: [d] */

bool autorec_by_item(const struct model *m);
const struct sparse *autorec_vectors(const struct model *m, const struct ratings *r);
const struct sparse *autorec_dims(const struct model *m, const struct ratings *r);

/* A bounded f learns ratings brought into its range. */
real autorec_to_net(const struct model *m, double rating);
double autorec_from_net(const struct model *m, double output);

/* h = g(V^T r + mu) for one sparse vector r, strip s: [panel_width], zero in the padding. */
void autorec_encode_strip(const struct model *m, const struct weights *w, int s, const int32_t *col, const real *val,
			  int64_t n, real *h);
/* out[t] += row of `rows` . row of `cols`, for every pair of `set`. */
void autorec_pair_dots(const struct sparse *set, const struct panel *rows, const struct panel *cols, real *out);

int autorec_predict_user(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user, real *out,
			 struct err *e);
int autorec_predict_item(const struct model *m, const struct weights *w, const struct overlay *o, int32_t item, real *out,
			 struct err *e);
void autorec_predict_pairs(const struct model *m, const struct weights *w, const struct ratings *set, real *out);
int autorec_refit_user(const struct model *m, const struct weights *w, const struct overlay *o, int32_t user, real *out,
		       struct err *e);

#endif
