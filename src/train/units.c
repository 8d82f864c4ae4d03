/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/units.h"

#include <math.h>
#include <string.h>

#include "autorec/kernel.h"

/* Statistics of the units of strip s. */
static void measure_strip(const struct model *m, const struct weights *w, int s, struct unit *units)
{
	const struct panel *h = &w->hidden;
	const int width = panel_width(h->k, s);
	double low, high;
	activation_bounds((enum activation)m->config.hidden, &low, &high);
	const real near_low = (real)(low + UNIT_NEAR * (high - low)), near_high = (real)(high - UNIT_NEAR * (high - low));
	double sum[STRIP] = { 0 }, squares[STRIP] = { 0 };
	int32_t saturated[STRIP] = { 0 };
	for (int32_t i = 0; i < h->rows; i++) {
		const real *row = panel_row(h, s, i);
		for (int j = 0; j < width; j++) {
			sum[j] += (double)row[j];
			squares[j] += (double)row[j] * (double)row[j];
			saturated[j] += row[j] < near_low || row[j] > near_high;
		}
	}
	for (int j = 0; j < STRIP && s * STRIP + j < h->k; j++) {
		struct unit *u = &units[s * STRIP + j];
		const double n = h->rows, mean = sum[j] / n, variance = squares[j] / n - mean * mean;
		u->mean = (float)mean;
		u->sd = (float)sqrt(variance > 0 ? variance : 0);
		u->saturated = (float)(isfinite(low) ? saturated[j] / n : 0);
		u->dead = (double)u->sd < UNIT_DEAD;
	}
}

/* Lengths of the columns of a panel, strip s. */
static void column_norms(const struct panel *p, int s, double *norm)
{
	const int width = panel_width(p->k, s);
	double squares[STRIP] = { 0 };
	for (int32_t r = 0; r < p->rows; r++) {
		const real *row = panel_row(p, s, r);
		for (int j = 0; j < width; j++)
			squares[j] += (double)row[j] * (double)row[j];
	}
	for (int j = 0; j < width; j++)
		norm[j] = sqrt(squares[j]);
}

static void measure_norms(const struct model *m, const struct weights *w, int s, struct unit *units)
{
	const struct panel v = weights_panel(m, w, model_tensor(m, "V")), out = weights_panel(m, w, model_tensor(m, "W"));
	double norm_in[STRIP], norm_out[STRIP];
	column_norms(&v, s, norm_in);
	column_norms(&out, s, norm_out);
	for (int j = 0; j < STRIP && s * STRIP + j < v.k; j++) {
		units[s * STRIP + j].norm_in = (float)norm_in[j];
		units[s * STRIP + j].norm_out = (float)norm_out[j];
	}
}

static void fill(const real *x, int64_t n, double low, double high, int64_t *bins)
{
	const double per_bin = high > low ? UNIT_BINS / (high - low) : 0;
	for (int64_t i = 0; i < n; i++) {
		double place = ((double)x[i] - low) * per_bin;
		bins[place >= UNIT_BINS ? UNIT_BINS - 1 : place > 0 ? (int)place : 0]++;
	}
}

static void range(const real *x, int64_t n, double *low, double *high)
{
	for (int64_t i = 0; i < n; i++) {
		*low = (double)x[i] < *low ? (double)x[i] : *low;
		*high = (double)x[i] > *high ? (double)x[i] : *high;
	}
}

void units_histogram(const real *x, int64_t n, double *low, double *high, int64_t bins[UNIT_BINS])
{
	memset(bins, 0, UNIT_BINS * sizeof *bins);
	*low = HUGE_VAL;
	*high = -HUGE_VAL;
	range(x, n, low, high);
	fill(x, n, *low, *high, bins);
}

/* The summary's histogram covers every activation; strips keep their padding out of it. */
static void histogram_of_all(const struct model *m, const struct weights *w, struct unit_summary *sum)
{
	const struct panel *h = &w->hidden;
	activation_bounds((enum activation)m->config.hidden, &sum->low, &sum->high);
	const bool bounded = isfinite(sum->low);
	if (!bounded) {
		sum->low = HUGE_VAL;
		sum->high = -HUGE_VAL;
	}
	for (int filling = bounded; filling < 2; filling++)
		for (int s = 0; s < panel_strips(h->k); s++)
			for (int32_t i = 0; i < h->rows; i++) {
				const int used = h->k - s * STRIP < STRIP ? h->k - s * STRIP : STRIP;
				if (filling)
					fill(panel_row(h, s, i), used, sum->low, sum->high, sum->histogram);
				else
					range(panel_row(h, s, i), used, &sum->low, &sum->high);
			}
}

int units_measure(const struct model *m, const struct weights *w, struct unit *units, struct unit_summary *out, struct err *e)
{
	const int32_t k = w->hidden.k;
	if (w->hidden.rows == 0)
		return err_set(e, ERR_FAILED, NULL, "%s has no hidden units; i-autorec and u-autorec have", m->ops->name);
	struct unit_summary sum = { 0 };
	for (int s = 0; s < panel_strips(k); s++) {
		measure_strip(m, w, s, units);
		measure_norms(m, w, s, units);
	}
	for (int32_t j = 0; j < k; j++) {
		sum.mean += (double)units[j].mean / k;
		sum.saturated += (double)units[j].saturated / k;
		sum.dead += units[j].dead;
		sum.norm_in += (double)(units[j].norm_in * units[j].norm_in) / k;
		sum.norm_out += (double)(units[j].norm_out * units[j].norm_out) / k;
	}
	sum.norm_in = sqrt(sum.norm_in);
	sum.norm_out = sqrt(sum.norm_out);
	histogram_of_all(m, w, &sum);
	*out = sum;
	return 0;
}

void units_activations(const struct weights *w, int32_t unit, real *out)
{
	for (int32_t i = 0; i < w->hidden.rows; i++)
		out[i] = panel_get(&w->hidden, i, unit);
}
