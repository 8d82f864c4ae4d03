/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/config.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct config, field)

const struct option option_table[] = {
	{ { "k", PARAM_INT, 1, 100000, NULL, "500", "hidden units" }, OPTION_MODEL, AT(k) },
	{ { "layers", PARAM_LIST, 1, 100000, NULL, "500,250,500",
	    "hidden units of each layer, the lowest first" },
	  OPTION_MODEL,
	  AT(layers) },
	{ { "pretrain", PARAM_INT, 0, 100000, NULL, "0",
	    "epochs that each layer is trained as the last one before the next is put on it; 0: "
	    "none" },
	  OPTION_MODEL,
	  AT(pretrain) },
	{ { "lambda", PARAM_REAL, 0, 1e9, NULL, "400",
	    "regularisation, as in the paper's equation 2; biased-mf: once a rating" },
	  OPTION_LIVE,
	  AT(lambda) },
	{ { "hidden", PARAM_CHOICE, 0, 0, ACTIVATION_NAMES, "sigmoid",
	    "g, the hidden units' activation" },
	  OPTION_MODEL,
	  AT(hidden) },
	{ { "output", PARAM_CHOICE, 0, 0, ACTIVATION_NAMES, "identity",
	    "f, the outputs' activation" },
	  OPTION_MODEL,
	  AT(output) },
	{ { "optimizer", PARAM_CHOICE, 0, 0, OPTIMIZER_NAMES, "rprop", "how the weights move" },
	  OPTION_MODEL,
	  AT(optimizer) },
	{ { "init", PARAM_REAL, 0, 10, NULL, "0.01", "standard deviation of the first weights" },
	  OPTION_MODEL,
	  AT(init) },
	{ { "start", PARAM_CHOICE, 0, 0, START_NAMES, "random",
	    "output biases at first: random as the weights, or the mean ratings" },
	  OPTION_MODEL,
	  AT(start) },
	{ { "rate", PARAM_REAL, 0, 1, NULL, "0",
	    "the optimizer's learning rate (rprop: the first step); 0: its own default" },
	  OPTION_MODEL,
	  AT(rate) },
	{ { "batch", PARAM_INT, 0, 1e8, NULL, "0", "vectors a step; 0: all of them" },
	  OPTION_MODEL,
	  AT(batch) },
	{ { "cd", PARAM_INT, 1, 1000, NULL, "1",
	    "steps of Gibbs sampling in contrastive divergence, once it has grown to them" },
	  OPTION_LIVE,
	  AT(cd) },
	{ { "grow", PARAM_INT, 0, 1000000, NULL, "10",
	    "epochs until cd grows by one, from 1; 0: it does not grow" },
	  OPTION_LIVE,
	  AT(grow) },
	{ { "momentum", PARAM_REAL, 0, 0.999, NULL, "0.9",
	    "share of the last step that the next one keeps; at most 0.5 in the first 5 epochs" },
	  OPTION_LIVE,
	  AT(momentum) },
	{ { "anneal", PARAM_REAL, 0, 1e9, NULL, "0",
	    "epochs until the rate is half of what it was at first, a third after twice as many; "
	    "0: it stays" },
	  OPTION_LIVE,
	  AT(anneal) },
	{ { "dropout", PARAM_REAL, 0, 0.95, NULL, "0",
	    "share of the input ratings that each epoch hides" },
	  OPTION_MODEL,
	  AT(dropout) },
	{ { "neighbours", PARAM_INT, 1, 100000, NULL, "30",
	    "similar items, of those that the user rated, that a prediction is made of" },
	  OPTION_MODEL,
	  AT(neighbours) },
	{ { "shrink", PARAM_REAL, 0, 1e9, NULL, "500",
	    "draws a similarity of n common users towards 0, by n / (n + shrink)" },
	  OPTION_MODEL,
	  AT(shrink) },
	{ { "precision", PARAM_CHOICE, 0, 0, PRECISION_NAMES, "mixed",
	    "of what sparse products read: rounded to 8 bits for speed (mixed), or float; what is "
	    "learnt is float" },
	  OPTION_MODEL,
	  AT(precision) },
	{ { "anchors", PARAM_INT, 1, 10000, NULL, "50",
	    "local models, each around a training pair" },
	  OPTION_MODEL,
	  AT(anchors) },
	{ { "bandwidth", PARAM_REAL, 0.01, 10, NULL, "1.5",
	    "distance at which a local model's weight ends: 0 the same direction, 1 a right angle, "
	    "2 opposite" },
	  OPTION_MODEL,
	  AT(bandwidth) },
	{ { "seed", PARAM_INT, 0, 9007199254740992.0, NULL, "1", "of the first weights" },
	  OPTION_MODEL,
	  AT(seed) },
	{ { "epochs", PARAM_INT, 1, 1000000, NULL, "100", "epochs that train runs" },
	  OPTION_TRAINING,
	  AT(epochs) },
	{ { "patience", PARAM_INT, 0, 1000000, NULL, "0",
	    "stop after so many epochs without a better validation RMSE, keep the best; 0: never" },
	  OPTION_TRAINING,
	  AT(patience) },
	{ { "threads", PARAM_INT, 0, 1024, NULL, "0", "threads that compute; 0: one a core" },
	  OPTION_SESSION,
	  AT(threads) },
	{ { "pace", PARAM_REAL, 0, 1000, NULL, "0",
	    "epochs a second at most, so that people can watch; 0: as fast as it goes" },
	  OPTION_SESSION,
	  AT(pace) },
	{ { "autosave", PARAM_MINUTES, 0, 1e6, NULL, "5",
	    "minutes of training (or 30s, 1h) between saves that a crash leaves behind; 0: none" },
	  OPTION_SESSION,
	  AT(autosave) },
	{ { "scale", PARAM_RANGE, 0, 0, NULL, NULL,
	    "least and greatest rating; by default those of the training ratings" },
	  OPTION_MODEL,
	  AT(min) },
	{ { "clip", PARAM_FLAG, 0, 0, NULL, "on", "score predictions clipped to the scale" },
	  OPTION_LIVE,
	  AT(clip) },
	{ { "default", PARAM_REAL, -1e9, 1e9, NULL, "3",
	    "prediction where user or item has no training rating" },
	  OPTION_LIVE,
	  AT(fallback) },
};
const int n_options = sizeof option_table / sizeof option_table[0];

const struct option *option_find(const char *name)
{
	for (int i = 0; i < n_options; i++)
		if (!strcmp(option_table[i].param.name, name))
			return &option_table[i];
	return NULL;
}

int option_set(const struct option *o, const char *text, struct config *c, struct err *e)
{
	struct value v;
	char *place = (char *)c + o->offset;
	int status = param_parse(&o->param, text, &v, e);
	if (status < 0)
		return status;
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

static void list_text(const struct int_list *l, char *out, size_t size)
{
	size_t used = 0;
	for (int i = 0; i < l->n && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%d", i ? "," : "",
					 (int)l->at[i]);
}

/* Numbers with so many digits. */
static const char *print(const struct option *o, const struct config *c, int digits, char *out,
			 size_t size)
{
	const char *place = (const char *)c + o->offset;
	double x[2] = { 0 };
	int64_t i;
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
	case PARAM_LIST: list_text((const struct int_list *)(const void *)place, out, size); break;
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

const char *option_get(const struct option *o, const struct config *c, char *out, size_t size)
{
	return print(o, c, DBL_DIG, out, size);
}

const char *option_get_exact(const struct option *o, const struct config *c, char *out, size_t size)
{
	return print(o, c, DBL_DECIMAL_DIG, out, size);
}

int options_set(const char *words, uint64_t kept, struct config *c, struct err *e)
{
	char word[64];
	int status = 0;
	for (int i = 0; status == 0 && param_choice(words, i, word, sizeof word); i++) {
		char *equals = strchr(word, '=');
		*equals = 0;
		const struct option *o = option_find(word);
		if (!(kept >> (o - option_table) & 1))
			status = option_set(o, equals + 1, c, e);
	}
	return status;
}

struct config config_default(void)
{
	struct config c = { 0 };
	for (int i = 0; i < n_options; i++)
		if (option_table[i].param.fallback)
			option_set(&option_table[i], option_table[i].param.fallback, &c, NULL);
	return c;
}
