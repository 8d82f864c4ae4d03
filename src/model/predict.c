/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Predictions by user and by item, whichever of the two a model encodes; with edits, and for new
 * users and items. */
#include "autorec/model.h"
#include "autorec/text.h"

static int predict_vector(const struct model *m, const struct weights *w, const struct overlay *o,
			  int32_t row, real *out, struct err *e)
{
	struct rating_vector v = { 0 };
	int status = (m->ops->by_item ? overlay_item_vector : overlay_user_vector)(o, m->train, row,
										   &v, e);
	if (status < 0)
		return status;
	status = m->ops->predict_vectors(m, w, 1, &v, &out, e);
	rating_vector_done(&v);
	return status;
}

static int predict_one_dim(const struct model *m, const struct weights *w, const struct overlay *o,
			   int32_t dim, real *out, struct err *e)
{
	struct rating_vector *edited;
	int n, status = overlay_edited(o, m->train, m->ops->by_item, &edited, &n, e);
	if (status < 0)
		return status;
	status = m->ops->predict_dim(m, w, dim, n, edited, out, e);
	rating_vectors_free(edited, n);
	return status;
}

int model_predict_user(const struct model *m, const struct weights *w, const struct overlay *o,
		       int32_t user, real *out, struct err *e)
{
	return (m->ops->by_item ? predict_one_dim : predict_vector)(m, w, o, user, out, e);
}

int model_predict_item(const struct model *m, const struct weights *w, const struct overlay *o,
		       int32_t item, real *out, struct err *e)
{
	return (m->ops->by_item ? predict_vector : predict_one_dim)(m, w, o, item, out, e);
}

int model_predict_users(const struct model *m, const struct weights *w, const struct overlay *o,
			int32_t first, int32_t n, real *out, struct err *e)
{
	const size_t n_items = (size_t)m->train->by_item.n_rows;
	int status = 0;
	if (m->ops->predict_users && (!o || o->applied == 0)) {
		m->ops->predict_users(m, w, first, n, out);
		return 0;
	}
	for (int32_t j = 0; j < n && status == 0; j++)
		status = model_predict_user(m, w, o, first + j, out + (size_t)j * n_items, e);
	return status;
}

static bool takes_new(const struct model_ops *ops, bool of_item)
{
	return ops->takes_new &&
	       (of_item == ops->by_item || (of_item ? ops->refit_item : ops->refit));
}

int model_needs_new(const struct model_ops *ops, bool of_item, struct err *e)
{
	struct text able = { 0 };
	if (takes_new(ops, of_item))
		return 0;
	for (int i = 0; model_ops_at(i); i++)
		if (takes_new(model_ops_at(i), of_item))
			text_addf(&able, "%s%s", able.length ? ", " : "", model_ops_at(i)->name);
	err_set(e, ERR_FAILED, NULL,
		"%s cannot predict for %s that is not in its training data; these models can: %s",
		ops->name, of_item ? "an item" : "a user", able.bytes ? able.bytes : "none");
	text_done(&able);
	return ERR_FAILED;
}

int model_predict_new(const struct model *m, const struct weights *w, bool of_item,
		      const struct rating_vector *v, real *out, struct err *e)
{
	if (model_needs_new(m->ops, of_item, e) < 0)
		return ERR_FAILED;
	if (!of_item && m->ops->refit)
		return m->ops->refit(m, w, v, out, e);
	if (of_item && m->ops->refit_item)
		return m->ops->refit_item(m, w, v, out, e);
	return m->ops->predict_vectors(m, w, 1, v, &out, e);
}
