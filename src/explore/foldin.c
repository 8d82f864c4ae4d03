/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/foldin.h"

#include <math.h>
#include <stdlib.h>

#include "autorec/mem.h"

/* The ratings of one user as those of a stranger. */
static struct rating_vector stranger(const struct ratings *given, int32_t user)
{
	struct rating_vector v = sparse_vector(&given->by_user, user);
	v.row = -1;
	return v;
}

/* Adds the errors of one user to sums of squares and of sizes.  Items without training ratings get
 * the default. */
static void add_errors(const struct model *m, const struct sparse *asked, int32_t user,
		       const real *predicted, struct score *sum)
{
	for (int64_t t = asked->start[user]; t < asked->start[user + 1]; t++) {
		const int32_t item = asked->col[t];
		const bool cold = sparse_row_size(&m->train->by_item, item) == 0;
		const double value = cold ? evaluate_prediction(m, -1, item, 0)
					  : model_clip(m, (double)predicted[item]);
		const double error = value - (double)asked->val[t];
		sum->rmse += error * error;
		sum->mae += fabs(error);
		sum->n++;
		sum->cold += cold;
	}
}

int foldin_score(const struct model *m, const struct weights *w, const struct ratings *given,
		 const struct ratings *asked, const struct progress *p, struct score *out,
		 struct err *e)
{
	const struct sparse *x = &asked->by_user;
	struct score sum = { 0 };
	int status = model_needs_new(m->ops, false, e);
	if (status < 0)
		return status;
	real *predicted = mem_array((size_t)x->n_cols, sizeof *predicted, e);
	if (!predicted)
		return ERR_NOMEM;
	for (int32_t u = 0; status == 0 && u < x->n_rows; u++) {
		const struct rating_vector v = stranger(given, u);
		if (sparse_row_size(x, u) == 0 || v.n == 0)
			continue;
		if (!progress_go_on(p, (double)sum.n / (double)x->nnz))
			status = err_set(e, ERR_INTERRUPTED, NULL, "interrupted");
		else
			status = model_predict_new(m, w, false, &v, predicted, e);
		if (status == 0)
			add_errors(m, x, u, predicted, &sum);
	}
	free(predicted);
	if (status < 0)
		return status;
	out->n = sum.n;
	out->cold = sum.cold;
	out->rmse = sum.n ? sqrt(sum.rmse / (double)sum.n) : NAN;
	out->mae = sum.n ? sum.mae / (double)sum.n : NAN;
	return 0;
}
