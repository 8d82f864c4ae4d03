/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/ablation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/mem.h"

static int copy_hidden(const struct weights *w, struct weights *out, struct err *e)
{
	const size_t n = panel_size(w->hidden.rows, w->hidden.k);
	*out = *w; /* shares theta */
	out->hidden.data = mem_array(n, sizeof *out->hidden.data, e);
	if (!out->hidden.data)
		return ERR_NOMEM;
	memcpy(out->hidden.data, w->hidden.data, n * sizeof *out->hidden.data);
	return 0;
}

/* Any model: scores it once for each unit. */
static int one_by_one(const struct model *m, const struct weights *w, const struct ratings *set,
		      const struct progress *p, double rmse, double *effect, struct err *e)
{
	struct weights without;
	struct score score;
	int status = copy_hidden(w, &without, e);
	for (int32_t j = 0; status == 0 && j < w->hidden.k; j++) {
		if (!progress_go_on(p, (double)j / w->hidden.k)) {
			status = err_set(e, ERR_INTERRUPTED, NULL, "stopped after %d of %d units",
					 (int)j, (int)w->hidden.k);
			break;
		}
		for (int32_t r = 0; r < w->hidden.rows; r++)
			panel_row(&without.hidden, j / STRIP, r)[j % STRIP] = 0;
		status = evaluate(m, &without, set, &score, e);
		effect[j] = score.rmse - rmse;
		for (int32_t r = 0; r < w->hidden.rows; r++)
			panel_row(&without.hidden, j / STRIP, r)[j % STRIP] = panel_get(&w->hidden,
											r, j);
	}
	free(without.hidden.data);
	return status;
}

/* The squared errors of the cold pairs, which no unit changes. */
static double cold_squares(const struct model *m, const struct sparse *x)
{
	double total = 0;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			if (evaluate_cold(m, u, x->col[t])) {
				const double error = evaluate_prediction(m, u, x->col[t], 0) -
						     (double)x->val[t];
				total += error * error;
			}
	return total;
}

int ablation_effects(const struct model *m, const struct weights *w, const struct ratings *set,
		     const struct progress *p, double *effect, double *rmse, struct err *e)
{
	struct score score;
	if (w->hidden.rows == 0)
		return err_set(e, ERR_FAILED, NULL,
			       "%s has no hidden units; i-autorec has them: model i-autorec",
			       m->ops->name);
	int status = evaluate(m, w, set, &score, e);
	if (status < 0)
		return status;
	*rmse = score.rmse;
	if (!m->ops->squares_without)
		return one_by_one(m, w, set, p, score.rmse, effect, e);
	const double cold = cold_squares(m, &set->by_user);
	memset(effect, 0, (size_t)w->hidden.k * sizeof *effect);
	status = m->ops->squares_without(m, w, set, effect, e);
	for (int32_t j = 0; j < w->hidden.k; j++)
		effect[j] = sqrt((effect[j] + cold) / (double)score.n) - score.rmse;
	return status;
}
