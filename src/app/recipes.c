/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipes.h"

const char *const recipe_data[RECIPE_DATA] = { "ml-1m", "ml-10m", "netflix" };

const struct recipe_table recipe_tables[] = {
	{ "table1a", "Table 1a: item and user based AutoRec and RBM" },
	{ "table1b", "Table 1b: activation functions of I-AutoRec" },
	{ "table1c", "Table 1c: against the baselines" },
	{ "figure2", "Figure 2: I-AutoRec against the number of hidden units" },
	{ "deep", "Deep I-AutoRec" },
	{ 0 },
};

#define I_AUTOREC "k=500 lambda=400"
#define I_QUICK "k=50 lambda=40"
#define WIDTH(units, published) \
	{ .tables = "figure2", .label = "k=" #units, .model = "i-autorec", .options = "lambda=400 k=" #units, \
	  .quick = "lambda=40 k=" #units, .paper = { published }, .x = units }

const struct recipe recipes[] = {
	{ .tables = "table1a table1c", .label = "U-RBM", .model = "u-autorec", .options = "", .quick = "", .paper = { 0.881, 0.823, 0.845 } },
	{ .tables = "table1a table1c", .label = "I-RBM", .model = "u-autorec", .options = "", .quick = "", .paper = { 0.854, 0.825 } },
	{ .tables = "table1a", .label = "U-AutoRec", .model = "u-autorec", .options = "k=500 lambda=200", .quick = "k=50 lambda=20",
	  .paper = { 0.874, 0.867 } },
	{ .tables = "table1c", .label = "BiasedMF", .model = "baseline", .options = "", .quick = "", .paper = { 0.845, 0.803, 0.844 } },
	{ .tables = "table1c", .label = "LLORMA", .model = "baseline", .options = "", .quick = "", .paper = { 0.833, 0.782, 0.834 } },
	{ .tables = "table1a table1c deep", .label = "I-AutoRec", .model = "i-autorec", .options = I_AUTOREC, .quick = I_QUICK,
	  .paper = { 0.831, 0.782, 0.823 } },

	{ .tables = "table1b", .label = "f identity, g identity", .model = "i-autorec", .options = I_AUTOREC " hidden=identity",
	  .quick = I_QUICK " hidden=identity", .paper = { 0.872 } },
	{ .tables = "table1b", .label = "f sigmoid, g identity", .model = "i-autorec", .options = I_AUTOREC " output=sigmoid hidden=identity",
	  .quick = I_QUICK " output=sigmoid hidden=identity", .paper = { 0.852 } },
	{ .tables = "table1b", .label = "f identity, g sigmoid", .model = "i-autorec", .options = I_AUTOREC, .quick = I_QUICK, .paper = { 0.831 } },
	{ .tables = "table1b", .label = "f sigmoid, g sigmoid", .model = "i-autorec", .options = I_AUTOREC " output=sigmoid",
	  .quick = I_QUICK " output=sigmoid", .paper = { 0.836 } },

	WIDTH(10, 0), WIDTH(20, 0), WIDTH(50, 0), WIDTH(100, 0), WIDTH(200, 0), WIDTH(300, 0), WIDTH(400, 0), WIDTH(500, 0.831),
	{ 0 },
};
