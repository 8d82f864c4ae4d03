/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include <stdio.h>
#include <string.h>

#include "autorec/config.h"
#include "autorec/num.h"
#include "autorec/report.h"

static const char *text_of(const json_t *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));
	return text ? text : "";
}

static long long integer_of(const json_t *answer, const char *key)
{
	return json_integer_value(json_object_get(answer, key));
}

static bool has(const json_t *answer, const char *key)
{
	return json_is_number(json_object_get(answer, key));
}

/* "lambda 50 > 100 from epoch 153" */
void say_set(const json_t *answer, bool in_short, struct text *out)
{
	const char *was = text_of(answer, "was"), *value = text_of(answer, "value");
	const bool changed = strcmp(was, value) != 0;
	text_addf(out, "%s %s%s%s", text_of(answer, "name"), changed ? was : "is already ",
		  changed ? " > " : "", value);
	if (changed && has(answer, "from_epoch"))
		text_addf(out, " from epoch %lld", integer_of(answer, "from_epoch"));
	text_addf(out, "\n");
}

void say_get(const json_t *answer, bool in_short, struct text *out)
{
	if (json_object_get(answer, "rows"))
		report_text(answer, out);
	else
		text_addf(out, "%s is %s\n", text_of(answer, "name"), text_of(answer, "value"));
}

/* "i-autorec with 21,010 parameters: k 10, lambda 45, ..." */
void say_model(const json_t *answer, bool in_short, struct text *out)
{
	char number[NUM_TEXT];
	text_addf(out, "%s with %s parameters (%.1f MiB)", text_of(answer, "model"),
		  num_grouped(integer_of(answer, "parameters"), number),
		  json_real_value(json_object_get(answer, "memory_mib")));
	const char *before = ": ";
	for (int i = 0; i < n_options && !in_short; i++) {
		const char *name = option_table[i].param.name;
		if (!json_object_get(answer, name))
			continue;
		text_addf(out, "%s%s %s", before, name, text_of(answer, name));
		before = ", ";
	}
	text_addf(out, "\n");
}

static void say_span(const json_t *answer, const char *part, const char *name, struct text *out)
{
	char from[24], to[24];
	snprintf(from, sizeof from, "%s_from", part);
	snprintf(to, sizeof to, "%s_to", part);
	if (json_object_get(answer, from))
		text_addf(out, "%s ratings are from %s to %s\n", name, text_of(answer, from),
			  text_of(answer, to));
}

void say_split(const json_t *answer, bool in_short, struct text *out)
{
	char train[NUM_TEXT], valid[NUM_TEXT], test[NUM_TEXT], cold[NUM_TEXT];
	text_addf(out, "%s training, %s validation and %s test ratings",
		  num_grouped(integer_of(answer, "train"), train),
		  num_grouped(integer_of(answer, "valid"), valid),
		  num_grouped(integer_of(answer, "test"), test));
	if (integer_of(answer, "cold") > 0)
		text_addf(out, " (%s cold)", num_grouped(integer_of(answer, "cold"), cold));
	text_addf(out, "\n");
	say_span(answer, "train", "training", out);
	say_span(answer, "valid", "validation", out);
	say_span(answer, "test", "test", out);
}

/* The state after pause, step, stop and the like. */
static void say_state(const json_t *answer, struct text *out)
{
	const char *state = text_of(answer, "state");
	const long long epoch = integer_of(answer, "epoch");
	if (!strcmp(state, "running"))
		text_addf(out, "training from epoch %lld\n", epoch);
	else
		text_addf(out, "%s at epoch %lld\n", strcmp(state, "idle") ? state : "at rest",
			  epoch);
}

static double real_of(const json_t *answer, const char *key)
{
	return json_number_value(json_object_get(answer, key));
}

/* "RMSE 0.8883, MAE 0.7007 on 10,000 test ratings (16 cold) at epoch 101" */
void say_evaluate(const json_t *answer, bool in_short, struct text *out)
{
	char n[NUM_TEXT], cold[NUM_TEXT], users[NUM_TEXT];
	const char *on = text_of(answer, "on");
	if (!has(answer, "mae") || has(answer, "trained_rmse")) {
		report_text(answer, out);
		return;
	}
	text_addf(out, "RMSE %.4f, MAE %.4f on %s %s ratings", real_of(answer, "rmse"),
		  real_of(answer, "mae"), num_grouped(integer_of(answer, "n"), n),
		  !strcmp(on, "valid")   ? "validation"
		  : !strcmp(on, "train") ? "training"
					 : on);
	if (integer_of(answer, "cold") > 0)
		text_addf(out, " (%s cold)", num_grouped(integer_of(answer, "cold"), cold));
	text_addf(out, " at epoch %lld\n", integer_of(answer, "epoch"));
	if (has(answer, "ndcg_10"))
		text_addf(out,
			  "top 10 of %s users: NDCG %.4f, recall %.4f, precision %.4f for ratings "
			  "of at least %g; %.1f %% of the catalogue\n",
			  num_grouped(integer_of(answer, "ranked_users"), users),
			  real_of(answer, "ndcg_10"), real_of(answer, "recall_10"),
			  real_of(answer, "precision_10"), real_of(answer, "relevant"),
			  100 * real_of(answer, "catalogue_share"));
}

/* "user 7, Toy Story (1995): 2.84; unseen" */
void say_predict(const json_t *answer, bool in_short, struct text *out)
{
	const char *title = text_of(answer, "title");
	if (!has(answer, "predicted")) { /* of a file */
		report_text(answer, out);
		return;
	}
	text_addf(out, "user %s, %s: %.2f", text_of(answer, "user"),
		  title[0] ? title : text_of(answer, "item"), real_of(answer, "clipped"));
	if (real_of(answer, "clipped") != real_of(answer, "predicted"))
		text_addf(out, ", clipped from %.2f", real_of(answer, "predicted"));
	text_addf(out, "; %s", text_of(answer, "kind"));
	if (has(answer, "observed"))
		text_addf(out, ", rated %g", real_of(answer, "observed"));
	text_addf(out, "\n");
}

/* Why a training ended, as trainer_stop_name names it. */
static const char *reason(const char *stopped)
{
	static const struct {
		const char *name, *says;
	} reasons[] = {
		{ "epochs", "all epochs are done" },
		{ "patience", "patience is at its end" },
		{ "until", "the RMSE is reached" },
		{ "user", "stopped" },
	};
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (!strcmp(reasons[i].name, stopped))
			return reasons[i].says;
	return stopped;
}

void say_train(const json_t *answer, bool in_short, struct text *out)
{
	if (json_object_get(answer, "event") || !json_object_size(answer)) {
		/* The fingerprint of an epoch is for programs, and for export curve. */
		json_t *rest = json_copy((json_t *)answer);
		json_object_del(rest, "fingerprint");
		report_text(rest, out);
		json_decref(rest);
		return;
	}
	if (json_object_get(answer, "state")) {
		say_state(answer, out);
		return;
	}
	if (!has(answer, "epochs")) /* refit 0 */
		return;
	text_addf(out, "epoch %lld: %s", integer_of(answer, "epochs"),
		  reason(text_of(answer, "stopped")));
	if (has(answer, "best_epoch"))
		text_addf(out, "; best validation RMSE %.4f at epoch %lld",
			  json_number_value(json_object_get(answer, "best_valid_rmse")),
			  integer_of(answer, "best_epoch"));
	text_addf(out, "; %.3f seconds\n", json_number_value(json_object_get(answer, "seconds")));
	if (text_of(answer, "note")[0])
		text_addf(out, "%s\n", text_of(answer, "note"));
}
