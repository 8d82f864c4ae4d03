/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The core against float64 reference values (tests/oracle.json, written by NumPy straight from the
 * formulas): 1e-4 relative in float; the same program built with the core in double holds 1e-9.
 * With mixed precision what is rounded to 8 bits may err by that much; in the double build nothing
 * is rounded, and it is as exact. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/evaluate.h"
#include "autorec/kernel.h"
#include "autorec/model.h"
#include "autorec/person.h"
#include "check.h"

#ifdef AUTOREC_DOUBLE
#define EXACT 1e-9
#define MIXED 1e-9
#else
#define EXACT 1e-4
#define MIXED 0.1 /* gradients are small sums of great terms */
#endif

static json_t *oracle;
static const char *precision;
static double tolerance;

static double number(const json_t *node)
{
	assert_true(json_is_number(node));
	return json_number_value(node);
}

static const json_t *get(const json_t *node, const char *key)
{
	const json_t *found = json_object_get(node, key);
	if (!found)
		fail_msg("oracle.json has no \"%s\"", key);
	return found;
}

static void same(const char *what, int64_t i, double ours, double theirs)
{
	double scale = fabs(theirs) > 1 ? fabs(theirs) : 1;
	if (!(fabs(ours - theirs) <= tolerance * scale))
		fail_msg("%s[%ld]: %.17g, the oracle has %.17g", what, (long)i, ours, theirs);
}

static struct ratings *list_to_ratings(const char *key)
{
	struct rating list[64];
	const json_t *rows = get(oracle, key);
	size_t n = json_array_size(rows);
	struct ratings *r;
	assert_true(n <= 64);
	for (size_t t = 0; t < n; t++) {
		const json_t *row = json_array_get(rows, t);
		list[t] = (struct rating){ (int32_t)number(json_array_get(row, 0)),
					   (int32_t)number(json_array_get(row, 1)),
					   (float)number(json_array_get(row, 2)) };
	}
	assert_int_equal(0, ratings_new((int32_t)number(get(oracle, "n_users")),
					(int32_t)number(get(oracle, "n_items")), list, (int64_t)n,
					&r, NULL, NULL));
	return r;
}

/* One tensor, k columns to a row in the oracle. */
static void tensor_io(const struct model *m, struct weights *w, const char *name,
		      const json_t *values, bool write)
{
	int index = model_tensor(m, name);
	const struct panel p = weights_panel(m, w, index);
	for (int32_t r = 0; r < p.rows; r++) {
		real row[8];
		const json_t *in = json_array_get(values, (size_t)r);
		if (!m->tensors[index].panel) {
			if (write)
				p.data[r] = (real)number(in);
			else
				same(name, r, (double)p.data[r], number(in));
			continue;
		}
		if (!write)
			panel_read_row(&p, r, row);
		for (int32_t j = 0; j < p.k; j++) {
			double theirs = number(json_array_get(in, (size_t)j));
			if (write)
				row[j] = (real)theirs;
			else
				same(name, r * p.k + j, (double)row[j], theirs);
		}
		if (write)
			panel_write_row(&p, r, row);
	}
}

static void all_tensors(const struct model *m, struct weights *w, const json_t *theta, bool write)
{
	for (int i = 0; i < m->n_tensors; i++)
		tensor_io(m, w, m->tensors[i].name, get(theta, m->tensors[i].name), write);
}

static json_t *transposed(const json_t *rows)
{
	json_t *out = json_array();
	for (size_t c = 0; c < json_array_size(json_array_get(rows, 0)); c++) {
		json_t *row = json_array();
		for (size_t r = 0; r < json_array_size(rows); r++)
			json_array_append(row, json_array_get(json_array_get(rows, r), c));
		json_array_append_new(out, row);
	}
	return out;
}

/* The deep model's tensors by our names: its last matrix leads from the last hidden layer, ours is
 * W [d x k]. */
static json_t *deep_tensors(const json_t *theirs)
{
	return json_pack("{s:O, s:O, s:O, s:O, s:O, s:O, s:o, s:O}", "V", get(theirs, "W0"), "mu",
			 get(theirs, "b0"), "W1", get(theirs, "W1"), "mu1", get(theirs, "b1"), "W2",
			 get(theirs, "W2"), "mu2", get(theirs, "b2"), "W",
			 transposed(get(theirs, "W3")), "b", get(theirs, "b3"));
}

/* The oracle's parameters, to be released. */
static json_t *theta_of(const char *name)
{
	if (!strcmp(name, "deep-autorec"))
		return deep_tensors(get(get(oracle, "deep_i_autorec"), "theta"));
	return json_incref((json_t *)get(
		get(oracle, strcmp(name, "i-autorec") ? "u_autorec" : "i_autorec"), "theta"));
}

struct problem {
	struct ratings *train, *test;
	struct model *model;
	struct weights *from, *to;
	struct epoch_result result;
};

/* A model on the oracle's ratings with the oracle's theta. */
static struct problem problem_new(const char *name, const char *f, const char *g,
				  const char *optimizer, const char *rate)
{
	struct problem p = { .train = list_to_ratings("train"), .test = list_to_ratings("test") };
	struct config c = config_default();
	struct err e = { 0 };
	assert_int_equal(0, option_set(option_find("k"), "3", &c, &e));
	assert_int_equal(0, option_set(option_find("layers"), "4,2,4", &c, &e));
	assert_int_equal(0, option_set(option_find("lambda"), "0.8", &c, &e));
	assert_int_equal(0, option_set(option_find("output"), f, &c, &e));
	assert_int_equal(0, option_set(option_find("hidden"), g, &c, &e));
	assert_int_equal(0, option_set(option_find("optimizer"), optimizer, &c, &e));
	assert_int_equal(0, option_set(option_find("rate"), rate, &c, &e));
	assert_int_equal(0, option_set(option_find("scale"), "1,5", &c, &e));
	assert_int_equal(0, option_set(option_find("default"), "3", &c, &e));
	assert_int_equal(0, option_set(option_find("precision"), precision, &c, &e));
	if (model_new(model_ops_find(name), &c, p.train, &p.model, &e) < 0 ||
	    weights_new(p.model, &p.from, &e) < 0 || weights_new(p.model, &p.to, &e) < 0)
		fail_msg("%s", e.message);
	json_t *theta = theta_of(name);
	all_tensors(p.model, p.from, theta, true);
	json_decref(theta);
	p.model->ops->forward(p.model, p.from, &p.result);
	return p;
}

static void problem_done(struct problem *p)
{
	weights_free(p->from);
	weights_free(p->to);
	model_free(p->model);
	ratings_free(p->train);
	ratings_free(p->test);
}

static void compare_reconstruction(struct problem *p, const json_t *by_user)
{
	real user[8], item[8];
	for (int32_t u = 0; u < 7; u++) {
		assert_int_equal(0, model_predict_user(p->model, p->from, NULL, u, user, NULL));
		for (int32_t i = 0; i < 6; i++) {
			double theirs = number(
				json_array_get(json_array_get(by_user, (size_t)u), (size_t)i));
			assert_int_equal(0, model_predict_item(p->model, p->from, NULL, i, item,
							       NULL));
			same("predict_user", u * 6 + i, (double)user[i], theirs);
			same("predict_item", u * 6 + i, (double)item[u], theirs);
		}
	}
}

static void compare_hidden(struct problem *p, const json_t *hidden)
{
	for (int32_t j = 0; j < 3; j++)
		for (int32_t i = 0; i < p->model->n_vectors; i++)
			same("hidden", j, (double)panel_get(&p->from->hidden, i, j),
			     number(json_array_get(json_array_get(hidden, (size_t)j), (size_t)i)));
}

static void compare_evaluation(struct problem *p, const json_t *expected)
{
	struct score s;
	assert_int_equal(0, evaluate(p->model, p->from, p->test, &s, NULL));
	same("rmse", 0, s.rmse, number(get(expected, "rmse")));
	same("mae", 0, s.mae, number(get(expected, "mae")));
	assert_int_equal(8, s.n);
	assert_int_equal(2, s.cold); /* user 6 and item 5 have no training rating */
}

/* Gradient descent with rate 1 moves theta by minus the gradient: so the difference of two epochs
 * shows it. */
static void compare_gradient(struct problem *p, const json_t *grad)
{
	struct epoch_result r;
	assert_int_equal(0, p->model->ops->epoch(p->model, p->from, p->to, &r, NULL));
	for (size_t i = 0; i < p->model->n_theta; i++)
		p->to->theta[i] = p->from->theta[i] - p->to->theta[i];
	all_tensors(p->model, p->to, grad, false);
}

static void check_activations(const char *model, const char *block)
{
	const json_t *cases = get(get(oracle, block), "activations"), *c;
	size_t index;
	assert_int_equal(8, json_array_size(cases));
	json_array_foreach ((json_t *)cases, index, c) {
		const char *f = json_string_value(get(c, "f")), *g = json_string_value(get(c, "g"));
		struct problem p = problem_new(model, f, g, "sgd", "1");
		same("loss", (int64_t)index, p.result.loss, number(get(c, "loss")));
		compare_hidden(&p, get(c, "hidden"));
		compare_reconstruction(&p, get(c, "reconstruction_user_by_item"));
		compare_evaluation(&p, get(c, "test"));
		compare_gradient(&p, get(c, "grad"));
		problem_done(&p);
	}
}

static void i_autorec_activations(void **state)
{
	check_activations("i-autorec", "i_autorec");
}

static void u_autorec_activations(void **state)
{
	check_activations("u-autorec", "u_autorec");
}

static void deep_autorec(void **state)
{
	const json_t *deep = get(oracle, "deep_i_autorec");
	struct problem p = problem_new("deep-autorec", "identity", "sigmoid", "sgd", "1");
	json_t *grad = deep_tensors(get(deep, "grad"));
	same("loss", 0, p.result.loss, number(get(deep, "loss")));
	compare_reconstruction(&p, get(deep, "reconstruction_user_by_item"));
	compare_gradient(&p, grad);
	json_decref(grad);
	problem_done(&p);
}

static void check_rprop(const char *model, const char *block)
{
	const json_t *rprop = get(get(oracle, block), "rprop"),
		     *losses = get(rprop, "loss_before_each_step"), *after;
	struct problem p = problem_new(model, "identity", "sigmoid", "rprop", "0.01");
	char step[8];
	for (size_t t = 1; t <= json_array_size(losses); t++) {
		same("loss", (int64_t)t, p.result.loss, number(json_array_get(losses, t - 1)));
		assert_int_equal(0, p.model->ops->epoch(p.model, p.from, p.to, &p.result, NULL));
		struct weights *swap = p.from;
		p.from = p.to;
		p.to = swap;
		snprintf(step, sizeof step, "%zu", t);
		if ((after = json_object_get(get(rprop, "theta_after"), step)))
			all_tensors(p.model, p.from, after, false);
	}
	problem_done(&p);
}

static void i_autorec_rprop(void **state)
{
	check_rprop("i-autorec", "i_autorec");
}

static void u_autorec_rprop(void **state)
{
	check_rprop("u-autorec", "u_autorec");
}

static void ridge_fold_in(void **state)
{
	const json_t *ridge = get(oracle, "ridge_fold_in"), *items = get(ridge, "items"),
		     *ratings = get(ridge, "ratings");
	struct problem p = problem_new("i-autorec", "identity", "sigmoid", "rprop", "0.01");
	struct overlay o;
	struct err e = { 0 };
	real out[8];
	const int32_t nobody = 6; /* has no training rating: what is edited in is all there is */
	overlay_init(&o, p.train);
	for (size_t t = 0; t < json_array_size(items); t++)
		assert_int_equal(0,
				 overlay_rate(&o, nobody, (int32_t)number(json_array_get(items, t)),
					      (float)number(json_array_get(ratings, t)), NULL, &e));
	struct rating_vector rated;
	assert_int_equal(0, overlay_user_vector(&o, p.train, nobody, &rated, &e));
	if (p.model->ops->refit(p.model, p.from, &rated, out, &e) < 0)
		fail_msg("%s", e.message);
	for (int32_t i = 0; i < 6; i++) {
		struct person person = { 0 };
		const json_t *influence = get(ridge, "influence_full_minus_left_out");
		same("prediction", i, (double)out[i],
		     number(json_array_get(get(ridge, "prediction_per_item"), (size_t)i)));
		assert_int_equal(0, person_measure(p.model, p.from, &rated, i, NULL, &person, &e));
		same("person's prediction", i, person.refitted, (double)out[i]);
		for (size_t t = 0; t < json_array_size(items); t++)
			same("influence", i, person.refitted - person.without[t],
			     number(json_array_get(json_array_get(influence, t), (size_t)i)));
		person_done(&person);
	}
	/* Folded in, the row of W is the fitted one. */
	struct weights *folded;
	assert_int_equal(0, weights_copy(p.model, p.from, p.model, &folded, &e));
	assert_int_equal(0, p.model->ops->fold(p.model, folded, false, &rated, &e));
	const struct panel w = weights_panel(p.model, folded, model_tensor(p.model, "W"));
	for (int32_t j = 0; j < w.k; j++)
		same("row of W", j, (double)panel_get(&w, nobody, j),
		     number(json_array_get(get(ridge, "w"), (size_t)j)));
	same("b", nobody,
	     (double)weights_vector(p.model, folded, model_tensor(p.model, "b"))[nobody],
	     number(get(ridge, "b")));
	weights_free(folded);
	rating_vector_done(&rated);
	overlay_done(&o);
	problem_done(&p);
}

/* An edit's answer is that of a model that was given the edited ratings. */
static void check_edit(const char *name)
{
	struct problem p = problem_new(name, "identity", "sigmoid", "rprop", "0.01");
	struct overlay o;
	struct ratings *edited;
	struct model *other;
	struct weights *w;
	struct epoch_result r;
	real ours[8], theirs[8];
	overlay_init(&o, p.train);
	assert_int_equal(0, overlay_rate(&o, 1, 2, 5, NULL, NULL)); /* changed */
	assert_int_equal(0, overlay_rate(&o, 1, 5, 4, NULL, NULL)); /* new */
	assert_int_equal(0, overlay_unrate(&o, 3, 4, NULL, NULL));  /* taken away */
	assert_int_equal(0, overlay_materialise(&o, &edited, NULL));
	assert_int_equal(0, model_new(p.model->ops, &p.model->config, edited, &other, NULL));
	assert_int_equal(0, weights_new(other, &w, NULL));
	memcpy(w->theta, p.from->theta, other->n_theta * sizeof *w->theta);
	other->ops->forward(other, w, &r);
	for (int32_t u = 0; u < 7; u++) {
		assert_int_equal(0, model_predict_user(p.model, p.from, &o, u, ours, NULL));
		assert_int_equal(0, model_predict_user(other, w, NULL, u, theirs, NULL));
		for (int32_t i = 0; i < 6; i++)
			same("edited user", u * 6 + i, (double)ours[i], (double)theirs[i]);
	}
	for (int32_t i = 0; i < 6; i++) {
		assert_int_equal(0, model_predict_item(p.model, p.from, &o, i, ours, NULL));
		assert_int_equal(0, model_predict_item(other, w, NULL, i, theirs, NULL));
		for (int32_t u = 0; u < 7; u++)
			same("edited item", u * 6 + i, (double)ours[u], (double)theirs[u]);
	}
	weights_free(w);
	model_free(other);
	ratings_free(edited);
	overlay_done(&o);
	problem_done(&p);
}

static void edits_equal_edited_data(void **state)
{
	check_edit("i-autorec");
	check_edit("u-autorec");
	check_edit("deep-autorec");
}

static int use_float(void **state)
{
	precision = "float";
	tolerance = EXACT;
	kernel_select(kernel_best()->name);
	return 0;
}

static void mixed_precision(void **state)
{
	precision = "mixed";
	tolerance = MIXED;
	i_autorec_activations(state);
	u_autorec_activations(state);
	deep_autorec(state);
#ifdef AUTOREC_DOUBLE /* else a sign of a gradient may be another */
	i_autorec_rprop(state);
	u_autorec_rprop(state);
#endif
	tolerance = EXACT; /* both sides read the same rounded weights */
	edits_equal_edited_data(state);
}

static void every_instruction_set(void **state)
{
	static const char *const sets[] = { "v2", "v3", "v4" };
	for (int i = 0; i < 3; i++) {
		use_float(state);
		if (!kernel_select(sets[i]))
			continue;
		i_autorec_activations(state);
		deep_autorec(state);
		i_autorec_rprop(state);
		u_autorec_rprop(state);
		ridge_fold_in(state);
		mixed_precision(state);
	}
}

int main(void)
{
	json_error_t where;
	oracle = json_load_file("tests/oracle.json", 0, &where);
	if (!oracle) {
		fprintf(stderr, "tests/oracle.json:%d: %s (run from the top folder)\n", where.line,
			where.text);
		return 1;
	}
	use_float(NULL);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(i_autorec_activations),
		cmocka_unit_test(u_autorec_activations),
		cmocka_unit_test(deep_autorec),
		cmocka_unit_test(i_autorec_rprop),
		cmocka_unit_test(u_autorec_rprop),
		cmocka_unit_test(ridge_fold_in),
		cmocka_unit_test(edits_equal_edited_data),
		cmocka_unit_test_teardown(mixed_precision, use_float),
		cmocka_unit_test_teardown(every_instruction_set, use_float),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(oracle);
	return failed;
}
