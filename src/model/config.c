/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/config.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "autorec/rng.h"

#define AT(field) offsetof(struct config, field)

const struct config_option option_table[] = {
	{
		.param.name = "k",
		.param.type = PARAM_INT,
		.param.min = 1,
		.param.max = 100000,
		.param.fallback = "auto",
		.param.word = "auto",
		.param.help = "number of hidden units",
		.scope = OPTION_MODEL,
		.at = AT(k),
	},
	{
		.param.name = "layers",
		.param.type = PARAM_LIST,
		.param.min = 1,
		.param.max = 100000,
		.param.fallback = "auto",
		.param.word = "auto",
		.param.help = "hidden units in each layer, lowest layer first",
		.scope = OPTION_MODEL,
		.at = AT(layers),
	},
	{
		.param.name = "pretrain",
		.param.type = PARAM_INT,
		.param.min = 0,
		.param.max = 100000,
		.param.fallback = "0",
		.param.unit = "epochs",
		.param.help = "epochs to train after adding each layer, before adding the next; 0: "
			      "no pretraining",
		.scope = OPTION_MODEL,
		.at = AT(pretrain),
	},
	{
		.param.name = "lambda",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 1e9,
		.param.fallback = "auto",
		.param.word = "auto",
		.param.help = "regularization, as in the paper's equation 2; biased-mf: counted "
			      "once per rating",
		.scope = OPTION_LIVE,
		.at = AT(lambda),
	},
	{
		.param.name = "hidden",
		.param.type = PARAM_CHOICE,
		.param.choices = ACTIVATION_NAMES,
		.param.fallback = "sigmoid",
		.param.help = "g, the hidden units' activation",
		.scope = OPTION_MODEL,
		.at = AT(hidden),
	},
	{
		.param.name = "output",
		.param.type = PARAM_CHOICE,
		.param.choices = ACTIVATION_NAMES,
		.param.fallback = "identity",
		.param.help = "f, the outputs' activation",
		.scope = OPTION_MODEL,
		.at = AT(output),
	},
	{
		.param.name = "optimizer",
		.param.type = PARAM_CHOICE,
		.param.choices = OPTIMIZER_NAMES,
		.param.fallback = "rprop",
		.param.help = "method that updates the weights",
		.scope = OPTION_MODEL,
		.at = AT(optimizer),
	},
	{
		.param.name = "init",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 10,
		.param.fallback = "0.01",
		.param.help = "standard deviation of the initial weights",
		.scope = OPTION_MODEL,
		.at = AT(init),
	},
	{
		.param.name = "start",
		.param.type = PARAM_CHOICE,
		.param.choices = PARAM_WORDS(STARTS(PARAM_WORD)),
		.param.fallback = "random",
		.param.help = "initial output biases: random like the weights, or the mean ratings",
		.scope = OPTION_MODEL,
		.at = AT(start),
	},
	{
		.param.name = "rate",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 1,
		.param.fallback = "0",
		.param.help = "learning rate (rprop: first step size); 0: the optimizer's default",
		.scope = OPTION_MODEL,
		.at = AT(rate),
	},
	{
		.param.name = "batch",
		.param.type = PARAM_INT,
		.param.min = 0,
		.param.max = 1e8,
		.param.fallback = "0",
		.param.unit = "vectors",
		.param.help = "vectors per step; 0: all of them",
		.scope = OPTION_MODEL,
		.at = AT(batch),
	},
	{
		.param.name = "cd",
		.param.type = PARAM_INT,
		.param.min = 1,
		.param.max = 1000,
		.param.fallback = "1",
		.param.help = "largest number of Gibbs sampling steps in contrastive divergence; "
			      "see grow",
		.scope = OPTION_LIVE,
		.at = AT(cd),
	},
	{
		.param.name = "grow",
		.param.type = PARAM_INT,
		.param.min = 0,
		.param.max = 1000000,
		.param.fallback = "10",
		.param.unit = "epochs",
		.param.help = "add a Gibbs step every so many epochs, starting from 1; 0: cd steps "
			      "from the start",
		.scope = OPTION_LIVE,
		.at = AT(grow),
	},
	{
		.param.name = "momentum",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 0.999,
		.param.fallback = "0.9",
		.param.help = "share of the last step carried into the next; at most 0.5 in the "
			      "first 5 epochs",
		.scope = OPTION_LIVE,
		.at = AT(momentum),
	},
	{
		.param.name = "anneal",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 1e9,
		.param.fallback = "0",
		.param.unit = "epochs",
		.param.help = "the rate is half its initial value after this many epochs, a third "
			      "after twice as many; 0: constant",
		.scope = OPTION_LIVE,
		.at = AT(anneal),
	},
	{
		.param.name = "dropout",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 0.95,
		.param.fallback = "0",
		.param.help = "share of the input ratings hidden in each epoch",
		.scope = OPTION_MODEL,
		.at = AT(dropout),
	},
	{
		.param.name = "neighbours",
		.param.type = PARAM_INT,
		.param.min = 1,
		.param.max = 100000,
		.param.fallback = "30",
		.param.help = "how many similar items, among those the user rated, contribute to a "
			      "prediction",
		.scope = OPTION_MODEL,
		.at = AT(neighbours),
	},
	{
		.param.name = "shrink",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 1e9,
		.param.fallback = "500",
		.param.help = "shrinks a similarity based on n common users toward 0, by n / (n + "
			      "shrink)",
		.scope = OPTION_MODEL,
		.at = AT(shrink),
	},
	{
		.param.name = "precision",
		.param.type = PARAM_CHOICE,
		.param.choices = PARAM_WORDS(PRECISIONS(PARAM_WORD)),
		.param.fallback = "mixed",
		.param.help = "weights that sparse products read: rounded to 8 bits for speed "
			      "(mixed), or float; training updates float weights",
		.scope = OPTION_MODEL,
		.at = AT(precision),
	},
	{
		.param.name = "anchors",
		.param.type = PARAM_INT,
		.param.min = 1,
		.param.max = 10000,
		.param.fallback = "50",
		.param.help = "number of local models, each around a training pair",
		.scope = OPTION_MODEL,
		.at = AT(anchors),
	},
	{
		.param.name = "bandwidth",
		.param.type = PARAM_REAL,
		.param.min = 0.01,
		.param.max = 10,
		.param.fallback = "1.5",
		.param.help = "distance at which a local model's weight reaches 0; 1 is a right "
			      "angle, 2 the opposite direction",
		.scope = OPTION_MODEL,
		.at = AT(bandwidth),
	},
	{
		.param.name = "seed",
		.param.type = PARAM_INT,
		.param.min = 0,
		.param.max = LARGEST_SEED,
		.param.fallback = "1",
		.param.help = "seed of the initial weights",
		.scope = OPTION_MODEL,
		.at = AT(seed),
	},
	{
		.param.name = "epochs",
		.param.type = PARAM_INT,
		.param.min = 1,
		.param.max = 1000000,
		.param.fallback = "100",
		.param.unit = "epochs",
		.param.help = "number of epochs that train runs",
		.scope = OPTION_TRAINING,
		.at = AT(epochs),
	},
	{
		.param.name = "patience",
		.param.type = PARAM_INT,
		.param.min = 0,
		.param.max = 1000000,
		.param.fallback = "0",
		.param.unit = "epochs",
		.param.help = "stop after this many epochs without a better validation RMSE and "
			      "keep the best epoch; 0: never",
		.scope = OPTION_TRAINING,
		.at = AT(patience),
	},
	{
		.param.name = "threads",
		.param.type = PARAM_INT,
		.param.min = 0,
		.param.max = 1024,
		.param.fallback = "0",
		.param.help = "number of threads; 0: one per core",
		.scope = OPTION_SESSION,
		.at = AT(threads),
	},
	{
		.param.name = "pace",
		.param.type = PARAM_REAL,
		.param.min = 0,
		.param.max = 1000,
		.param.fallback = "0",
		.param.unit = "epochs per second",
		.param.help = "limit on epochs per second, so that people can watch; 0: no limit",
		.scope = OPTION_SESSION,
		.at = AT(pace),
	},
	{
		.param.name = "theme",
		.param.type = PARAM_CHOICE,
		.param.choices = PARAM_WORDS(THEMES(PARAM_WORD)),
		.param.fallback = "auto",
		.param.help = "colors of the screen; auto follows the terminal's background",
		.scope = OPTION_SESSION,
		.at = AT(theme),
	},
	{
		.param.name = "autosave",
		.param.type = PARAM_MINUTES,
		.param.min = 0,
		.param.max = 1e6,
		.param.fallback = "5",
		.param.unit = "minutes",
		.param.help = "minutes of training (or 30s, 1h) between automatic saves; 0: none",
		.scope = OPTION_SESSION,
		.at = AT(autosave),
	},
	{
		.param.name = "mouse",
		.param.type = PARAM_FLAG,
		.param.fallback = "on",
		.param.help = "off: the terminal keeps the mouse, to select text with it",
		.scope = OPTION_SESSION,
		.at = AT(mouse),
	},
	{
		.param.name = "sort",
		.param.type = PARAM_CHOICE,
		.param.choices = ROW_SORTS,
		.param.fallback = "error",
		.param.help = "order of the rows of user and item that do not say sort=",
		.scope = OPTION_SESSION,
		.at = AT(sort),
	},
	{
		.param.name = "filter",
		.param.type = PARAM_CHOICE,
		.param.choices = ROW_FILTERS,
		.param.fallback = "all",
		.param.help = "rows of user and item to show if they do not say filter=",
		.scope = OPTION_SESSION,
		.at = AT(filter),
	},
	{
		.param.name = "scale",
		.param.type = PARAM_RANGE,
		.param.help = "lowest and highest rating; by default those of the training ratings",
		.scope = OPTION_MODEL,
		.at = AT(min),
	},
	{
		.param.name = "unit",
		.param.type = PARAM_REAL,
		.param.min = 1e-9,
		.param.max = 1e9,
		.param.fallback = "auto",
		.param.word = "auto",
		.param.help = "ratings are divided by this before training; auto: a quarter of the "
			      "scale, which is 1 for 1..5",
		.scope = OPTION_MODEL,
		.at = AT(unit),
	},
	{
		.param.name = "clip",
		.param.type = PARAM_FLAG,
		.param.fallback = "on",
		.param.help = "clip predictions to the scale before scoring them",
		.scope = OPTION_LIVE,
		.at = AT(clip),
	},
	{
		.param.name = "default",
		.param.type = PARAM_REAL,
		.param.min = -1e9,
		.param.max = 1e9,
		.param.fallback = "mean",
		.param.word = "mean",
		.param.help = "prediction for a pair whose user or item has no training rating; "
			      "mean: of the other's ratings, or of all",
		.scope = OPTION_LIVE,
		.at = AT(fallback),
	},
};
const int n_options = sizeof option_table / sizeof option_table[0];

const struct config_option *option_find(const char *name)
{
	for (int i = 0; i < n_options; i++)
		if (!strcmp(option_table[i].param.name, name))
			return &option_table[i];
	return NULL;
}

static uint64_t option_bit(const struct config_option *o)
{
	return (uint64_t)1 << (o - option_table);
}

bool option_is_word(const struct config_option *o, const struct config *c)
{
	return (c->words & option_bit(o)) != 0;
}

bool option_waits(const struct config_option *o, const struct config *c)
{
	int32_t n;
	int64_t bits;
	memcpy(&n, (const char *)c + o->at, sizeof n);
	memcpy(&bits, (const char *)c + o->at, sizeof bits);
	return option_is_word(o, c) && (o->param.type == PARAM_LIST ? n == 0 : bits == 0);
}

int option_set(const struct config_option *o, const char *text, struct config *c, struct err *e)
{
	struct value v;
	char *place = (char *)c + o->at;
	int status = param_parse(&o->param, text, &v, e);
	if (status < 0)
		return status;
	const uint64_t bit = option_bit(o);
	c->words = v.word ? c->words | bit : c->words & ~bit;
	switch (o->param.type) {
	case PARAM_RANGE:
		memcpy(place, &v.x, sizeof v.x);
		memcpy(place + sizeof v.x, &v.y, sizeof v.y);
		break;
	case PARAM_REAL:
	case PARAM_MINUTES: memcpy(place, &v.x, sizeof v.x); break;
	case PARAM_LIST: memcpy(place, &v.list, sizeof v.list); break;
	default: memcpy(place, &v.i, sizeof v.i);
	}
	return 0;
}

static void config_list_text(const struct int_list *l, char *out, size_t size)
{
	size_t used = 0;
	for (int i = 0; i < l->n && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%d", i ? "," : "",
					 (int)l->at[i]);
}

/* Prints numbers with `digits` digits. */
static const char *config_print(const struct config_option *o, const struct config *c, int digits,
				char *out, size_t size)
{
	const char *place = (const char *)c + o->at;
	double x[2] = { 0 };
	int64_t i;
	if (option_waits(o, c)) {
		snprintf(out, size, "%s", o->param.word);
		return out;
	}
	switch (o->param.type) {
	case PARAM_RANGE:
		memcpy(x, place, sizeof x);
		snprintf(out, size, "%.*g,%.*g", digits, x[0], digits, x[1]);
		break;
	case PARAM_REAL:
	case PARAM_MINUTES:
		memcpy(x, place, sizeof x[0]);
		snprintf(out, size, "%.*g", digits, x[0]);
		break;
	case PARAM_LIST:
		config_list_text((const struct int_list *)(const void *)place, out, size);
		break;
	case PARAM_CHOICE:
	case PARAM_FLAG:
		memcpy(&i, place, sizeof i);
		param_choice(o->param.type == PARAM_FLAG ? "off on" : o->param.choices, (int)i, out,
			     size);
		break;
	default: memcpy(&i, place, sizeof i); snprintf(out, size, "%ld", (long)i);
	}
	return out;
}

const char *option_get(const struct config_option *o, const struct config *c, char *out,
		       size_t size)
{
	return config_print(o, c, DBL_DIG, out, size);
}

const char *option_get_exact(const struct config_option *o, const struct config *c, char *out,
			     size_t size)
{
	return config_print(o, c, DBL_DECIMAL_DIG, out, size);
}

const char *option_show(const struct config_option *o, const struct config *c, char *out,
			size_t size)
{
	char value[64];
	if (!option_is_word(o, c) || option_waits(o, c))
		return option_get(o, c, out, size);
	snprintf(out, size, "%s (%s)", o->param.word, option_get(o, c, value, sizeof value));
	return out;
}

int options_set(const char *words, uint64_t kept, struct config *c, struct err *e)
{
	char word[64];
	int status = 0;
	for (int i = 0; status == 0 && param_choice(words, i, word, sizeof word); i++) {
		char *equals = strchr(word, '=');
		*equals = 0;
		const struct config_option *o = option_find(word);
		if (!(kept >> (o - option_table) & 1))
			status = option_set(o, equals + 1, c, e);
	}
	return status;
}

void options_copy(struct config *to, const struct config *from, enum option_scope scope)
{
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		const size_t size = o->param.type == PARAM_RANGE  ? 2 * sizeof(double)
				    : o->param.type == PARAM_LIST ? sizeof(struct int_list)
								  : sizeof(int64_t);
		if (o->scope != scope)
			continue;
		memcpy((char *)to + o->at, (const char *)from + o->at, size);
		to->words = (to->words & ~option_bit(o)) | (from->words & option_bit(o));
	}
}

struct config config_default(void)
{
	struct config c = { 0 };
	for (int i = 0; i < n_options; i++)
		if (option_table[i].param.fallback)
			option_set(&option_table[i], option_table[i].param.fallback, &c, NULL);
	return c;
}
