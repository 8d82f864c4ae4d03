/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the person is looking: a view, what it shows, and how. Commands set the focus and a screen
 * draws it. A batch has a focus too, so a script has the same effect in both. */
#ifndef AUTOREC_FOCUS_H
#define AUTOREC_FOCUS_H

#include "autorec/param.h"
#include "autorec/reconstruction.h"

/* The views in the order of their tabs: constant, the word that the command view takes, and the
 * functions that a screen draws it with (defined in ui/, which src/ never names).  The last view's
 * tab has the number 0. */
#define VIEWS(ROW)                                                                                 \
	ROW(VIEW_TRAIN, "train", view_train_ops)                                                   \
	ROW(VIEW_UNITS, "units", view_units_ops)                                                   \
	ROW(VIEW_USER, "user", view_user_ops)                                                      \
	ROW(VIEW_ITEM, "item", view_item_ops)                                                      \
	ROW(VIEW_WHATIF, "what-if", view_whatif_ops)                                               \
	ROW(VIEW_COMPARE, "compare", view_compare_ops)                                             \
	ROW(VIEW_MAP, "map", view_map_ops)                                                         \
	ROW(VIEW_ERRORS, "errors", view_errors_ops)                                                \
	ROW(VIEW_HELP, "help", view_help_ops)                                                      \
	ROW(VIEW_LOG, "log", view_log_ops)

#define VIEW_CONSTANT(constant, name, ops) constant,
#define VIEW_NAME(constant, name, ops)     " " name
enum view { VIEWS(VIEW_CONSTANT) N_VIEWS };
#define VIEW_NAMES PARAM_WORDS(VIEWS(VIEW_NAME))

struct focus {
	enum view view;
	bool full;                /* the view fills a large screen, which otherwise shows several */
	int32_t user, item, unit; /* -1: none yet */
	struct listing user_list, item_list;
	int64_t unit_sort; /* enum unit_sort */
	bool unit_reverse;
	bool map_users;
	int64_t map_color;    /* enum map_color */
	int64_t residuals_on; /* enum rating_set */
	int64_t residuals_by; /* enum residual_grouping */
	/* The chart shows the last 1 / 2^zoom of the epochs; -1: also the whole error axis. */
	int zoom;
	bool log_y;
	double smoothing; /* weight of the past in the curve's running mean; 0: none */
	char find[80];    /* the text to find in a list of rows */
	/* Net number of finds since the start: next adds 1, previous subtracts 1.  A screen moves
	 * its cursor as this number changes. */
	int find_steps;
};

/* A focus on nothing. */
struct focus focus_default(void);

#endif
