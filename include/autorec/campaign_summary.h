/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress of a campaign, and a summary of its finished runs. */
#ifndef AUTOREC_CAMPAIGN_SUMMARY_H
#define AUTOREC_CAMPAIGN_SUMMARY_H

#include "autorec/campaign.h"

int campaign_done(const struct campaign *c);            /* finished, failed or found */
int campaign_runs(const struct campaign *c);            /* all of them */
double campaign_seconds_left(const struct campaign *c); /* NaN until it can be estimated */

/* Statistics over the finished runs of a trial. */
struct trial_summary {
	int n;
	/* Means, except seconds, which is a sum. NaN without runs. */
	double epochs, valid_rmse, rmse, half_width_95, seconds;
	int64_t cold; /* sum */
};
struct trial_summary trial_summarize(const struct campaign *c, const struct trial *t);
/* The trial with the lowest validation RMSE; -1 if none is done. */
int campaign_best(const struct campaign *c);

#endif
