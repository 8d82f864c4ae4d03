/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Deep I-AutoRec. */
#include "autorec.h"

#include <math.h>

static size_t shape(struct model *m)
{
	const struct int_list *layers = &m->config.layers;
	int32_t most = layers->at[layers->n - 1];
	for (int i = 0; i < layers->n && m->config.pretrain > 0; i++)
		most = layers->at[i] > most ? layers->at[i] : most;
	return autorec_shape(m, layers, most);
}

static int draw_layer(const struct model *m, struct weights *w, int layer, struct err *e)
{
	const int tensor = autorec_tensor(layer);
	const double sd = 1 / sqrt(m->tensors[tensor].rows);
	int status = autorec_draw(m, w, tensor, sd, (uint64_t)tensor, e);
	return status < 0 ? status : autorec_draw(m, w, tensor + 1, sd / 10, (uint64_t)tensor + 1, e);
}

static int init(struct model *m, struct weights *w, struct err *e)
{
	int status = 0;
	autorec_set_stack(m, w, autorec_layers(m));
	for (int layer = 1; layer < autorec_layers(m) && status == 0; layer++)
		status = draw_layer(m, w, layer, e);
	return status < 0 ? status : autorec_init(m, w, e);
}

extern const struct model_ops deep_autorec_ops;
const struct model_ops deep_autorec_ops = {
	.name = "deep-autorec",
	.help = "AutoRec on items with several hidden layers",
	.options = "layers pretrain lambda hidden output optimizer start init rate dropout precision seed scale clip default",
	.by_item = true,
	.shape = shape,
	.open = autorec_open,
	.close = autorec_close,
	.init = init,
	.forward = autorec_forward,
	.epoch = autorec_epoch,
	.predict_user = autorec_predict_user,
	.predict_item = autorec_predict_item,
	.predict_pairs = autorec_predict_pairs,
	.refit_user = autorec_refit_user,
};
