/* SPDX-License-Identifier: GPL-3.0-or-later
 * repeat: trains the current model on several splits.  tune: trains it with a grid of options, or
 * with options drawn at random. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/campaign.h"
#include "autorec/campaign_summary.h"
#include "autorec/command.h"
#include "autorec/num.h"
#include "autorec/report.h"
#include "autorec/rng.h"
#include "autorec/mem.h"

/* The model to repeat or tune: the current one, or I-AutoRec if there is none. */
struct subject {
	const struct model_ops *ops;
	struct config config;
};

/* Fails if no ratings are held out.  The message tells whether the split asked for none or there
 * are too few ratings to split. */
static int need_part(const struct session *s, const struct ratings *part, double share,
		     const char *what, const char *option, struct err *e)
{
	if (ratings_count(part) > 0)
		return 0;
	if (share > 0)
		return err_set(e, ERR_FAILED, NULL,
			       "%ld ratings are too few for a split: there would be no %s",
			       (long)sparse_count(s->doc.data->all), what);
	return err_set(e, ERR_FAILED, NULL, "there are no %s; hold some out with split %s=0.1",
		       what, option);
}

static int subject_of(struct session *s, struct subject *out, struct err *e)
{
	int status = session_need_split(s, e);
	if (status < 0)
		return status;
	out->ops = session_trainer(s) ? trainer_model(session_trainer(s))->ops
				      : model_ops_find("i-autorec");
	out->config = session_config(s);
	dataset_put_scale(s->doc.data, &out->config.min, &out->config.max);
	return need_part(s, s->doc.split->valid, s->doc.split->valid_share,
			 "validation ratings to choose by", "valid", e);
}

static int set_options(struct trial *t, const struct config *c, struct err *e)
{
	struct text words = { 0 };
	model_words(t->ops, c, &words);
	const bool fits = !words.failed && words.length < sizeof t->options;
	snprintf(t->options, sizeof t->options, "%s", words.bytes ? words.bytes : "");
	text_done(&words);
	return fits ? 0
		    : err_set(e, ERR_FAILED, NULL,
			      "the model has too many options for a run's description");
}

/* Makes the parts of a campaign that repeat and tune share. */
static int campaign_from(struct session *s, const struct args *a, const struct subject *subject,
			 int n_splits, struct campaign **out, struct err *e)
{
	const struct value *file = args_get(a, "file");
	int status = campaign_new(a->command->name, n_splits, command_answer, out, e);
	if (status < 0)
		return status;
	struct campaign *c = *out;
	snprintf(c->title, sizeof c->title, "%s", subject->ops->name);
	snprintf(c->file, sizeof c->file, "%s", file->given ? file->text : "");
	c->subject = subject->config;
	c->split_by = s->doc.split->by;
	c->split_last = s->doc.split->last;
	c->holdout = s->doc.split->holdout;
	c->valid_share = s->doc.split->valid_share;
	c->fresh = args_get(a, "fresh")->given && args_get(a, "fresh")->i;
	c->epochs = args_get(a, "epochs")->i;
	c->patience = args_get(a, "patience")->i;
	return 0;
}

/* Reports why no run finished. */
static int nothing_done(const struct campaign *c, struct err *e)
{
	for (int i = 0; i < c->n_trials; i++)
		if (c->trials[i].trouble[0])
			return err_set(e, ERR_FAILED, NULL, "no run finished; %s: %s",
				       c->trials[i].label, c->trials[i].trouble);
	return err_set(e, ERR_FAILED, NULL, "stopped before any run finished");
}

/* ---- repeat ------------------------------------------------------------- */

static int finish_repeat(struct session *s, struct campaign *c, json_t *out, struct err *e)
{
	const struct trial *t = &c->trials[0];
	const struct trial_summary sum = trial_summarize(c, t);
	if (sum.n == 0)
		return nothing_done(c, e);
	json_t *rows = json_array();
	json_object_set_new(out, "model",
			    json_sprintf("%s%s%s", t->ops->name, t->options[0] ? " " : "",
					 t->options));
	json_object_set_new(out, "n", json_integer(sum.n));
	json_object_set_new(out, "mean", report_real(sum.rmse));
	json_object_set_new(out, "half_width_95", report_real(sum.half_width_95));
	json_object_set_new(out, "valid_rmse", report_real(sum.valid_rmse));
	json_object_set_new(out, "cold", json_integer(sum.cold));
	json_object_set_new(out, "rows", rows);
	for (int i = 0; i < c->n_splits; i++) {
		const struct outcome *r = &t->runs[i];
		if (r->state != RUN_DONE)
			continue;
		json_t *row = json_pack("{s:I, s:I}", "seed", (json_int_t)r->seed, "epochs",
					(json_int_t)r->epochs);
		json_object_set_new(row, "valid_rmse", report_real(r->valid_rmse));
		json_object_set_new(row, "rmse", report_real(r->rmse));
		json_object_set_new(row, "mae", report_real(r->mae));
		json_object_set_new(row, "cold", json_integer(r->cold));
		json_object_set_new(row, "seconds", report_real(r->seconds));
		campaign_put_note(c, t, r, row);
		json_array_append_new(rows, row);
	}
	return 0;
}

/* The seeds of the splits are consecutive, and the last must not exceed the largest seed. */
static int check_seeds(const struct campaign *c, struct err *e)
{
	const uint64_t largest = (uint64_t)LARGEST_SEED;
	if (c->seed + (uint64_t)(c->n_splits - 1) <= largest)
		return 0;
	return err_set(e, ERR_USAGE, "seed",
		       "%d split%s from seed %" PRIu64 " up would exceed the largest seed, %" PRIu64
		       "; give a smaller one, such as seed=1",
		       c->n_splits, c->n_splits == 1 ? "" : "s", c->seed, largest);
}

static int run_repeat(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *seed = args_get(a, "seed");
	struct subject subject;
	struct campaign *c;
	int status = subject_of(s, &subject, e);
	if (status == 0)
		status = need_part(s, s->doc.split->test, s->doc.split->holdout,
				   "test ratings to score on", "holdout", e);
	if (status == 0)
		status = campaign_from(s, a, &subject, (int)args_get(a, "n")->i, &c, e);
	if (status < 0)
		return status;
	/* By default the first split is not the current one, because options may have been chosen
	 * on that. */
	c->seed = seed->given ? (uint64_t)seed->i : s->doc.split->seed + 1;
	c->scored = true;
	c->finish = finish_repeat;
	status = check_seeds(c, e);
	struct trial *t = status == 0 ? campaign_add(c, subject.ops->name, subject.ops, e) : NULL;
	if (status == 0)
		status = t ? set_options(t, &subject.config, e) : ERR_NOMEM;
	if (status == 0)
		return campaign_begin(s, c, out, e);
	campaign_free(c);
	return status;
}

/* ---- tune --------------------------------------------------------------- */

enum { MAX_TRIALS = 1000, TRIALS = 30, STREAM_TRIALS = 2000 };
#define SEARCHES(ROW)                                                                              \
	ROW(SEARCH_GRID, "grid")                                                                   \
	ROW(SEARCH_RANDOM, "random")
enum { SEARCHES(PARAM_CONSTANT) };

/* Copies the i-th value of a grid's list.  Commas separate the values, or slashes if the values
 * contain commas.  Returns false after the last. */
static bool grid_value(const char *list, int i, char *out, size_t size)
{
	const char parting = strchr(list, '/') ? '/' : ',';
	const char *end;
	for (; (end = strchr(list, parting)) && i > 0; i--)
		list = end + 1;
	if (i > 0)
		return false;
	const int most = text_head(list, (int)size - 1);
	snprintf(out, size, "%.*s", end && end - list < most ? (int)(end - list) : most, list);
	return true;
}

static int grid_values(const char *list)
{
	char value[64];
	int n = 0;
	while (grid_value(list, n, value, sizeof value))
		n++;
	return n;
}

/* The options that tune varies: for each a list of values or, in a random search, a range. */
struct space {
	int n;
	struct {
		const char *name, *values;
	} option[MAX_WORDS];
	char room[2][64]; /* ranges that were not given */
};

/* Draws a value from a list or from a range LOW..HIGH.  Positive ranges are drawn on a logarithmic
 * scale, because the effect of such options goes by their ratios. */
static int draw_value(const struct config_option *o, const char *from, struct rng *rng, char *out,
		      size_t size, struct err *e)
{
	const char *dots = strstr(from, "..");
	double low, high;
	if (!dots) {
		grid_value(from, (int)rng_below(rng, (uint64_t)grid_values(from)), out, size);
		return 0;
	}
	if ((o->param.type != PARAM_INT && o->param.type != PARAM_REAL) ||
	    !num_parse_real(from, (size_t)(dots - from), &low) ||
	    !num_parse_real(dots + 2, strlen(dots + 2), &high) || low > high)
		return err_set(e, ERR_USAGE, o->param.name,
			       "\"%.*s\" is not a range of numbers LOW..HIGH such as 20..500",
			       text_head(from, ERR_WORD), from);
	const double share = rng_unit(rng);
	const double x = low > 0 ? low * pow(high / low, share) : low + (high - low) * share;
	if (o->param.type == PARAM_INT)
		snprintf(out, size, "%.0f", x);
	else
		snprintf(out, size, "%.3g", x);
	return 0;
}

/* Adds trial number `place` of a grid, whose last option changes fastest; or a random trial, if
 * there is a rng. */
static int add_trial(struct rng *rng, const struct space *space, const struct subject *subject,
		     struct campaign *c, int place, struct err *e)
{
	struct config config = subject->config;
	struct text label = { 0 };
	char value[64];
	int chosen[MAX_WORDS], status = 0;
	for (int i = space->n - 1; i >= 0; i--) {
		const int n = grid_values(space->option[i].values);
		chosen[i] = place % n;
		place /= n;
	}
	for (int i = 0; i < space->n && status == 0; i++) {
		const struct config_option *o = option_find(space->option[i].name);
		if (rng)
			status = draw_value(o, space->option[i].values, rng, value, sizeof value,
					    e);
		else
			grid_value(space->option[i].values, chosen[i], value, sizeof value);
		if (status == 0)
			status = option_set(o, value, &config, e);
		text_addf(&label, "%s%s=%s", i ? " " : "", o->param.name, value);
	}
	if (status == 0 && label.failed)
		status = err_set(e, ERR_NOMEM, NULL, "out of memory");
	struct trial *t = status == 0 ? campaign_add(c, label.bytes, subject->ops, e) : NULL;
	if (status == 0)
		status = t ? set_options(t, &config, e) : ERR_NOMEM;
	text_done(&label);
	return status;
}

/* Fills the space with ranges around the values that "auto" chooses for lambda and k. */
static void space_around_auto(struct session *s, const struct subject *subject, struct space *space)
{
	static const struct {
		const char *name;
		double less, more; /* factors to the ends of the range */
	} usual[] = { { "lambda", 1.0 / 8, 8 }, { "k", 1.0 / 4, 2 } };
	struct model m;
	struct config c = subject->config;
	struct err e = { 0 };
	for (int i = 0; i < 2; i++)
		option_set(option_find(usual[i].name), "auto", &c, &e);
	model_describe(&m, subject->ops, &c, s->doc.split->train);
	for (int i = 0; i < 2; i++) {
		const struct config_option *o = option_find(usual[i].name);
		char chosen[64];
		double x = 0;
		if (!model_takes(subject->ops, usual[i].name))
			continue;
		option_get(o, &m.config, chosen, sizeof chosen);
		num_parse_real(chosen, strlen(chosen), &x);
		const double least = x * usual[i].less;
		snprintf(space->room[i], sizeof space->room[i], "%.6g..%.6g",
			 o->param.type == PARAM_INT ? ceil(least) : least, x * usual[i].more);
		space->option[space->n].name = usual[i].name;
		space->option[space->n++].values = space->room[i];
	}
}

static int check_space(const struct space *space, const struct model_ops *ops, bool random, int *n,
		       struct err *e)
{
	*n = 1;
	if (space->n == 0)
		return err_set(e, ERR_USAGE, NULL,
			       "tune which option? Example: tune lambda=100,200,400 k=50,100; or "
			       "tune search=random");
	for (int i = 0; i < space->n; i++) {
		const char *name = space->option[i].name;
		if (!model_takes(ops, name) || !strcmp(name, "seed"))
			return err_set(e, ERR_USAGE, name,
				       "is not an option of %s that tune can vary; it takes: %s",
				       ops->name, ops->options);
		if (!random)
			*n *= grid_values(space->option[i].values);
		if (*n > MAX_TRIALS)
			return err_set(e, ERR_USAGE, NULL,
				       "the grid has more than %d combinations; give fewer values",
				       MAX_TRIALS);
	}
	return 0;
}

static int by_validation(const void *a, const void *b)
{
	const struct trial *const *x = a, *const *y = b;
	const double p = (*x)->runs[0].valid_rmse, q = (*y)->runs[0].valid_rmse;
	return isnan(p) || isnan(q) ? isnan(p) - isnan(q) : (p > q) - (p < q);
}

/* The options of a trial, for the train or repeat that follows. */
static struct config config_of(const struct campaign *c, const struct trial *t)
{
	struct config config = config_default();
	if (t->ops->defaults)
		options_set(t->ops->defaults, 0, &config, NULL);
	options_set(t->options, 0, &config, NULL);
	config.seed = c->subject.seed;
	options_copy(&config, &c->subject, OPTION_SESSION);
	return config;
}

static int finish_tune(struct session *s, struct campaign *c, json_t *out, struct err *e)
{
	const int best = campaign_best(c);
	const struct config config = best < 0 ? c->subject : config_of(c, &c->trials[best]);
	if (best < 0)
		return nothing_done(c, e);
	int status = session_need_split(s, e);
	if (status == 0)
		status = session_set_model(s, c->trials[best].ops, &config, NULL, e);
	if (status < 0)
		return status;
	snprintf(s->doc.run->name, sizeof s->doc.run->name, "best");
	const struct trial *winner = &c->trials[best];
	const struct trial **order = mem_array((size_t)c->n_trials, sizeof *order, e);
	if (!order)
		return ERR_NOMEM;
	for (int i = 0; i < c->n_trials; i++)
		order[i] = &c->trials[i];
	qsort(order, (size_t)c->n_trials, sizeof *order, by_validation);
	json_t *rows = json_array();
	for (int i = 0; i < c->n_trials; i++) {
		const struct outcome *r = &order[i]->runs[0];
		if (r->state == RUN_WAITING)
			continue;
		json_t *row = json_pack("{s:s}", "options", order[i]->label);
		json_object_set_new(row, "epochs",
				    r->state == RUN_DONE ? json_integer(r->epochs) : json_null());
		json_object_set_new(row, "valid_rmse", report_real(r->valid_rmse));
		json_object_set_new(row, "seconds", report_real(r->seconds));
		campaign_put_note(c, order[i], r, row);
		if (r->state == RUN_FAILED)
			json_object_set_new(row, "failed", json_string(order[i]->trouble));
		json_array_append_new(rows, row);
	}
	free(order);
	json_object_set_new(out, "best",
			    json_sprintf("model %s%s%s", winner->ops->name,
					 winner->options[0] ? " " : "", winner->options));
	json_object_set_new(out, "run", json_string(s->doc.run->name));
	json_object_set_new(out, "epochs", json_integer(winner->runs[0].epochs));
	json_object_set_new(out, "valid_rmse", report_real(winner->runs[0].valid_rmse));
	json_object_set_new(out, "rows", rows);
	return 0;
}

static int run_tune(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const bool random = args_get(a, "search")->i == SEARCH_RANDOM;
	struct space space = { .n = a->n_options };
	struct subject subject;
	struct campaign *c;
	struct rng rng;
	int n = 0, status = subject_of(s, &subject, e);
	for (int i = 0; i < space.n; i++) {
		space.option[i].name = a->option[i].name;
		space.option[i].values = a->option[i].text;
	}
	if (status == 0 && random && space.n == 0)
		space_around_auto(s, &subject, &space);
	if (status == 0 && !random && args_get(a, "trials")->given)
		status = err_set(e, ERR_USAGE, "trials",
				 "a grid has a trial for each combination; add search=random");
	if (status == 0)
		status = check_space(&space, subject.ops, random, &n, e);
	if (status == 0)
		status = campaign_from(s, a, &subject, 1, &c, e);
	if (status < 0)
		return status;
	if (random)
		n = args_get(a, "trials")->given ? (int)args_get(a, "trials")->i : TRIALS;
	c->seed = s->doc.split->seed;
	c->finish = finish_tune;
	rng_init(&rng, c->seed, STREAM_TRIALS);
	for (int i = 0; i < n && status == 0; i++)
		status = add_trial(random ? &rng : NULL, &space, &subject, c, i, e);
	if (status == 0)
		return campaign_begin(s, c, out, e);
	campaign_free(c);
	return status;
}

/* clang-format mistakes the rows of a macro for statements. */
/* clang-format off */
#define TRAINING_PARAMS \
	{ "epochs", PARAM_INT, 1, 1000000, .fallback = "1000", \
	  .help = "maximum number of epochs per training" }, \
	{ "patience", PARAM_INT, 1, 1000000, .fallback = "20", \
	  .help = "stop after this many epochs without a better validation RMSE" }, \
	{ "file", PARAM_PATH, \
	  .help = "file of finished runs, which a later call reuses; by default in the " \
		  "program's state folder" }, \
	{ "fresh", PARAM_FLAG, \
	  .help = "train anew instead of taking finished runs from the file" }
/* clang-format on */

const struct command cmd_repeat = {
	.name = "repeat",
	.summary = "train, choose epochs, refit and score the current model on N new splits; print "
		   "the mean test RMSE and its 95 % half-width",
	.example = "repeat 5",
	.keys = "event=\"run\": of seed epochs valid_rmse rmse seconds done runs seconds_left; "
		"then: model n mean half_width_95 "
		"valid_rmse cold rows:[{seed,epochs,valid_rmse,rmse,mae,cold,seconds,note}]",
	.params = { { "n", PARAM_INT, 1, 1000, .help = "number of splits", .required = true },
		    { "seed", PARAM_INT, 0, LARGEST_SEED,
		      .help = "seed of the first split; each further split adds 1; by default one "
			      "more than the seed of the session's split, which tune uses" },
		    TRAINING_PARAMS },
	.disturbs = true,
	.run = run_repeat,
};
const struct command cmd_tune = {
	.name = "tune",
	.summary = "train the current model with each combination of options and keep the best by "
		   "validation; separate values that contain commas with slashes",
	.example = "tune lambda=50,100,200",
	.keys = "event=\"run\": as in repeat; then: best epochs valid_rmse "
		"rows:[{options,epochs,valid_rmse,seconds,note}]",
	.params = { { "search", PARAM_CHOICE, .choices = PARAM_WORDS(SEARCHES(PARAM_WORD)),
		      .fallback = "grid",
		      .help = "grid: all combinations; random: values drawn from lists and ranges "
			      "such as lambda=10..1000, by default lambda and k around auto" },
		    { "trials", PARAM_INT, 1, MAX_TRIALS,
		      .help = "number of random trials; by default 30" },
		    TRAINING_PARAMS },
	.options = "OPTION=V1,V2,... ...",
	.disturbs = true,
	.run = run_tune,
};
