/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the person is looking: a view, what it shows, and how.  Commands set it, and a screen draws
 * it; a batch has it, too, so that a script says the same in both. */
#ifndef AUTOREC_FOCUS_H
#define AUTOREC_FOCUS_H

#include "autorec/reconstruction.h"

enum view {
	VIEW_TRAIN,
	VIEW_UNITS,
	VIEW_USER,
	VIEW_ITEM,
	VIEW_WHATIF,
	VIEW_COMPARE,
	VIEW_LOG,
	N_VIEWS
};
extern const struct view_info {
	const char *name, *title, *help;
} view_table[N_VIEWS];
#define VIEW_NAMES "train units user item what-if compare log"

#define UNIT_SORTS "unit mean sd saturated dead norm-in norm-out"

struct focus {
	enum view view;
	int32_t user, item, unit; /* -1: none yet */
	struct listing user_list, item_list;
	int64_t unit_sort; /* index into UNIT_SORTS */
	bool unit_reverse;
	int zoom; /* the chart shows the last 1 / 2^zoom of the epochs; -1: and all of the error
		     axis */
	bool log_y;
	double smoothing; /* weight of the past in the curve's running mean; 0: none */
	char find[80];    /* what is looked for in a list of rows */
	int find_steps;   /* finds asked for since the start, previous ones counting back: a screen
			     follows it */
};

/* Nothing is looked at yet. */
struct focus focus_default(void);

#endif
