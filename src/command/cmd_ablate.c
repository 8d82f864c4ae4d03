/* SPDX-License-Identifier: GPL-3.0-or-later
 * ablate: switch a hidden unit off.  restore: switch all on again. */
#include "autorec/command.h"
#include "autorec/report.h"

static int put_score(struct session *s, const struct ratings *set, const char *key, json_t *out,
		     struct err *e)
{
	struct score score;
	const struct weights *w = session_pin(s);
	const int status = evaluate(trainer_model(session_trainer(s)), w, set, &score, e);
	session_unpin(s, w);
	json_object_set_new(out, key, report_real(score.rmse));
	return status;
}

static int run_ablate(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	const int32_t unit = (int32_t)args_get(a, "unit")->i;
	const enum rating_set on = (enum rating_set)args_get(a, "on")->i;
	const struct ratings *set;
	int status = session_rating_set(s, on, &set, e);
	if (status < 0)
		return status;
	json_object_set_new(out, "unit", json_integer(unit));
	session_put_set(out, on);
	status = put_score(s, set, "rmse_before", out, e);
	if (status == 0)
		status = trainer_ablate(session_trainer(s), unit, e);
	if (status == 0)
		status = put_score(s, set, "rmse_after", out, e);
	if (status == 0)
		json_object_set_new(out, "off",
				    json_integer(trainer_ablated(session_trainer(s), NULL, 0)));
	return status;
}

static int run_restore(struct session *s, const struct args *a, json_t *out, struct err *e)
{
	(void)a;
	const int status = session_need_trainer(s, e);
	if (status < 0)
		return status;
	const int32_t n = trainer_restore(session_trainer(s));
	if (n == 0)
		return err_set(e, ERR_FAILED, NULL,
			       "all hidden units are on; ablate J switches one off");
	json_object_set_new(out, "restored", json_integer(n));
	return 0;
}

const struct command cmd_ablate = {
	.name = "ablate",
	.summary = "switch a hidden unit off, in every answer, until restore",
	.example = "ablate 3 on=test",
	.keys = "unit on rmse_before rmse_after off",
	.params = { { "unit", PARAM_UNIT, 0, 1e6, .help = "the unit's number, from 0", .shown = "J",
		      .required = true },
		    { "on", PARAM_CHOICE, .choices = RATING_SET_NAMES, .fallback = "valid",
		      .help = "ratings to score" } },
	.disturbs = true,
	.run = run_ablate,
};
const struct command cmd_restore = {
	.name = "restore",
	.summary = "switch all hidden units on again",
	.example = "restore",
	.keys = "restored",
	.disturbs = true,
	.run = run_restore,
};
