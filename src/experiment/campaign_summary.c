/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Progress of a campaign: a summary of its finished runs, and the time that the others will
 * take. */
#include <math.h>
#include <stdlib.h>

#include "autorec/campaign.h"
#include "autorec/campaign_summary.h"
#include "autorec/clock.h"
#include "autorec/interval.h"

static bool over(const struct outcome *r)
{
	return r->state == RUN_DONE || r->state == RUN_FAILED;
}

int campaign_runs(const struct campaign *c)
{
	return c->n_trials * c->n_splits;
}

int campaign_done(const struct campaign *c)
{
	int n = 0;
	for (int i = 0; i < c->n_trials; i++)
		for (int j = 0; j < c->n_splits; j++)
			n += over(&c->trials[i].runs[j]);
	return n;
}

struct trial_summary trial_summarize(const struct campaign *c, const struct trial *t)
{
	struct trial_summary s = {
		.epochs = NAN, .valid_rmse = NAN, .rmse = NAN, .half_width_95 = NAN
	};
	double *rmse = calloc((size_t)c->n_splits, sizeof *rmse), epochs = 0, valid = 0;
	for (int i = 0; i < c->n_splits; i++) {
		const struct outcome *r = &t->runs[i];
		if (r->state != RUN_DONE)
			continue;
		if (rmse)
			rmse[s.n] = r->rmse;
		s.n++;
		epochs += (double)r->epochs;
		valid += r->valid_rmse;
		s.seconds += r->seconds;
		s.cold += r->cold;
	}
	if (s.n > 0) {
		s.epochs = epochs / s.n;
		s.valid_rmse = valid / s.n;
	}
	if (rmse && s.n > 0) {
		s.rmse = interval_mean(rmse, s.n);
		s.half_width_95 = interval_half_width_95(rmse, s.n);
	}
	free(rmse);
	return s;
}

int campaign_best(const struct campaign *c)
{
	int best = -1;
	double lowest = INFINITY;
	for (int i = 0; i < c->n_trials; i++) {
		const struct trial_summary t = trial_summarize(c, &c->trials[i]);
		if (t.n > 0 && t.valid_rmse < lowest) {
			lowest = t.valid_rmse;
			best = i;
		}
	}
	return best;
}

double campaign_seconds_left(const struct campaign *c)
{
	double all = 0, left = 0;
	int n = 0;
	for (int i = 0; i < c->n_trials; i++) {
		const struct trial_summary t = trial_summarize(c, &c->trials[i]);
		all += t.seconds;
		n += t.n;
	}
	for (int i = 0; i < c->n_trials; i++) {
		const struct trial_summary t = trial_summarize(c, &c->trials[i]);
		for (int j = 0; j < c->n_splits;
		     j++) /* as long as earlier runs of its kind, else as any run */
			if (!over(&c->trials[i].runs[j]))
				left += t.n ? t.seconds / t.n : all / n;
	}
	if (c->activity.active && left > 0 &&
	    c->trials[c->trial].runs[c->split].state == RUN_UNDER_WAY)
		left -= clock_seconds() - c->began;
	return left > 0 || isnan(left) ? left : 0;
}
