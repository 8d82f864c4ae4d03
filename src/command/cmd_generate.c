/* SPDX-License-Identifier: GPL-3.0-or-later
 * generate: synthetic ratings. */
#include "autorec/command.h"
#include "autorec/generate.h"
#include "autorec/report.h"
#include "autorec/rng.h"

static bool generate_go_on(void *ctx, double fraction)
{
	return session_go_on(ctx, "writing", fraction);
}

static int run_generate(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *scale = args_get(a, "scale");
	const struct generate_options o = {
		.users = (int32_t)args_get(a, "users")->i,
		.items = (int32_t)args_get(a, "items")->i,
		.ratings = args_get(a, "ratings")->i,
		.min = scale->x,
		.max = scale->y,
		.step = args_get(a, "step")->x,
		.seed = (uint64_t)args_get(a, "seed")->i,
		.progress = generate_go_on,
		.ctx = s,
	};
	int status = generate_ratings(args_get(a, "folder")->text, &o, e);
	if (status < 0)
		return status;
	json_object_set_new(out, "folder", report_string(args_get(a, "folder")->text));
	json_object_set_new(out, "users", json_integer(o.users));
	json_object_set_new(out, "items", json_integer(o.items));
	json_object_set_new(out, "ratings", json_integer(o.ratings));
	return 0;
}

const struct command cmd_generate = {
	.name = "generate",
	.summary = "write synthetic ratings and titles that resemble real ones",
	.example = "generate folder users=1000 items=800 ratings=60000",
	.keys = "folder users items ratings",
	.params = {
		{ "folder", PARAM_PATH,
		  .help = "the folder for ratings.csv and movies.csv", .required = true },
		{ "users", PARAM_INT, 1, 1e8, .fallback = "1000", .help = "number of users" },
		{ "items", PARAM_INT, 1, 1e8, .fallback = "800", .help = "number of items" },
		{ "ratings", PARAM_INT, 1, 4e9, .fallback = "60000", .help = "number of ratings" },
		{ "seed", PARAM_INT, 0, LARGEST_SEED, .fallback = "1",
		  .help = "the same seed gives the same bytes" },
		{ "scale", PARAM_RANGE, .fallback = "1,5", .help = "lowest and highest rating" },
		{ "step", PARAM_REAL, 0.001, 1000, .fallback = "1",
		  .help = "difference between adjacent ratings" },
	},
	.run = run_generate,
};
