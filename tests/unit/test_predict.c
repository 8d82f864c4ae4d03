/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every model predicts from a vector of ratings what it predicts for the user or item whose ratings
 * they are, with edits or without, and for somebody new. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sample.h"

enum { USERS = 40, ITEMS = 30, MOST = USERS, EPOCHS = 50 };

struct scene {
	struct ratings *train;
	struct model *model;
	struct weights *w;
};

static struct scene scene_new(const struct model_ops *ops, const char *more)
{
	static const char *const small[] = { "k=8", "layers=8,8", "pretrain=10", "anchors=3",
					     "neighbours=5" };
	struct scene s = { .train = sample_ratings(USERS, ITEMS, 0.4, 9) };
	struct text options = { 0 };
	text_addf(&options, "lambda=%s clip=off %s", ops->refit && !ops->by_item ? "0.03" : "1",
		  more); /* factor models count it once a rating */
	if (model_takes(ops, "optimizer"))
		text_addf(&options, " rate=0.01");
	for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
		text_addf(&options, " %s", small[i]);
	s.model = sample_model(ops->name, options.bytes, s.train);
	s.w = sample_weights(s.model, EPOCHS);
	text_done(&options);
	return s;
}

static void scene_done(struct scene *s)
{
	weights_free(s->w);
	model_free(s->model);
	ratings_free(s->train);
}

/* Of the model's vectors, and of their dims. */
static const struct sparse *side(const struct scene *s, bool vectors)
{
	return s->model->ops->by_item == vectors ? &s->train->by_item : &s->train->by_user;
}

static void predict_vector(const struct scene *s, const struct rating_vector *v, real *out)
{
	struct err e = { 0 };
	must(s->model->ops->predict_vectors(s->model, s->w, 1, v, &out, &e), &e);
}

static void predict_known(const struct scene *s, const struct overlay *o, int32_t row, real *out)
{
	struct err e = { 0 };
	must((s->model->ops->by_item ? model_predict_item : model_predict_user)(s->model, s->w, o,
										row, out, &e),
	     &e);
}

/* Bit for bit. */
static void equal(const struct scene *s, const char *what, const real *ours, const real *expected,
		  int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		if (memcmp(&ours[i], &expected[i], sizeof *ours) != 0)
			fail_msg("%s, %s[%d]: %.9g, expected %.9g", s->model->ops->name, what,
				 (int)i, (double)ours[i], (double)expected[i]);
}

static void near(const struct scene *s, const char *what, const real *ours, const real *expected,
		 int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		if (!(fabs((double)(ours[i] - expected[i])) < 1e-4))
			fail_msg("%s, %s[%d]: %.9g, expected %.9g", s->model->ops->name, what,
				 (int)i, (double)ours[i], (double)expected[i]);
}

/* A copy with a rating of `col` more, as the row's edited ratings; col and val: [MOST + 1]. */
static struct rating_vector with_rating(const struct rating_vector *v, int32_t new_col, real rating,
					int32_t *col, real *val)
{
	int64_t n = 0;
	for (int64_t t = 0; t < v->n && v->col[t] < new_col; t++, n++) {
		col[n] = v->col[t];
		val[n] = v->val[t];
	}
	col[n] = new_col;
	val[n] = rating;
	for (int64_t t = n++; t < v->n; t++, n++) {
		col[n] = v->col[t];
		val[n] = v->val[t];
	}
	return (struct rating_vector){ col, val, n, .row = v->row, .edited = true };
}

static int32_t unrated(const struct sparse *x, int32_t row)
{
	int32_t col = 4;
	while (sparse_find(x, row, col) >= 0)
		col++;
	return col;
}

/* ---- somebody known ----------------------------------------------------- */

static void check_known(const struct scene *s)
{
	const struct sparse *x = side(s, true);
	struct err e = { 0 };
	struct rating_vector v[3];
	real known[3][MOST], ours[3][MOST], *const out[3] = { ours[0], ours[1], ours[2] };
	for (int32_t row = 0; row + 2 < x->n_rows; row += 3) {
		for (int i = 0; i < 3; i++) {
			v[i] = sparse_vector(x, row + i);
			predict_known(s, NULL, row + i, known[i]);
			predict_vector(s, &v[i], ours[i]);
			equal(s, "a known vector", ours[i], known[i], x->n_cols);
		}
		must(s->model->ops->predict_vectors(s->model, s->w, 3, v, out, &e), &e);
		for (int i = 0; i < 3; i++)
			equal(s, "three at once", ours[i], known[i], x->n_cols);
	}
}

/* The same ratings, but of nobody known: they are encoded anew, by the sums of training.  Those of
 * dense layers are BLAS's, whose order depends on how many vectors there are. */
static void check_stranger(const struct scene *s)
{
	const struct sparse *x = side(s, true);
	struct err e = { 0 };
	real known[MOST], ours[MOST];
	for (int32_t row = 0; row < x->n_rows; row++) {
		struct rating_vector v = sparse_vector(x, row);
		predict_known(s, NULL, row, known);
		v.row = -1;
		must(model_predict_new(s->model, s->w, s->model->ops->by_item, &v, ours, &e), &e);
		if (s->model->config.layers.n > 1 && model_takes(s->model->ops, "layers"))
			near(s, "a stranger with the same ratings", ours, known, x->n_cols);
		else
			equal(s, "a stranger with the same ratings", ours, known, x->n_cols);
	}
}

static void a_known_row_is_its_vector(void **state)
{
	for (int i = 0; model_ops_at(i); i++) {
		const struct model_ops *ops = model_ops_at(i);
		struct scene s = scene_new(ops, "");
		check_known(&s);
		if (ops->takes_new && (ops->by_item || !ops->refit))
			check_stranger(&s);
		scene_done(&s);
	}
}

/* ---- edits -------------------------------------------------------------- */

static void check_extra(const struct scene *s, int32_t row)
{
	const struct sparse *x = side(s, true);
	const struct rating_vector before = sparse_vector(x, row);
	const int32_t dim = unrated(x, row);
	int32_t col[MOST + 1];
	real val[MOST + 1], edited[MOST], ours[MOST];
	struct rating_vector v = with_rating(&before, dim, 5, col, val);
	struct overlay o;
	struct err e = { 0 };
	const bool by_item = s->model->ops->by_item;
	overlay_init(&o, s->train);
	must(overlay_rate(&o, by_item ? dim : row, by_item ? row : dim, 5, NULL, &e), &e);

	predict_known(s, &o, row, edited);
	predict_vector(s, &v, ours);
	equal(s, "an extra rating", ours, edited, x->n_cols);

	/* Of this dim for all vectors: that of the edited row is another. */
	real across[MOST];
	must(s->model->ops->predict_dim(s->model, s->w, dim, 1, &v, across, &e), &e);
	must((by_item ? model_predict_user : model_predict_item)(s->model, s->w, &o, dim, ours, &e),
	     &e);
	equal(s, "an extra rating, by dim", across, ours, x->n_rows);
	overlay_done(&o);
}

static void check_refit_extra(const struct scene *s, int32_t user)
{
	const struct rating_vector before = sparse_vector(&s->train->by_user, user);
	const int32_t item = unrated(&s->train->by_user, user);
	int32_t col[MOST + 1];
	real val[MOST + 1], edited[MOST], ours[MOST];
	const struct rating_vector v = with_rating(&before, item, 5, col, val);
	struct overlay o;
	struct err e = { 0 };
	overlay_init(&o, s->train);
	must(overlay_rate(&o, user, item, 5, NULL, &e), &e);
	sample_refit(s->model, s->w, &o, user, edited);
	must(s->model->ops->refit(s->model, s->w, &v, ours, &e), &e);
	equal(s, "a refit with an extra rating", ours, edited, ITEMS);
	overlay_done(&o);
}

static void an_extra_rating_is_an_edit(void **state)
{
	for (int i = 0; model_ops_at(i); i++) {
		struct scene s = scene_new(model_ops_at(i), "");
		for (int32_t row = 0; row < ITEMS; row += 7) {
			check_extra(&s, row);
			if (s.model->ops->refit)
				check_refit_extra(&s, row);
		}
		scene_done(&s);
	}
}

/* ---- somebody new ------------------------------------------------------- */

/* Users and items come in three kinds; like likes like. */
static void check_taste(const struct scene *s, bool of_item)
{
	static const int32_t col[] = { 0, 1, 3, 5, 6, 7, 9, 11, 12, 15 };
	enum { N = sizeof col / sizeof col[0] };
	const int32_t n = of_item ? USERS : ITEMS;
	real val[N], out[MOST];
	double liked = 0, others = 0;
	struct err e = { 0 };
	for (int t = 0; t < N; t++)
		val[t] = col[t] % 3 == 0 ? 5 : 1;
	const struct rating_vector v = { col, val, N, .row = -1 };
	must(model_predict_new(s->model, s->w, of_item, &v, out, &e), &e);
	for (int32_t i = 0; i < n; i++) {
		if (!isfinite(out[i]))
			fail_msg("%s says %g", s->model->ops->name, (double)out[i]);
		*(i % 3 == 0 ? &liked : &others) += (double)out[i];
	}
	const int32_t n_liked = (n + 2) / 3;
	if (!(liked / n_liked > others / (n - n_liked) + 0.1))
		fail_msg("%s, a new %s: %g is no more than %g", s->model->ops->name,
			 of_item ? "item" : "user", liked / n_liked, others / (n - n_liked));
}

static void check_refused(const struct scene *s, bool of_item)
{
	const int32_t col = 3;
	const real val = 4;
	real out[MOST];
	struct err e = { 0 };
	const struct rating_vector v = { &col, &val, 1, .row = -1 };
	assert_int_equal(ERR_FAILED, model_predict_new(s->model, s->w, of_item, &v, out, &e));
	assert_non_null(strstr(e.message, s->model->ops->name));
	const char *able = strstr(e.message, "can: ");
	assert_non_null(able);
	assert_non_null(strstr(able, of_item ? "i-rbm" : "u-rbm"));
	assert_null(strstr(able, "baseline"));
}

static void somebody_new(void **state)
{
	static const struct {
		const char *name;
		bool user, item;
	} able[] = {
		{ "i-autorec", true, true },    { "u-autorec", true, true },
		{ "deep-autorec", true, true }, { "i-rbm", false, true },
		{ "u-rbm", true, false },       { "baseline", false, false },
		{ "biased-mf", true, true },    { "llorma", false, false },
		{ "item-knn", true, false },
	};
	for (size_t i = 0; i < sizeof able / sizeof able[0]; i++) {
		struct scene s = scene_new(model_ops_find(able[i].name), "");
		(able[i].user ? check_taste : check_refused)(&s, false);
		(able[i].item ? check_taste : check_refused)(&s, true);
		scene_done(&s);
	}
}

/* Where outputs are bounded the row of somebody new is found by steps, from another beginning: to
 * the same end. */
static void a_new_row_of_bounded_outputs(void **state)
{
	struct scene s = scene_new(model_ops_find("i-autorec"), "output=sigmoid scale=1,5");
	real known[ITEMS], stranger[ITEMS];
	struct err e = { 0 };
	for (int32_t u = 0; u < USERS; u++) {
		struct rating_vector v = sparse_vector(&s.train->by_user, u);
		must(s.model->ops->refit(s.model, s.w, &v, known, &e), &e);
		v.row = -1;
		must(model_predict_new(s.model, s.w, false, &v, stranger, &e), &e);
		for (int32_t i = 0; i < ITEMS; i++)
			if (!(fabs((double)(known[i] - stranger[i])) < 0.02))
				fail_msg("user %d, item %d: %g, from the trained row %g", (int)u,
					 (int)i, (double)stranger[i], (double)known[i]);
	}
	scene_done(&s);
}

static void a_refit_needs_a_rating(void **state)
{
	const struct rating_vector none = { .row = -1 };
	struct scene s = scene_new(model_ops_find("i-autorec"), "");
	real out[ITEMS];
	struct err e = { 0 };
	assert_int_equal(ERR_FAILED, model_predict_new(s.model, s.w, false, &none, out, &e));
	assert_non_null(strstr(e.message, "rate something first"));
	scene_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_row_is_its_vector),
		cmocka_unit_test(an_extra_rating_is_an_edit),
		cmocka_unit_test(somebody_new),
		cmocka_unit_test(a_new_row_of_bounded_outputs),
		cmocka_unit_test(a_refit_needs_a_rating),
	};
	return cmocka_run_group_tests_name("predict", tests, NULL, NULL);
}
