/* SPDX-License-Identifier: GPL-3.0-or-later
 * split: training, validation and test ratings. */
#include "autorec/command.h"
#include "autorec/rng.h"

static int run_split(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *holdout = args_get(a, "holdout");
	struct split *split;
	int status = session_need_data(s, e);
	if (status < 0)
		return status;
	if (s->doc.data->test && holdout->given)
		return err_set(e, ERR_FAILED, "holdout",
			       "the test ratings came with the data (test=); omit holdout");
	status = split_random(s->doc.data, s->doc.data->test ? 0 : holdout->x,
			      args_get(a, "valid")->x, (uint64_t)args_get(a, "seed")->i, &split, e);
	if (status < 0)
		return status;
	session_set_split(s, split);
	json_object_set_new(out, "train", json_integer(ratings_count(split->train)));
	json_object_set_new(out, "valid", json_integer(ratings_count(split->valid)));
	json_object_set_new(out, "test", json_integer(ratings_count(split->test)));
	json_object_set_new(out, "cold", json_integer(split->cold));
	return 0;
}

const struct command cmd_split = {
	.name = "split",
	.summary = "divide the ratings at random into training, validation and test",
	.keys = "train valid test cold",
	.params = {
		{ "holdout", PARAM_REAL, 0, 0.99, .fallback = "0.1",
		  .help = "share of all ratings for testing" },
		{ "valid", PARAM_REAL, 0, 0.99, .fallback = "0.1",
		  .help = "share of the rest for validation" },
		{ "seed", PARAM_INT, 0, LARGEST_SEED, .fallback = "1",
		  .help = "the same seed always gives the same split" },
	},
	.disturbs = true,
	.run = run_split,
};
