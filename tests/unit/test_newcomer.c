/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Somebody new, against brute force: encode again and fit again, in plain loops in double. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "failing.h"
#include "scratch.h"
#include "stage.h"

/* In double, and in float. */
#ifdef AUTOREC_DOUBLE
#define CLOSE 1e-6
#else
#define CLOSE 2e-4
#endif

enum { MOST = 64, RATED = 4 };

static const char *const rated[RATED] = { "i3", "i7", "i11", "i20" };
static const double stars[RATED] = { 5, 1, 4, 2 };

static struct stage *trained_for(const char *model, int epochs)
{
	struct stage *st = stage_new();
	char line[160];
	run(st, "load %/ratings.csv");
	run(st, "split holdout=0.1 valid=0 seed=2");
	snprintf(line, sizeof line, "model %s", model);
	run(st, line);
	snprintf(line, sizeof line, "train %d", epochs);
	run(st, line);
	return st;
}

static struct stage *trained(const char *model)
{
	return trained_for(model, 40);
}

static const struct model *model_of(const struct stage *st)
{
	return trainer_model(session_trainer(&st->session));
}

static void rate_some(struct stage *st, const char *line_of, bool of_item)
{
	static const char *const users[RATED] = { "u3", "u7", "u11", "u20" };
	char line[160];
	for (int i = 0; i < RATED; i++) {
		if (of_item)
			snprintf(line, sizeof line, "rate %s %s %g", users[i], line_of, stars[i]);
		else
			snprintf(line, sizeof line, "rate %s %s %g", line_of, rated[i], stars[i]);
		run(st, line);
	}
}

static double predicted(struct stage *st, const char *user, const char *item)
{
	char line[160];
	snprintf(line, sizeof line, "predict %s %s", user, item);
	run(st, line);
	return number(st, "predicted");
}

static int32_t index_of(const struct stage *st, bool of_item, const char *name)
{
	const struct dataset *d = st->session.doc.data;
	const int32_t index = ids_find(of_item ? d->items : d->users, name, strlen(name));
	assert_true(index >= 0);
	return index;
}

static void close_to(const char *what, double ours, double expected)
{
	if (!(fabs(ours - expected) < CLOSE))
		fail_msg("%s: %.12g, expected %.12g", what, ours, expected);
}

/* Solves a x = b by Gauss's method with pivots; a: [n x n], both are destroyed. */
static void solve(double a[MOST][MOST], double *b, int n)
{
	for (int c = 0; c < n; c++) {
		int pivot = c;
		for (int r = c; r < n; r++)
			if (fabs(a[r][c]) > fabs(a[pivot][c]))
				pivot = r;
		for (int j = 0; j < n; j++) {
			const double x = a[c][j];
			a[c][j] = a[pivot][j];
			a[pivot][j] = x;
		}
		const double x = b[c];
		b[c] = b[pivot];
		b[pivot] = x;
		for (int r = 0; r < n; r++) {
			const double f = r == c ? 0 : a[r][c] / a[c][c];
			for (int j = c; j < n; j++)
				a[r][j] -= f * a[c][j];
			b[r] -= f * b[c];
		}
	}
	for (int c = 0; c < n; c++)
		b[c] /= a[c][c];
}

/* A: the sum of x x' over the rows x = (1, row of p), and the penalty. */
static void gather(const struct panel *p, const int32_t *row, int n, double penalty,
		   double a[MOST][MOST])
{
	memset(a, 0, MOST * sizeof *a);
	for (int s = 0; s < n; s++) {
		double x[MOST] = { 1 };
		for (int j = 0; j < p->k; j++)
			x[j + 1] = (double)panel_get(p, row[s], j);
		for (int i = 0; i <= p->k; i++)
			for (int j = 0; j <= p->k; j++)
				a[i][j] += x[i] * x[j];
	}
	for (int j = 1; j <= p->k; j++)
		a[j][j] += penalty;
}

/* The row (b, w) that minimizes sum of (y - b - w . x)^2 + penalty |w|^2 over the rows of p. */
static void fit(const struct panel *p, const int32_t *row, const double *y, int n, double penalty,
		double *out)
{
	double a[MOST][MOST];
	gather(p, row, n, penalty, a);
	memset(out, 0, MOST * sizeof *out);
	for (int t = 0; t < n; t++)
		for (int j = 0; j <= p->k; j++)
			out[j] += y[t] * (j == 0 ? 1 : (double)panel_get(p, row[t], j - 1));
	solve(a, out, p->k + 1);
}

static double applied(const struct panel *p, int32_t row, const double *fitted)
{
	double sum = fitted[0];
	for (int j = 0; j < p->k; j++)
		sum += fitted[j + 1] * (double)panel_get(p, row, j);
	return sum;
}

/* Predictions follow from a ridge regression on the hidden vectors of the rated items (I-AutoRec),
 * or of the users who rated (U-AutoRec). */
static void check_ridge(const char *model, bool of_item)
{
	static const char *const users[RATED] = { "u3", "u7", "u11", "u20" };
	struct stage *st = trained(model);
	double row[MOST];
	int32_t at[RATED];
	run(st, of_item ? "newitem new" : "newuser new");
	rate_some(st, "new", of_item);
	struct trainer *t = session_trainer(&st->session);
	const struct weights *w = trainer_pin(t);
	for (int i = 0; i < RATED; i++)
		at[i] = index_of(st, !of_item, of_item ? users[i] : rated[i]);
	fit(&w->hidden, at, stars, RATED, trainer_model(t)->config.lambda / 2, row);
	for (int i = 0; i < 30; i++) {
		char other[8];
		snprintf(other, sizeof other, "%c%d", of_item ? 'u' : 'i', i);
		close_to(other, of_item ? predicted(st, other, "new") : predicted(st, "new", other),
			 applied(&w->hidden, index_of(st, !of_item, other), row));
	}
	trainer_unpin(t, w);
	stage_free(st);
}

static void a_row_is_fitted(void **state)
{
	check_ridge("i-autorec k=6 lambda=3 clip=off", false);
	check_ridge("deep-autorec layers=6,5 pretrain=5 lambda=3 clip=off", false);
	check_ridge("u-autorec k=6 lambda=3 clip=off", true);
}

/* Predictions follow from h = g(V' r + mu). */
static void check_encoding(const char *model, bool of_item)
{
	static const char *const users[RATED] = { "u3", "u7", "u11", "u20" };
	struct stage *st = trained(model);
	double h[MOST] = { 0 };
	run(st, of_item ? "newitem new" : "newuser new");
	rate_some(st, "new", of_item);
	struct trainer *t = session_trainer(&st->session);
	const struct model *m = trainer_model(t);
	const struct weights *w = trainer_pin(t);
	const struct panel v = weights_panel(m, w, model_tensor(m, "V")),
			   out = weights_panel(m, w, model_tensor(m, "W"));
	for (int j = 0; j < v.k; j++) {
		double sum = (double)weights_vector(m, w, model_tensor(m, "mu"))[j];
		for (int i = 0; i < RATED; i++)
			sum += stars[i] * (double)panel_get(&v,
							    index_of(st, !of_item,
								     of_item ? users[i] : rated[i]),
							    j);
		h[j] = 1 / (1 + exp(-sum));
	}
	for (int i = 0; i < 30; i++) {
		char other[8];
		snprintf(other, sizeof other, "%c%d", of_item ? 'u' : 'i', i);
		const int32_t row = index_of(st, !of_item, other);
		double sum = (double)weights_vector(m, w, model_tensor(m, "b"))[row];
		for (int j = 0; j < v.k; j++)
			sum += h[j] * (double)panel_get(&out, row, j);
		close_to(other, of_item ? predicted(st, other, "new") : predicted(st, "new", other),
			 sum);
	}
	trainer_unpin(t, w);
	stage_free(st);
}

static void a_vector_is_encoded(void **state)
{
	check_encoding("u-autorec k=6 lambda=3 clip=off precision=float", false);
	/* Those who rate are refitted for themselves; the item is encoded for all. */
	check_encoding("i-autorec k=6 lambda=3 clip=off precision=float", true);
}

/* The information is x' A^-1 x; the list descends, and has nothing that is rated or seldom. */
static void the_most_informative_is_asked(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	int32_t at[RATED];
	const json_t *row;
	double before = HUGE_VAL;
	size_t n;
	struct err e;
	run(st, "newuser ada");
	run(st, "ask ada 40");
	assert_true(json_array_size(json_object_get(st->last, "rows")) > 5);
	rate_some(st, "ada", false);
	struct trainer *t = session_trainer(&st->session);
	const struct weights *w = trainer_pin(t);
	for (int i = 0; i < RATED; i++)
		at[i] = index_of(st, true, rated[i]);
	run(st, "ask ada 40");
	json_array_foreach (json_object_get(st->last, "rows"), n, row) {
		const char *id = json_string_value(json_object_get(row, "id"));
		const double ours = json_number_value(json_object_get(row, "information"));
		const int32_t item = index_of(st, true, id);
		double a[MOST][MOST], x[MOST] = { 1 }, z[MOST], variance = 0;
		for (int j = 0; j < w->hidden.k; j++)
			x[j + 1] = (double)panel_get(&w->hidden, item, j);
		gather(&w->hidden, at, RATED, 1.5, a);
		memcpy(z, x, sizeof z);
		solve(a, z, w->hidden.k + 1);
		for (int j = 0; j <= w->hidden.k; j++)
			variance += x[j] * z[j];
		close_to(id, ours, variance);
		assert_true(ours <= before);
		before = ours;
		for (int i = 0; i < RATED; i++)
			assert_string_not_equal(id, rated[i]);
		assert_true(json_number_value(json_object_get(row, "ratings")) >=
			    number(st, "min"));
	}
	trainer_unpin(t, w);
	run(st, "model u-autorec k=6");
	assert_int_equal(ERR_FAILED, try(st, "ask ada", &e));
	assert_non_null(strstr(e.message, "i-autorec"));
	stage_free(st);
}

/* The score of folding in, from a ridge regression for each user who is set aside. */
static void strangers_are_scored(void **state)
{
	struct stage *st = stage_new();
	struct err e;
	double squares = 0, row[MOST], stars_of[MOST];
	int64_t n = 0;
	int users = 0;
	run(st, "load %/ratings.csv");
	run(st, "split holdout=0.1 valid=0.1 seed=2 foldin=0.2");
	run(st, "model i-autorec k=6 lambda=3");
	run(st, "train 40");
	const struct split *s = st->session.doc.split;
	const struct sparse *given = &s->given->by_user, *asked = &s->asked->by_user;
	struct trainer *t = session_trainer(&st->session);
	const struct weights *w = trainer_pin(t);
	for (int32_t u = 0; u < given->n_rows; u++) {
		const int64_t from = given->start[u], known = sparse_row_size(given, u);
		for (int64_t i = 0; i < known; i++)
			stars_of[i] = (double)given->val[from + i];
		if (known > 0)
			fit(&w->hidden, given->col + from, stars_of, (int)known, 1.5, row);
		users += known > 0;
		for (int64_t i = asked->start[u]; i < asked->start[u + 1]; i++, n++)
			squares += pow(fmin(5, fmax(1, applied(&w->hidden, asked->col[i], row))) -
					       (double)asked->val[i],
				       2);
	}
	trainer_unpin(t, w);
	run(st, "evaluate foldin=on");
	assert_int_equal(12, users);
	assert_int_equal(users, (int)number(st, "users"));
	assert_int_equal(n, (int)number(st, "n"));
	close_to("RMSE of strangers", number(st, "rmse"), sqrt(squares / (double)n));
	close_to("difference", number(st, "difference"),
		 number(st, "rmse") - number(st, "trained_rmse"));
	const double rmse = number(st, "rmse");
	run(st, "save %/foldin.safetensors");
	run(st, "open %/foldin.safetensors");
	run(st, "evaluate foldin=on");
	close_to("RMSE of strangers, opened", number(st, "rmse"), rmse);
	s = st->session.doc.split;
	t = session_trainer(&st->session);
	/* The second model, by hand. */
	const double trained_rmse = number(st, "trained_rmse");
	struct ratings *joined;
	struct score score;
	must(ratings_join(s->train, s->given, &joined, &e), &e);
	must(session_set_model(&st->session, model_ops_find("i-autorec"), &trainer_model(t)->config,
			       joined, &e),
	     &e);
	run(st, "train 40");
	t = session_trainer(&st->session);
	w = trainer_pin(t);
	must(evaluate(trainer_model(t), w, s->asked, &score, &e), &e);
	trainer_unpin(t, w);
	close_to("RMSE of those trained with", trained_rmse, score.rmse);
	run(st, "split seed=2");
	run(st, "model i-autorec k=6");
	assert_int_equal(ERR_FAILED, try(st, "evaluate foldin=on", &e));
	stage_free(st);
}

/* A file, explain and recommend treat the newcomer like anyone else. */
static void others_agree(void **state)
{
	static const char *const models[] = { "i-autorec k=6 lambda=3", "u-autorec k=6 lambda=3",
					      "biased-mf k=4", "u-rbm k=6", "item-knn" };
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct stage *st = trained(models[i]);
		run(st, "newuser ada");
		rate_some(st, "ada", false);
		const double expected = predicted(st, "ada", "i5");
		const json_t *row;
		size_t n;
		run(st, "user ada top=0");
		json_array_foreach (json_object_get(st->last, "rows"), n, row)
			if (!strcmp(json_string_value(json_object_get(row, "id")), "i5"))
				close_to(models[i],
					 json_number_value(json_object_get(row, "predicted")),
					 fmin(5, fmax(1, expected)));
		run(st, "explain ada i5");
		close_to(models[i], number(st, "predicted"), expected);
		assert_false(json_is_true(json_object_get(st->last, "cold")));
		run(st, "recommend ada 40 min=0");
		assert_int_equal(40 - RATED,
				 (int)json_array_size(json_object_get(st->last, "rows")));
		stage_free(st);
	}
}

/* The others keep their predictions, and training its bits. */
static void others_stay(void **state)
{
	static const char *const models[] = { "i-autorec k=6 lambda=3", "u-autorec k=6 lambda=3",
					      "biased-mf k=4" };
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct stage *alone = trained(models[i]), *st = trained(models[i]);
		run(st, "newuser ada");
		rate_some(st, "ada", false);
		run(st, "train 5");
		run(alone, "train 5");
		for (int u = 0; u < 5; u++) {
			char user[8];
			snprintf(user, sizeof user, "u%d", u);
			const double a = predicted(alone, user, "i9"),
				     b = predicted(st, user, "i9");
			if (a != b)
				fail_msg("%s, %s: %.9g alone, %.9g with a newcomer", models[i],
					 user, a, b);
		}
		stage_free(alone);
		stage_free(st);
	}
}

static void come_and_go(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	struct err e;
	const int32_t users = dataset_users(st->session.doc.data);
	run(st, "newuser ada");
	run(st, "newuser bob");
	rate_some(st, "bob", false);
	const double bob = predicted(st, "bob", "i5");
	run(st, "rate ada i5 2");
	run(st, "remove ada");
	assert_int_equal(users + 1, dataset_users(st->session.doc.data));
	close_to("bob without ada", predicted(st, "bob", "i5"), bob);
	assert_int_equal(ERR_FAILED, try(st, "user ada", &e));
	run(st, "undo");
	run(st, "predict ada i5");
	assert_int_equal(2, (int)number(st, "observed"));
	close_to("bob with ada", predicted(st, "bob", "i5"), bob);
	run(st, "revert");
	assert_int_equal(users, dataset_users(st->session.doc.data));
	assert_int_equal(ERR_FAILED, try(st, "remove ada", &e));
	assert_int_equal(ERR_FAILED, try(st, "remove u1", &e));
	assert_non_null(strstr(e.message, "nobody new"));
	stage_free(st);
}

/* Newcomers of a run that is set aside, and of the one that replaced it, keep apart. */
static void they_are_set_aside(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	const int32_t users = dataset_users(st->session.doc.data);
	run(st, "newuser ada");
	rate_some(st, "ada", false);
	const double ada = predicted(st, "ada", "i5");
	run(st, "model u-autorec k=5"); /* ada comes along */
	run(st, "train 10");
	run(st, "newuser bob");
	rate_some(st, "bob", false);
	const double bob = predicted(st, "bob", "i5");
	close_to("ada, encoded", predicted(st, "ada", "i5"), bob);
	run(st, "remove ada");
	run(st, "newitem opera");
	assert_true(session_bring_back(&st->session));
	assert_int_equal(users + 1, dataset_users(st->session.doc.data));
	close_to("ada, back", predicted(st, "ada", "i5"), ada);
	assert_true(session_bring_back(&st->session));
	assert_int_equal(users + 1, dataset_users(st->session.doc.data));
	close_to("bob, back", predicted(st, "bob", "i5"), bob);
	run(st, "item opera");
	run(st, "split seed=4"); /* bob and opera stay */
	run(st, "model i-autorec k=6 lambda=3");
	run(st, "train 3");
	run(st, "rate bob opera 3");
	run(st, "user bob");
	assert_int_equal(RATED + 1, (int)number(st, "n"));
	stage_free(st);
}

/* Weights that are being read stay as they are, whatever is asked meanwhile. */
static void pins_hold(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	struct session *s = &st->session;
	run(st, "newuser ada");
	rate_some(st, "ada", false);
	const struct weights *w = session_pin(s);
	const int64_t epoch = w->epoch;
	const real before = w->theta[0];
	run(st, "train 2");
	const double later = predicted(st, "ada", "i5"); /* pins the copy of another epoch */
	assert_true(w->epoch == epoch && w->theta[0] == before);
	session_unpin(s, w);
	close_to("ada, later", predicted(st, "ada", "i5"), later);
	stage_free(st);
}

/* What cannot be carried out changes nothing. */
static void failures_change_nothing(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	struct err e;
	const int32_t users = dataset_users(st->session.doc.data);
	run(st, "newuser ada");
	run(st, "rate ada i3 4");
	run(st, "undo");
	must(trainer_train(session_trainer(&st->session), 1000000, 0, 0, &e), &e);
	assert_int_equal(ERR_FAILED, try(st, "newuser bob", &e));
	assert_non_null(strstr(e.message, "pause or stop"));
	assert_int_equal(ERR_FAILED, try(st, "remove ada", &e));
	assert_int_equal(ERR_FAILED, try(st, "undo", &e)); /* it would take ada away */
	assert_int_equal(ERR_FAILED, try(st, "retrain", &e));
	must(trainer_stop(session_trainer(&st->session), &e), &e);
	run(st, "wait idle");
	assert_int_equal(users + 1, dataset_users(st->session.doc.data));
	run(st, "redo");
	run(st, "user ada");
	assert_int_equal(1, (int)number(st, "n"));
	stage_free(st);
}

#define QUICK "i-autorec k=2 lambda=3", 3

/* Ada has rated; opera has come and the rating of it was undone. */
static struct stage *peopled(void)
{
	static const char *const lines[] = { "newuser ada", "rate ada i3 5", "newitem opera",
					     "rate ada opera 2", "undo" };
	struct stage *st = trained_for(QUICK);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		run(st, lines[i]);
	return st;
}

/* Returns whether an allocation was refused. */
static bool run_short_of_memory(const char *command, long allowed)
{
	const bool adds = !strncmp(command, "add", 3);
	struct stage *st = adds ? trained_for(QUICK) : peopled();
	const char *who = adds ? "u1" : "ada", *file = strchr(command, '%');
	const double before = predicted(st, who, "i5");
	const struct overlay *o = &st->session.doc.overlay;
	const size_t applied = o->applied, edits = o->n_edits;
	const int32_t users = dataset_users(st->session.doc.data),
		      items = dataset_items(st->session.doc.data);
	struct err e = { 0 };
	char line[300];
	snprintf(line, sizeof line, "%.*s%s%s", (int)strcspn(command, "%"), command,
		 file ? scratch : "", file ? file + 1 : "");
	failing_after(allowed);
	const int status = command_run(&st->session, line, NULL, &e);
	const bool refused = failing_stop();
	if (status < 0 && !strstr(e.message, "for the answer")) {
		if (applied != o->applied || edits != o->n_edits ||
		    users != dataset_users(st->session.doc.data) ||
		    items != dataset_items(st->session.doc.data) ||
		    users != model_of(st)->train->by_user.n_rows)
			fail_msg("<%s>, allocation %ld: %s, and things have changed", command,
				 allowed, e.message);
		close_to(command, predicted(st, who, "i5"), before);
	}
	run(st, "evaluate");
	run(st, "train 1");
	stage_free(st);
	return refused;
}

/* Without memory at any of its allocations a command works, or nothing has changed. */
static void memory_may_run_out(void **state)
{
	static const char *const lines[] = {
		"newuser eve", "newuser eve %/eve.csv", "newitem novel", "remove ada",    "undo",
		"ask ada",     "rate ada i9 2",         "retrain 1",     "add %/more.csv"
	};
	static const char eve[] = "i3,5\ni7,1\n", more[] = "user,item,rating\nu1,i3,2\nnina,i3,5\n";
	FAILING_SKIP();
	scratch_write("eve.csv", eve, sizeof eve - 1);
	scratch_write("more.csv", more, sizeof more - 1);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		for (long n = 0; run_short_of_memory(lines[i], n);)
			n++;
}

static void names_are_refused(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	struct err e;
	assert_int_equal(ERR_FAILED, try(st, "newuser u1", &e));
	assert_non_null(strstr(e.message, "\"u1\" is already the id of a user"));
	assert_int_equal(ERR_FAILED, try(st, "newitem i1", &e));
	run(st, "newuser ada");
	assert_int_equal(ERR_FAILED, try(st, "newuser ada", &e));
	assert_int_equal(ERR_FAILED, try(st, "newitem ada", &e));
	run(st, "model llorma anchors=3");
	run(st, "user ada"); /* still there, as somebody cold */
	assert_int_equal(ERR_FAILED, try(st, "newuser bob", &e));
	assert_non_null(strstr(e.message, "i-autorec"));
	assert_int_equal(ERR_USAGE, try(st, "newuser \"\"", &e));
	stage_free(st);
}

static void a_file_is_read(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	struct err e;
	static const char good[] = "item,rating\ni3,5\ni7,1\ni11,4\ni20,2\n",
			  bad[] = "i3,5\ni7,9\n";
	scratch_write("ada.csv", good, sizeof good - 1);
	scratch_write("bad.csv", bad, sizeof bad - 1);
	run(st, "newuser ada %/ada.csv");
	assert_int_equal(RATED, (int)number(st, "ratings"));
	run(st, "newuser bob");
	rate_some(st, "bob", false);
	close_to("typed and read", predicted(st, "ada", "i5"), predicted(st, "bob", "i5"));
	const size_t edits = st->session.doc.overlay.applied;
	assert_int_equal(ERR_DATA, try(st, "newuser eve %/bad.csv", &e));
	assert_non_null(strstr(e.where, "bad.csv:2"));
	assert_int_equal(edits, st->session.doc.overlay.applied);
	stage_free(st);
}

static void they_are_saved(void **state)
{
	struct stage *st = trained("i-autorec k=6 lambda=3");
	run(st, "newuser gone");
	run(st, "newuser ada");
	run(st, "newitem opera");
	rate_some(st, "ada", false);
	rate_some(st, "opera", true);
	run(st, "rate ada opera 3");
	run(st, "remove gone");
	const double ada = predicted(st, "ada", "i5"), opera = predicted(st, "u9", "opera");
	run(st, "save %/people.safetensors");
	run(st, "load %/ratings.csv");
	run(st, "open %/people.safetensors");
	close_to("ada, opened", predicted(st, "ada", "i5"), ada);
	close_to("opera, opened", predicted(st, "u9", "opera"), opera);
	run(st, "undo");
	run(st, "user gone");
	run(st, "remove ada");
	run(st, "save %/people.safetensors");
	run(st, "open %/people.safetensors");
	run(st, "undo");
	close_to("ada, back", predicted(st, "ada", "i5"), ada);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_fitted),
		cmocka_unit_test(a_vector_is_encoded),
		cmocka_unit_test(the_most_informative_is_asked),
		cmocka_unit_test(strangers_are_scored),
		cmocka_unit_test(others_agree),
		cmocka_unit_test(others_stay),
		cmocka_unit_test(memory_may_run_out),
		cmocka_unit_test(come_and_go),
		cmocka_unit_test(they_are_set_aside),
		cmocka_unit_test(failures_change_nothing),
		cmocka_unit_test(pins_hold),
		cmocka_unit_test(names_are_refused),
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(they_are_saved),
	};
	return cmocka_run_group_tests(tests, write_sample, scratch_remove);
}
