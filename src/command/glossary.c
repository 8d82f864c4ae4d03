/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every short word, symbol and abbreviation that a view shows has a row here, unless it is an
 * option, a command or a model, which explain themselves. */
#include "autorec/glossary.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

const struct gloss glossary[] = {
	/* Errors and the curve */
	{ "RMSE", NULL,
	  "root mean squared error: the square root of the mean of (predicted - observed)^2, on "
	  "the rating scale" },
	{ "MAE", NULL, "mean absolute error: the mean of |predicted - observed|" },
	{ "training", NULL,
	  "RMSE on the ratings that the model is fitted to (the line \"train\" of the curve)" },
	{ "valid", "validation",
	  "RMSE on validation ratings, which the model is not fitted to; it chooses the epoch and "
	  "the options" },
	{ "test", NULL, "RMSE on test ratings, which neither fit the model nor choose anything" },
	{ "best", "@",
	  "the lowest validation RMSE so far; @ names its epoch, and a dot marks it on the curve" },
	{ "up", "down", "how far the training RMSE rose or fell in the last epoch" },
	{ "epoch", "epochs", "one pass over all training ratings" },
	{ "iteration", NULL, "one step of the optimizer; with batch=0 an epoch is one iteration" },
	{ "s/epoch", NULL, "seconds that the last epoch took" },
	{ "s", NULL, "seconds" },
	{ "M r/s", "M, r/s", "millions of training ratings processed per second" },
	{ "ETA", NULL, "estimated time until training or the command ends" },
	{ "clipped", "clip",
	  "a prediction below the lowest or above the highest training rating is scored as that "
	  "rating; while many predictions are clipped, early in training, the curve is flat" },
	{ "log", "log view",
	  "on the curve: a logarithmic error axis; as a view: the answers of commands" },
	{ "zoomed", "zoom", "the curve shows the last epochs only; chart zoom=all shows all" },
	{ "smoothed", "smoothing", "the curve is a running mean of the epochs" },
	{ "crosshair", NULL, "Left and Right in the focused curve move it; it reads the values" },
	/* The run */
	{ "READY", NULL, "the model is made and has not been trained" },
	{ "RUNNING", NULL, "training is under way" },
	{ "PAUSED", NULL, "training waits; the space bar resumes it" },
	{ "DONE", NULL, "training has run all its epochs" },
	{ "STOPPED", NULL,
	  "training ended early: by stop, or by patience after so many epochs without a better "
	  "validation RMSE" },
	{ "REACHED", NULL, "training ended because the RMSE of train until= was reached" },
	{ "DIVERGED", NULL, "the error grew without bound; try a smaller rate or a larger lambda" },
	{ "FAILED", NULL, "training ended with an error, which the message shows" },
	{ "MODEL", NULL,
	  "the epoch whose weights answer questions: with patience the one that validation chose, "
	  "else the last" },
	{ "next epoch", "next", "the number of the epoch that train or step would run next" },
	{ "trained for", "trained", "time spent in training" },
	{ "holdout", NULL, "share of all ratings that is set aside as test ratings" },
	{ "refit", NULL, "trained again on training and validation ratings together" },
	{ "edits", "edit",
	  "what-if changes of ratings in force; undo, revert and edits act on them" },
	{ "loss", "eq. 2",
	  "what training minimizes, equation 2 of the paper: the sum of squared errors (data) "
	  "plus lambda/2 (|W|^2 + |V|^2)" },
	{ "data", NULL,
	  "the first part of the loss: the sum of squared errors on training ratings" },
	/* The model's symbols */
	{ "f", "identity, sigmoid, tanh, relu, elu",
	  "the activation of the outputs: predicted = f(W g(V r + mu) + b)" },
	{ "g", NULL, "the activation of the hidden units: h = g(V r + mu)" },
	{ "V", "|V|",
	  "the encoder's weights, from ratings to hidden units; |V| is the length (norm) of a "
	  "unit's weights, or their mean" },
	{ "W", "|W|",
	  "the decoder's weights, from hidden units to predictions; |W| is the length (norm) of a "
	  "unit's weights, or their mean" },
	{ "mu", NULL, "the biases of the hidden units" },
	{ "b", NULL, "the biases of the outputs" },
	{ "r", NULL, "the input: the ratings of one item (i-autorec) or one user (u-autorec)" },
	{ "h", NULL, "the activations of the hidden units for one input" },
	/* Hidden units */
	{ "mean", NULL, "mean activation of a hidden unit, or of all" },
	{ "sd", NULL, "standard deviation: how much an activation differs between inputs" },
	{ "sat", "saturated, sat %",
	  "share of activations within 5 % of a bound of the activation function, where a unit "
	  "hardly learns" },
	{ "dead", NULL,
	  "hidden units with the same activation for every input; they carry no information" },
	{ "activation", "activations", "the output of a hidden unit for one input" },
	{ "effect", "|effect|",
	  "units sort=effect: by how much the RMSE rises without the hidden unit; on the card of "
	  "an "
	  "RBM's unit: how each prediction changes when the unit goes from off to on" },
	{ "off", "switched off",
	  "ablate has switched the hidden unit off; restore brings it back" },
	{ "other end", "the other end",
	  "on a unit's card: the items, or users, at the bottom of the order" },
	/* The map and the errors */
	{ "variance", "principal components",
	  "how much of the variance of the hidden vectors a direction of the map shows" },
	{ "calibration", NULL,
	  "predictions of one size beside the mean of their ratings: equal in a calibrated model" },
	/* Lists of rows */
	{ "seen", "observed", "the rating in the data; * marks an edited one, as in 5>1*" },
	{ "pred", "predicted", "the model's prediction" },
	{ "err", "error, residual", "predicted - observed" },
	{ "kind", NULL, "what a row is to the model: input, held-out or unseen" },
	{ "input", NULL,
	  "a rating that the model was given, so its prediction flatters the model" },
	{ "held-out", "held out", "a validation or test rating, which the model was not given" },
	{ "unseen", NULL, "there is no rating for this pair" },
	{ "rank", "#rank, #",
	  "place in the order of recommendation: #1 is the unseen item with the highest "
	  "prediction" },
	{ "cold", NULL,
	  "a user or an item without a training rating; the prediction is the mean rating of the "
	  "one that has some" },
	{ "rated", NULL, "number of ratings of this user or item" },
	{ "user", "users", "who rates" },
	{ "item", "items", "what is rated" },
	{ "unit", NULL, "a hidden unit; unit J shows its card" },
	/* What-if */
	{ "before", "after", "the prediction before and after the last edit" },
	{ "delta", NULL, "how far the edit moved a prediction: after - before" },
	{ "moved", NULL, "predictions that the last edit changed by at least a quarter" },
	{ "ridge", "refitted",
	  "least squares with lambda times the squared weights added, solved at once: how the "
	  "what-if view fits the edited user's row of W and b to the frozen hidden units" },
	{ "ms", NULL, "milliseconds that the answer took" },
	{ "what-if", NULL, "the view of what the last edit moves: rate USER ITEM RATING" },
	/* Compare */
	{ "compare", NULL, "the view of runs side by side, filled by tune, repeat and reproduce" },
	{ "runs", NULL, "training runs finished, of those planned" },
	{ "system", NULL, "a model of the paper's tables, with its options" },
	{ "paper", NULL, "the RMSE that the paper reports" },
	{ "\u00b1", "+-", "half-width of the 95 % interval of the mean, by Student's t" },
	{ "time", NULL, "seconds of training" },
	{ "split", NULL,
	  "a division of the ratings into training, validation and test; its seed names it" },
	{ "kept", NULL,
	  "a stored result of an earlier run, not run again; fresh=on runs it again" },
	{ 0 },
};

/* Returns whether a list separated by commas contains the word. */
static bool lists(const char *list, const char *word)
{
	const size_t n = strlen(word);
	while (list && *list) {
		const size_t length = strcspn(list, ",");
		if (length == n && !strncasecmp(list, word, n))
			return true;
		list += length;
		list += strspn(list, ", ");
	}
	return false;
}

const struct gloss *glossary_find(const char *word)
{
	for (const struct gloss *t = glossary; t->word; t++)
		if (!strcasecmp(t->word, word) || lists(t->also, word))
			return t;
	return NULL;
}
