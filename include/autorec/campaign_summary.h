/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a campaign goes, and what its finished runs come to. */
#ifndef AUTOREC_CAMPAIGN_SUMMARY_H
#define AUTOREC_CAMPAIGN_SUMMARY_H

#include "autorec/campaign.h"

int campaign_done(const struct campaign *c);            /* runs that are done, failed or found */
int campaign_runs(const struct campaign *c);            /* all */
double campaign_seconds_left(const struct campaign *c); /* NaN as long as nobody can say */

/* Over the finished runs of a trial. */
struct trial_summary {
	int n;
	double epochs, valid_rmse, rmse, half_width_95,
		seconds; /* means, NaN without runs; seconds: their sum */
	int64_t cold;    /* sum */
};
struct trial_summary trial_summarise(const struct campaign *c, const struct trial *t);
/* The trial with the lowest validation RMSE, -1 before any is done. */
int campaign_best(const struct campaign *c);

#endif
