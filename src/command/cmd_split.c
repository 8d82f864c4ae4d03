/* SPDX-License-Identifier: GPL-3.0-or-later
 * split: training, validation and test ratings. */
#include "autorec/command.h"
#include "autorec/rng.h"
#include "autorec/times.h"
#include "sentences.h"

static int unused(const char *option, const char *way, const char *what, struct err *e)
{
	return err_set(e, ERR_USAGE, option, "split by=%s takes no %s; %s", way, option, what);
}

/* Refuses options that this way to split would ignore. */
static int check_options(const struct session *s, const struct args *a, struct err *e)
{
	const int64_t by = args_get(a, "by")->i;
	const struct value *holdout = args_get(a, "holdout"), *valid = args_get(a, "valid");
	if (s->doc.data->test && holdout->given)
		return err_set(e, ERR_FAILED, "holdout",
			       "the test ratings came with the data (test=); omit holdout");
	if (s->doc.data->test && args_get(a, "foldin")->x > 0)
		return err_set(e, ERR_FAILED, "foldin",
			       "users cannot be set aside, because test ratings came with the data "
			       "(test=); load it without them");
	if (by != SPLIT_USER && args_get(a, "last")->given)
		return unused("last", by == SPLIT_TIME ? "time" : "random",
			      "by=user takes each user's last ratings", e);
	if (by == SPLIT_USER && holdout->given)
		return unused("holdout", "user", "say how many of each user's ratings: last=1", e);
	if (by == SPLIT_USER && valid->given && valid->x > 0)
		return unused("valid", "user",
			      "the ratings before the last ones are validation (valid=0: none)", e);
	if (by != SPLIT_RANDOM && args_get(a, "seed")->given)
		return unused("seed", by == SPLIT_TIME ? "time" : "user", "the times alone decide",
			      e);
	return 0;
}

static void put_span(json_t *out, const char *part, const struct split_span *span)
{
	char key[16], text[TIME_TEXT];
	if (span->from == NO_TIME)
		return;
	snprintf(key, sizeof key, "%s_from", part);
	json_object_set_new(out, key, json_string(time_text(span->from, text)));
	snprintf(key, sizeof key, "%s_to", part);
	json_object_set_new(out, key, json_string(time_text(span->to, text)));
}

static int run_split(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	struct split *split;
	int status = session_need_data(s, e);
	if (status == 0)
		status = check_options(s, a, e);
	if (status < 0)
		return status;
	const struct split_rule rule = {
		.by = (enum split_by)args_get(a, "by")->i,
		.holdout = s->doc.data->test ? 0 : args_get(a, "holdout")->x,
		.valid = args_get(a, "valid")->x,
		.last = args_get(a, "last")->given ? (int32_t)args_get(a, "last")->i : 1,
		.seed = (uint64_t)args_get(a, "seed")->i,
		.foldin = args_get(a, "foldin")->x,
	};
	status = split_make(s->doc.data, &rule, &split, e);
	if (status < 0)
		return status;
	session_set_split(s, split);
	json_object_set_new(out, "train", json_integer(ratings_count(split->train)));
	json_object_set_new(out, "valid", json_integer(ratings_count(split->valid)));
	json_object_set_new(out, "test", json_integer(ratings_count(split->test)));
	json_object_set_new(out, "cold", json_integer(split->cold));
	if (split->given) {
		json_object_set_new(out, "given", json_integer(ratings_count(split->given)));
		json_object_set_new(out, "asked", json_integer(ratings_count(split->asked)));
	}
	if (rule.by != SPLIT_RANDOM) {
		put_span(out, "train", &split->train_span);
		put_span(out, "valid", &split->valid_span);
		put_span(out, "test", &split->test_span);
	}
	return 0;
}

const struct command cmd_split = {
	.name = "split",
	.loses = true,
	.summary = "divide the ratings into training, validation and test: at random or by time",
	.example = "split holdout=0.1 valid=0.1 seed=2",
	.keys = "train valid test cold; by=time and by=user: train_from train_to valid_from "
		"valid_to test_from test_to; with foldin: given asked",
	.params = {
		{ "holdout", PARAM_REAL, 0, 0.99, .fallback = "0.1",
		  .help = "share of all ratings for testing" },
		{ "valid", PARAM_REAL, 0, 0.99, .fallback = "0.1",
		  .help = "share of the rest for validation" },
		{ "seed", PARAM_INT, 0, LARGEST_SEED, .fallback = "1",
		  .help = "the same seed always gives the same split" },
		{ "by", PARAM_CHOICE, .choices = SPLIT_BY_NAMES, .fallback = "random",
		  .help = "time: the newest share is test; user: each user's last ratings" },
		{ "last", PARAM_INT, 1, 1000000,
		  .help = "by=user: how many of each user's ratings to test; by default 1" },
		{ "foldin", PARAM_REAL, 0, 0.99, .fallback = "0",
		  .help = "share of the users to set aside, for evaluate foldin=on" },
	},
	.disturbs = true,
	.run = run_split,
	.say = say_split,
};
