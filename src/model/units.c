/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/units.h"

#include <math.h>
#include <string.h>

#include "autorec/kernel.h"

/* Statistics of the units of strip s, and the lengths of their columns of V and W. */
static void measure_strip(const struct model *m, const struct weights *w, int s, struct unit *units)
{
	const struct panel *h = &w->hidden;
	const struct panel v = weights_panel(m, w, w->into), out = weights_panel(m, w, m->out_of);
	const int width = panel_width(h->k, s);
	double low, high, sum[STRIP] = { 0 }, squares[STRIP] = { 0 }, outside[STRIP] = { 0 };
	double unused[STRIP] = { 0 }, norm_in[STRIP] = { 0 }, norm_out[STRIP] = { 0 };
	activation_bounds((enum activation)m->config.hidden, &low, &high);
	const double margin = isfinite(low) ? UNIT_NEAR * (high - low) : 0;
	kernel_use()->moments(panel_row(h, s, 0), h->rows, width, (real)(low + margin),
			      (real)(high - margin), sum, squares, outside);
	kernel_use()->moments(panel_row(&v, s, 0), v.rows, width, 0, 0, unused, norm_in, unused);
	kernel_use()->moments(panel_row(&out, s, 0), out.rows, width, 0, 0, unused, norm_out,
			      unused);
	for (int j = 0; j < STRIP && s * STRIP + j < h->k; j++) {
		const double n = h->rows, mean = sum[j] / n,
			     variance = squares[j] / n - mean * mean;
		struct unit *u = &units[s * STRIP + j];
		*u = (struct unit){ .mean = (float)mean,
				    .sd = (float)sqrt(variance > 0 ? variance : 0),
				    .saturated = (float)(outside[j] / n),
				    .norm_in = (float)sqrt(norm_in[j]),
				    .norm_out = (float)sqrt(norm_out[j]) };
		u->dead = (double)u->sd < UNIT_DEAD;
	}
}

static void units_fill(const real *x, int64_t n, double low, double high, int64_t *bins)
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

/* Sets the range to the bounds of g and returns true. If g has no bounds, sets an empty range, to
 * be widened, and returns false. */
static bool start_range(enum activation g, double *low, double *high)
{
	activation_bounds(g, low, high);
	if (isfinite(*low) && isfinite(*high))
		return true;
	*low = HUGE_VAL;
	*high = -HUGE_VAL;
	return false;
}

void units_histogram(enum activation g, const real *x, int64_t n, double *low, double *high,
		     int64_t bins[UNIT_BINS])
{
	memset(bins, 0, UNIT_BINS * sizeof *bins);
	if (!start_range(g, low, high))
		range(x, n, low, high);
	units_fill(x, n, *low, *high, bins);
}

static void measure_all(const struct model *m, const struct weights *w, struct unit *units)
{
#pragma omp parallel for schedule(static, 1) num_threads(kernel_threads())
	for (int s = 0; s < panel_strips(w->hidden.k); s++)
		if (gate_pass(m->gate))
			measure_strip(m, w, s, units);
}

int units_measure(const struct model *m, const struct weights *w, struct unit *units,
		  struct unit_summary *out, struct err *e)
{
	const int32_t k = w->hidden.k;
	if (w->hidden.rows == 0)
		return err_set(e, ERR_FAILED, NULL,
			       "%s has no hidden units; i-autorec and u-autorec do", m->ops->name);
	struct unit_summary sum = { .n = k };
	if (w->measured)
		memcpy(units, w->units, (size_t)k * sizeof *units);
	else
		measure_all(m, w, units);
	for (int32_t j = 0; j < k; j++) {
		sum.mean += (double)units[j].mean / k;
		sum.sd += (double)units[j].sd / k;
		sum.saturated += (double)units[j].saturated / k;
		sum.dead += units[j].dead;
		sum.norm_in += (double)(units[j].norm_in * units[j].norm_in) / k;
		sum.norm_out += (double)(units[j].norm_out * units[j].norm_out) / k;
	}
	sum.norm_in = sqrt(sum.norm_in);
	sum.norm_out = sqrt(sum.norm_out);
	*out = sum;
	return 0;
}

void units_histogram_of_all(const struct model *m, const struct weights *w, double *low,
			    double *high, int64_t bins[UNIT_BINS])
{
	const struct panel *h = &w->hidden;
	memset(bins, 0, UNIT_BINS * sizeof *bins);
	const bool bounded = start_range((enum activation)m->config.hidden, low, high);
	for (int filling = bounded; filling < 2; filling++)
		for (int s = 0; s < panel_strips(h->k); s++)
			for (int32_t i = 0; i < h->rows; i++) {
				const int used = panel_used(h->k, s); /* without the padding */
				if (filling)
					units_fill(panel_row(h, s, i), used, *low, *high, bins);
				else
					range(panel_row(h, s, i), used, low, high);
			}
}
