/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Deep I-AutoRec (section 3 of the paper): I-AutoRec with several hidden layers.
 *
 * Greedy pretraining: the stack of layers grows by one layer per phase. Each stack is a complete
 * AutoRec with a fresh output layer, and all of it trains on the ratings for `pretrain` epochs.
 * So the curve always shows the error of predicted ratings. The first epoch of a phase adds the
 * layer and trains nothing, as epoch 0 does for the first layer. The last phase, with all layers,
 * is the fine-tuning. W has room for the widest layer, because each layer uses it in turn. */
#include "autorec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t deep_shape(struct model *m)
{
	const struct int_list *layers = &m->config.layers;
	int32_t most = layers->at[layers->n - 1];
	for (int i = 0; i < layers->n && m->config.pretrain > 0; i++)
		most = layers->at[i] > most ? layers->at[i] : most;
	return autorec_shape(m, layers, most);
}

/* W_l ~ N(0, 1 / k_l), so that a unit's input is about as large as the units below; the biases a
 * tenth of that. */
static int draw_layer(const struct model *m, struct weights *w, int layer, struct err *e)
{
	const int tensor = autorec_tensor(layer);
	const double sd = 1 / sqrt(m->tensors[tensor].rows);
	int status = model_draw_normal(m, w, tensor, (uint64_t)tensor, sd, e);
	return status < 0 ? status
			  : model_draw_normal(m, w, tensor + 1, (uint64_t)tensor + 1, sd / 10, e);
}

/* How many layers the weights of an epoch have. */
static int layers_at(const struct model *m, int64_t epoch)
{
	const int n = autorec_layers(m);
	const int64_t grown = m->config.pretrain > 0 ? 1 + epoch / (m->config.pretrain + 1) : n;
	return grown < n ? (int)grown : n;
}

/* The weights' epoch determines how many layers they have. */
static void stand(const struct model *m, struct weights *w)
{
	autorec_set_stack(m, w, layers_at(m, w->epoch));
}

static void deep_forward(struct model *m, struct weights *w, struct epoch_result *result)
{
	stand(m, w);
	autorec_forward(m, w, result);
}

static int deep_init(struct model *m, struct weights *w, struct err *e)
{
	int status = 0;
	autorec_set_stack(m, w, layers_at(m, 0));
	for (int layer = 1; layer < autorec_stack(w) && status == 0; layer++)
		status = draw_layer(m, w, layer, e);
	return status < 0 ? status : autorec_init(m, w, e);
}

/* Adds one untrained layer with fresh outputs: the first epoch of a phase. */
static int grow(struct model *m, const struct weights *from, struct weights *to, int layers,
		struct err *e)
{
	if (to != from)
		memcpy(to->theta, from->theta, m->n_theta * sizeof *to->theta);
	autorec_set_stack(m, to, layers);
	int status = draw_layer(m, to, layers - 1, e);
	return status < 0 ? status : autorec_init_outputs(m, to, (uint64_t)layers * MAX_TENSORS, e);
}

static int deep_epoch(struct model *m, const struct weights *from, struct weights *to,
		      struct epoch_result *result, struct err *e)
{
	const int layers = layers_at(m, from->epoch + 1);
	if (layers == autorec_stack(from))
		return autorec_epoch(m, from, to, result, e);
	int status = grow(m, from, to, layers, e);
	if (status == 0)
		autorec_forward(m, to, result);
	return status;
}

static bool deep_phase(const struct model *m, int i, struct phase *out)
{
	const int n = m->config.pretrain > 0 ? autorec_layers(m) : 1;
	if (i >= n)
		return false;
	out->first = i * (m->config.pretrain + 1);
	snprintf(out->name, sizeof out->name, i < n - 1 ? "layer %d" : "all layers", i + 1);
	return true;
}

const struct model_ops deep_autorec_ops = {
	.name = "deep-autorec",
	.help = "AutoRec on items with several hidden layers",
	.options = "layers pretrain lambda hidden output optimizer start init rate anneal batch "
		   "dropout precision seed scale unit clip default",
	.defaults = "start=means",
	.by_item = true,
	.takes_new = true,
	.grows = true,
	.fold = autorec_fold,
	.moves = MOVES_ITEM_AND_ROW,
	.shape = deep_shape,
	.open = autorec_open,
	.close = autorec_close,
	.init = deep_init,
	.stand = stand,
	.forward = deep_forward,
	.epoch = deep_epoch,
	.state = autorec_state,
	.phase = deep_phase,
	.predict_vectors = autorec_predict_vectors,
	.predict_dim = autorec_predict_dim,
	.predict_pairs = autorec_predict_pairs,
	.predict_users = autorec_predict_users,
	.refit = autorec_refit,
	.squares_without = autorec_squares_without,
	.terms = autorec_terms,
	.replace_each = autorec_replace_each,
	.reads_ratings = true,
	.user_ridge = autorec_user_ridge,
};
