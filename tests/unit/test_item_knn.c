/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nearest neighbours of items against their definition in double, and what an edit moves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/whatif.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"

enum { USERS = 60, ITEMS = 45, NEIGHBOURS = 6 };
#define SHRINK  4.0
#define LAMBDA  8.0
#define OPTIONS "neighbours=6 shrink=4 lambda=8 clip=off scale=1,5"

/* The biases that were fitted, every similarity, and what each rating leaves (NAN: none). */
struct plain {
	double mean, user[USERS], item[ITEMS], z[USERS][ITEMS], s[ITEMS][ITEMS];
};

static void plain_residuals(const struct sparse *x, struct plain *p)
{
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			p->z[u][i] = NAN;
	for (int32_t u = 0; u < USERS; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			p->z[u][x->col[t]] = (double)x->val[t] - p->mean - p->user[u] -
					     p->item[x->col[t]];
}

static double plain_similarity(const struct plain *p, int i, int j)
{
	double n = 0, xy = 0, xx = 0, yy = 0;
	for (int u = 0; u < USERS; u++)
		if (!isnan(p->z[u][i]) && !isnan(p->z[u][j])) {
			n++;
			xy += p->z[u][i] * p->z[u][j];
			xx += p->z[u][i] * p->z[u][i];
			yy += p->z[u][j] * p->z[u][j];
		}
	return xx * yy > 0 ? xy / sqrt(xx * yy) * n / (n + SHRINK) : 0;
}

static void read_plain(const struct model *m, const struct weights *w, struct plain *p)
{
	p->mean = (double)*weights_vector(m, w, model_tensor(m, "mean"));
	for (int u = 0; u < USERS; u++)
		p->user[u] = (double)weights_vector(m, w, model_tensor(m, "user_bias"))[u];
	for (int i = 0; i < ITEMS; i++)
		p->item[i] = (double)weights_vector(m, w, model_tensor(m, "item_bias"))[i];
	plain_residuals(&m->train->by_user, p);
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < ITEMS; j++)
			p->s[i][j] = i == j ? 0 : plain_similarity(p, i, j);
}

/* Takes the most similar rated item that is left, time and again. */
static double plain_predict(const struct plain *p, int u, int i)
{
	bool taken[ITEMS] = { false };
	double weighted = 0, weight = 0;
	for (int n = 0; n < NEIGHBOURS; n++) {
		int best = -1;
		for (int j = 0; j < ITEMS; j++)
			if (!taken[j] && !isnan(p->z[u][j]) && p->s[i][j] > 0 &&
			    (best < 0 || p->s[i][j] > p->s[i][best]))
				best = j;
		if (best < 0)
			break;
		taken[best] = true;
		weighted += p->s[i][best] * p->z[u][best];
		weight += p->s[i][best];
	}
	return p->mean + p->user[u] + p->item[i] + (weight > 0 ? weighted / weight : 0);
}

static void same(const char *what, int r, int c, double ours, double expected)
{
	if (!(fabs(ours - expected) <= 1e-5 * fmax(1, fabs(expected))))
		fail_msg("%s[%d][%d]: %.9g, expected %.9g", what, r, c, ours, expected);
}

struct scene {
	struct ratings *train;
	struct model *m;
	struct weights *w;
	struct plain plain;
};

static struct scene *scene_new(void)
{
	struct scene *s = calloc(1, sizeof *s);
	assert_non_null(s);
	s->train = sample_ratings(USERS, ITEMS, 0.4, 7);
	s->m = sample_model("item-knn", OPTIONS, s->train);
	s->w = sample_weights(s->m, 1);
	read_plain(s->m, s->w, &s->plain);
	return s;
}

static void scene_free(struct scene *s)
{
	weights_free(s->w);
	model_free(s->m);
	ratings_free(s->train);
	free(s);
}

/* Each bias is what its row leaves, given the others. */
static void biases_are_at_rest(void **state)
{
	struct scene *s = scene_new();
	const struct plain *p = &s->plain;
	double of_item[ITEMS] = { 0 }, n_item[ITEMS] = { 0 };
	for (int u = 0; u < USERS; u++) {
		double of_user = 0, n = 0;
		for (int i = 0; i < ITEMS; i++)
			if (!isnan(p->z[u][i])) {
				of_user += p->z[u][i] + p->user[u];
				of_item[i] += p->z[u][i] + p->item[i];
				n++;
				n_item[i]++;
			}
		same("user bias", u, 0, p->user[u], of_user / (n + LAMBDA / 2));
	}
	for (int i = 0; i < ITEMS; i++)
		same("item bias", i, 0, p->item[i], of_item[i] / (n_item[i] + LAMBDA / 2));
	scene_free(s);
}

static void predictions_are_those_of_the_definition(void **state)
{
	struct scene *s = scene_new();
	struct err e = { 0 };
	real of_user[ITEMS], of_item[USERS];
	real *pairs = mem_array((size_t)s->train->by_user.nnz, sizeof *pairs, NULL);
	assert_non_null(pairs);
	s->m->ops->predict_pairs(s->m, s->w, s->train, pairs);
	for (int u = 0; u < USERS; u++) {
		must(model_predict_user(s->m, s->w, NULL, u, of_user, &e), &e);
		for (int i = 0; i < ITEMS; i++) {
			const int64_t t = sparse_find(&s->train->by_user, u, i);
			must(model_predict_item(s->m, s->w, NULL, i, of_item, &e), &e);
			same("prediction", u, i, (double)of_user[i],
			     plain_predict(&s->plain, u, i));
			assert_true(of_item[u] == of_user[i]);
			assert_true(t < 0 || pairs[t] == of_user[i]);
		}
	}
	free(pairs);
	scene_free(s);
}

static void loss_is_the_squared_error(void **state)
{
	struct scene *s = scene_new();
	struct epoch_result r;
	double sse = 0;
	s->m->ops->forward(s->m, s->w, &r);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			if (!isnan(s->plain.z[u][i])) {
				const int64_t t = sparse_find(&s->train->by_user, u, i);
				sse += pow((double)s->train->by_user.val[t] -
						   plain_predict(&s->plain, u, i),
					   2);
			}
	same("loss", 0, 0, r.loss, sse);
	same("rmse", 0, 0, r.train_rmse, sqrt(sse / (double)s->train->by_user.nnz));
	scene_free(s);
}

static void one_epoch_is_all(void **state)
{
	struct scene *s = scene_new();
	struct weights *more = sample_weights(s->m, 3), *none = sample_weights(s->m, 0);
	real out[ITEMS];
	struct err e = { 0 };
	assert_memory_equal(s->w->theta, more->theta, s->m->n_theta * sizeof *more->theta);
	must(model_predict_user(s->m, none, NULL, 0, out, &e),
	     &e); /* before it there is the mean */
	for (int i = 0; i < ITEMS; i++)
		same("mean", 0, i, (double)out[i], s->plain.mean);
	struct epoch_result r; /* unless lambda has changed */
	s->m->config.lambda = 100 * LAMBDA;
	must(s->m->ops->epoch(s->m, more, more, &r, &e), &e);
	struct weights *other = sample_weights(s->m, 1);
	assert_memory_not_equal(s->w->theta, more->theta, s->m->n_theta * sizeof *more->theta);
	assert_memory_equal(other->theta, more->theta, s->m->n_theta * sizeof *more->theta);
	weights_free(other);
	weights_free(more);
	weights_free(none);
	scene_free(s);
}

/* Similarities and items' biases stay; the user's ratings are the edited ones, and so is the bias.
 */
static void plain_edit(struct scene *s, const struct overlay *o, int32_t user)
{
	struct plain *p = &s->plain;
	struct ratings *edited;
	struct err e = { 0 };
	double total = 0;
	must(overlay_materialise(o, &edited, &e), &e);
	const int64_t from = edited->by_user.start[user], to = edited->by_user.start[user + 1];
	for (int64_t t = from; t < to; t++)
		total += (double)edited->by_user.val[t] - p->mean - p->item[edited->by_user.col[t]];
	p->user[user] = total / ((double)(to - from) + LAMBDA / 2);
	plain_residuals(&edited->by_user, p);
	ratings_free(edited);
}

static void an_edit_moves_the_users_predictions(void **state)
{
	struct scene *s = scene_new();
	const int32_t user = 11, item = s->train->by_user.col[s->train->by_user.start[user]];
	struct overlay o;
	struct edit edit;
	struct whatif found = { 0 };
	struct err e = { 0 };
	real of_item[USERS];
	int moved = 0;
	overlay_init(&o, s->train);
	must(overlay_unrate(&o, user, s->train->by_user.col[s->train->by_user.start[user] + 1],
			    NULL, &e),
	     &e);
	must(overlay_rate(&o, user, item,
			  s->train->by_user.val[s->train->by_user.start[user]] > 3 ? 1 : 5, &edit,
			  &e),
	     &e);
	must(whatif_measure(s->m, s->w, &o, &edit, false, &found, &e), &e);
	plain_edit(s, &o, user);
	assert_non_null(strstr(found.items.meaning, "similarities stay"));
	assert_null(found.users.meaning);
	for (int32_t t = 0; t < found.items.n; t++) {
		const struct moved *one = &found.items.rows[t];
		same("after", user, one->index, (double)one->after,
		     plain_predict(&s->plain, user, one->index));
		moved += fabs((double)one->delta) > 1e-3;
	}
	assert_true(moved > 2 && moved < ITEMS); /* where the item counts among the neighbours: bias
						    and residuals cancel elsewhere */
	for (int32_t i = 0; i < ITEMS; i++) {
		must(model_predict_item(s->m, s->w, &o, i, of_item, &e), &e);
		for (int u = 0; u < USERS; u++)
			same("of the item", u, i, (double)of_item[u],
			     plain_predict(&s->plain, u, i));
	}
	whatif_done(&found);
	overlay_done(&o);
	scene_free(s);
}

/* Too many items for the machine, or for the tensors where it has the memory: refused before
 * anything is taken. */
static void too_many_items_are_refused(void **state)
{
	enum { MANY = 5000000 };
	struct ratings *train;
	struct model *m = NULL;
	struct config c = sample_config("neighbours=6");
	struct err e = { 0 };
	must(ratings_new(1, MANY, &(struct rating){ 0, MANY - 1, 3 }, 1, &train, NULL, &e), &e);
	assert_true(model_new(model_ops_find("item-knn"), &c, train, &m, &e) < 0);
	assert_null(m);
	if (!strstr(e.message, "item-knn needs") &&
	    !strstr(e.message, "neighbours of 4294967 items at most"))
		fail_msg("%s", e.message);
	assert_null(strstr(e.message, "k="));
	ratings_free(train);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(biases_are_at_rest),
		cmocka_unit_test(predictions_are_those_of_the_definition),
		cmocka_unit_test(loss_is_the_squared_error),
		cmocka_unit_test(one_epoch_is_all),
		cmocka_unit_test(an_edit_moves_the_users_predictions),
		cmocka_unit_test(too_many_items_are_refused),
	};
	return cmocka_run_group_tests_name("item_knn", tests, NULL, NULL);
}
