/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The paper's tables and figure as recipes: the models in each, the results that the paper reports,
 * and the options that reproduce them here. The options were chosen on the validation ratings of
 * MovieLens 1M with split seed=1, as noted beside them. A run never searches for options. */
#ifndef AUTOREC_RECIPES_H
#define AUTOREC_RECIPES_H

#include <stdbool.h>

#include "autorec/param.h"

/* The tables: name and title. */
#define RECIPE_TABLES(ROW)                                                                         \
	ROW("table1a", "Table 1a: item and user based AutoRec and RBM")                            \
	ROW("table1b", "Table 1b: activation functions of I-AutoRec")                              \
	ROW("table1c", "Table 1c: against the baselines")                                          \
	ROW("figure2", "Figure 2: I-AutoRec against the number of hidden units")                   \
	ROW("deep", "Deep I-AutoRec")
#define RECIPE_TABLE_NAME(name, title) " " name
#define RECIPE_TABLE_NAMES             PARAM_WORDS(RECIPE_TABLES(RECIPE_TABLE_NAME))
enum { RECIPE_DATA = 3 }; /* data sets of the paper */

struct recipe {
	const char *tables; /* names of tables, between blanks */
	const char *label;  /* the paper's name for it */
	const char *model;
	const char *options;       /* NAME=VALUE words */
	const char *quick;         /* the same for a demonstration on a small data set */
	int patience;              /* 0: 20 epochs */
	double paper[RECIPE_DATA]; /* published RMSE; 0: none */
	double x;                  /* hidden units, for the figure */
	/* How the options were chosen, with the validation RMSE; NULL: they were not. */
	const char *evidence;
	const char *note; /* why our result differs; NULL: it hardly does */
};

extern const char *const recipe_data[RECIPE_DATA]; /* names that load knows */
extern const struct recipe recipes[];              /* ends with a NULL label */
extern const struct recipe_table {
	const char *name, *title;
} recipe_tables[]; /* ends with a NULL name */

#endif
