/* SPDX-License-Identifier: GPL-3.0-or-later
 * model: makes a model.  set, get: change and show options. */
#include <stdio.h>
#include <string.h>

#include "autorec/campaign.h"
#include "autorec/command.h"
#include "autorec/kernel.h"
#include "sentences.h"

/* Named sets of options for AutoRec.  paper: the paper's, which the other models follow only in
 * the default of cold pairs.  fast: reaches a good RMSE on MovieLens 1M in the least time. */
#define PRESETS(ROW)                                                                               \
	ROW("k=500 layers=500,250,500 lambda=400 unit=1 default=3", "paper")                       \
	ROW("k=500 lambda=280 start=means rate=0.002", "fast")
static const char *const presets[] = { PRESETS(PARAM_CONSTANT) };

static int apply_given(const struct model_ops *ops, const struct args *a, struct config *c,
		       struct err *e)
{
	int status = 0;
	for (int i = 0; i < a->n_options && status == 0; i++) {
		const struct config_option *o = option_find(a->option[i].name);
		if (o->scope != OPTION_SESSION && o->scope != OPTION_TRAINING &&
		    !model_takes(ops, o->param.name))
			return err_set(e, ERR_USAGE, o->param.name,
				       "%s has no such option; it takes: %s", ops->name,
				       ops->options);
		status = option_set(o, a->option[i].text, c, e);
	}
	return status;
}

static const struct model_ops *find_model(const char *name, struct err *e)
{
	const struct model_ops *ops = model_ops_find(name), *one;
	struct text_guess guess = { .word = name };
	struct text all = { 0 };
	if (ops)
		return ops;
	for (int i = 0; (one = model_ops_at(i)); i++) {
		text_guess(&guess, one->name);
		text_addf(&all, "%s%s", i ? ", " : "", one->name);
	}
	if (guess.nearest)
		err_set(e, ERR_USAGE, NULL, "there is no model \"%.*s\"; did you mean %s?",
			text_head(name, ERR_WORD), name, guess.nearest);
	else
		err_set(e, ERR_USAGE, NULL, "there is no model \"%.*s\"; the models are: %s",
			text_head(name, ERR_WORD), name, all.bytes ? all.bytes : "");
	text_done(&all);
	return NULL;
}

/* The options in force.  The rating scale is the model's, which it takes from the data unless the
 * person sets one. */
static struct config shown_config(struct session *s)
{
	struct config c = session_config(s);
	if (session_trainer(s)) {
		c.min = trainer_model(session_trainer(s))->low;
		c.max = trainer_model(session_trainer(s))->high;
	}
	return c;
}

static int run_model(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct model_ops *ops = find_model(args_get(a, "name")->text, e);
	struct config c = s->config;
	int status = ops ? 0 : ERR_USAGE;
	/* The model's own defaults apply to options that the person has not set. */
	if (status == 0 && ops->defaults)
		status = options_set(ops->defaults, s->given, &c, e);
	if (status == 0 && args_get(a, "preset")->given)
		status = options_set(model_takes(ops, "hidden") ? presets[args_get(a, "preset")->i]
								: "default=3",
				     0, &c, e);
	if (status == 0)
		status = apply_given(ops, a, &c, e);
	if (status == 0)
		status = session_need_split(s, e);
	if (status == 0)
		status = session_set_model(s, ops, &c, NULL, e);
	if (status < 0)
		return status;
	options_copy(&s->config, &c, OPTION_TRAINING);
	options_copy(&s->config, &c, OPTION_SESSION);
	const struct model *m = trainer_model(session_trainer(s));
	json_object_set_new(out, "model", json_string(ops->name));
	json_object_set_new(out, "parameters", json_integer(model_parameters(m)));
	json_object_set_new(out, "memory_mib", json_real((double)model_bytes(m) / (1 << 20)));
	c = shown_config(s);
	char value[64];
	for (int i = 0; i < n_options; i++)
		if (model_takes(ops, option_table[i].param.name))
			json_object_set_new(out, option_table[i].param.name,
					    json_string(option_show(&option_table[i], &c, value,
								    sizeof value)));
	return 0;
}

static const struct config_option *find_option(const char *name, struct err *e)
{
	const struct config_option *o = option_find(name);
	if (o)
		return o;
	struct text_guess guess = { .word = name };
	for (int i = 0; i < n_options; i++)
		text_guess(&guess, option_table[i].param.name);
	if (guess.nearest)
		err_set(e, ERR_USAGE, name, "there is no such option; did you mean %s?",
			guess.nearest);
	else
		err_set(e, ERR_USAGE, name, "there is no such option; list them with get");
	return NULL;
}

static int set_option(struct session *s, const struct config_option *o, const char *text,
		      struct err *e)
{
	int status;
	const char *name = o->param.name;
	const bool of_model = o->scope == OPTION_LIVE || o->scope == OPTION_MODEL;
	if (of_model && campaign_need_none(s, e) < 0)
		return e->code;
	if (o->scope == OPTION_LIVE && session_trainer(s)) {
		if (!model_takes(trainer_model(session_trainer(s))->ops, name))
			return err_set(e, ERR_USAGE, name, "%s has no such option",
				       trainer_model(session_trainer(s))->ops->name);
		return trainer_set(session_trainer(s), o, text, e);
	}
	if (o->scope == OPTION_MODEL && session_trainer(s)) {
		const char *model = trainer_model(session_trainer(s))->ops->name;
		return err_set(e, ERR_FAILED, name,
			       "cannot change once the model is made; make a new one with model %s "
			       "%s=%.*s",
			       model, name, text_head(text, ERR_WORD), text);
	}
	status = option_set(o, text, &s->config, e);
	if (status < 0)
		return status;
	s->given |= (uint64_t)1 << (o - option_table);
	kernel_set_threads((int)s->config.threads);
	if (session_trainer(s))
		trainer_set_pace(session_trainer(s), s->config.pace);
	return 0;
}

static int run_set(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct config_option *o = find_option(args_get(a, "name")->text, e);
	char value[64], was[64] = "";
	struct config c = shown_config(s);
	if (o)
		option_show(o, &c, was, sizeof was);
	int status = o ? set_option(s, o, args_get(a, "value")->text, e) : ERR_USAGE;
	if (status < 0)
		return status;
	c = shown_config(s);
	json_object_set_new(out, "name", json_string(o->param.name));
	json_object_set_new(out, "value", json_string(option_show(o, &c, value, sizeof value)));
	json_object_set_new(out, "was", json_string(was));
	if (o->scope == OPTION_LIVE && session_trainer(s)) {
		struct trainer_status t;
		trainer_status(session_trainer(s), &t);
		json_object_set_new(out, "from_epoch", json_integer(t.epoch + 1));
	}
	return 0;
}

static int run_get(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const struct value *name = args_get(a, "name");
	const struct config_option *only = name->given ? find_option(name->text, e) : NULL;
	struct config c = shown_config(s);
	char value[64];
	if (name->given && !only)
		return ERR_USAGE;
	if (only) {
		json_object_set_new(out, "name", json_string(only->param.name));
		json_object_set_new(out, "value",
				    json_string(option_show(only, &c, value, sizeof value)));
		return 0;
	}
	json_t *rows = json_array();
	json_object_set_new(out, "rows", rows);
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:s}", "name", o->param.name, "value",
						option_show(o, &c, value, sizeof value), "help",
						o->param.help));
	}
	return 0;
}

const struct command cmd_model = {
	.name = "model",
	.loses = true,
	.summary = "make a model, e.g. model i-autorec or model i-autorec k=100 lambda=40; it "
		   "replaces the old one",
	.example = "model i-autorec k=100 lambda=50",
	.keys = "model parameters, and the model's options",
	.params = { { "name", PARAM_MODEL, .help = "the model's name", .required = true },
		    { "preset", PARAM_CHOICE, .choices = PARAM_WORDS(PRESETS(PARAM_WORD)),
		      .help = "options to start from; those given here override them" } },
	.options = "[OPTION=VALUE]...",
	.disturbs = true,
	.run = run_model,
	.say = say_model,
};
const struct command cmd_set = {
	.name = "set",
	.summary = "set an option; a new lambda takes effect with the next epoch and is marked on "
		   "the curve",
	.example = "set lambda 100",
	.keys = "name value was; of a live option: from_epoch",
	.params = { { "name", PARAM_OPTION, .help = "the option", .required = true },
		    { "value", PARAM_TEXT, .help = "its new value", .required = true } },
	.run = run_set,
	.say = say_set,
};
const struct command cmd_get = {
	.name = "get",
	.summary = "show one option, or all of them",
	.example = "get lambda",
	.keys = "name value; or rows:[{name,value,help}]",
	.params = { { "name", PARAM_OPTION, .help = "the option", .bare = true } },
	.run = run_get,
	.say = say_get,
};
