/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "odd.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"

enum {
	MOST_UNNAMED = 10,
	DIFFERENT = 1000,
	SLOT_BITS = 11, /* at most half of the slots are in use */
	SLOTS = 1 << SLOT_BITS
};

static void warn(struct load_report *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void warn(struct load_report *r, const char *format, ...)
{
	va_list args;
	if (r->n_warnings == MOST_WARNINGS)
		return;
	va_start(args, format);
	vsnprintf(r->warnings[r->n_warnings++], WARNING_ROOM, format, args);
	va_end(args);
}

void odd_layout(struct load_report *r, const struct layout *l)
{
	if (l->shape == MATRIX && l->rows_assumed)
		warn(r, "users are taken to be the rows of the matrix; if they are the columns, "
			"add users=columns");
	if (l->shape == LIST && (l->doubtful || (!l->header && l->n_columns > MOST_UNNAMED)))
		warn(r,
		     "the file has %d columns without names; the first three are taken for user, "
		     "item and rating; if they are not, type columns=, such as "
		     "columns=user,item,-,rating, or format=matrix",
		     l->n_columns);
	if (l->rivals != NO_ROLE)
		warn(r,
		     "several columns may be the %s by their names, and the first of them is "
		     "taken; "
		     "if that is wrong, type columns=",
		     role_name(l->rivals));
	if (l->thousands)
		warn(r, "the comma in ratings such as 1,234 is taken for a decimal comma; if it is "
			"between thousands, remove it");
}

/* A column without a name that is no time is some other column. */
void odd_times(struct load_report *r, const struct rating_file *f, bool told)
{
	if (f->times_dropped && (told || f->layout.header || f->layout.shape == OBJECTS))
		warn(r,
		     "the times of %zu of %zu ratings are not understood, so none is kept; "
		     "expected "
		     "seconds since 1970, or dates such as 2005-09-06",
		     f->untimed, f->n);
}

void odd_lines(struct load_report *r, const struct rating_file *f)
{
	if (f->blank > 0)
		warn(r, "%lld %s without a rating (blank, NaN, NA or null) and left out",
		     (long long)f->blank, f->blank == 1 ? "line is" : "lines are");
	if (f->n_summaries > 0)
		warn(r,
		     "\"%s\"%s of the matrix is left out, because the name is that of a sum or "
		     "mean; "
		     "rename it if it has ratings",
		     f->summary, f->n_summaries > 1 ? " and others" : "");
}

void odd_titles(struct load_report *r, const struct err *why)
{
	warn(r, "%s", why->message);
}

/* The different values of the ratings, at most DIFFERENT of them. */
struct values {
	float of[DIFFERENT]; /* [n], in no order */
	int n;
	bool many;  /* there are more */
	bool whole; /* all are whole numbers */
	/* Finds the place of a value plus 1; 0 is an empty slot. */
	uint16_t slot[SLOTS];
};

/* The slot of a value, or the empty one where it belongs. */
static uint16_t *slot_of(struct values *v, float x)
{
	const float positive_zero = x + 0.0f;
	uint32_t bits;
	memcpy(&bits, &positive_zero, sizeof bits);
	/* The multiplier is 2^32 over the golden ratio. */
	uint32_t at = bits * 0x9e3779b9u >> (32 - SLOT_BITS);
	while (v->slot[at] > 0 && v->of[v->slot[at] - 1] != x)
		at = (at + 1) % SLOTS;
	return &v->slot[at];
}

static void find_values(struct values *v, const struct sparse *s)
{
	*v = (struct values){ .whole = true };
	for (int64_t t = 0; t < s->nnz; t++) {
		const float x = (float)s->val[t];
		uint16_t *slot = slot_of(v, x);
		if (*slot > 0)
			continue;
		if (v->n == DIFFERENT) {
			v->many = true;
			v->whole = false;
			return;
		}
		v->of[v->n] = x;
		v->whole = v->whole && x == floorf(x);
		*slot = (uint16_t)++v->n;
	}
}

static int64_t count_of(const struct sparse *s, float x)
{
	const real *val = s->val;
	int64_t n = 0;
#pragma omp simd reduction(+ : n)
	for (int64_t t = 0; t < s->nnz; t++)
		n += (float)val[t] == x;
	return n;
}

/* The values next to the least and the greatest rating. */
struct ends {
	float above, below;
};

static void take_end(struct ends *e, const struct dataset *d, float x)
{
	e->above = x > d->min && x < e->above ? x : e->above;
	e->below = x < d->max && x > e->below ? x : e->below;
}

static struct ends find_ends(const struct dataset *d, const struct values *v)
{
	struct ends e = { .above = INFINITY, .below = -INFINITY };
	for (int i = 0; !v->many && i < v->n; i++)
		take_end(&e, d, v->of[i]);
	for (int64_t t = 0; v->many && t < d->all->nnz; t++)
		take_end(&e, d, (float)d->all->val[t]);
	return e;
}

/* A value that stands for "no rating": far from all others, the only one below zero, or a zero in
 * many ratings. Returns whether there is one. */
static bool warn_of_stand_in(struct load_report *r, const struct dataset *d, const struct values *v)
{
	char text[NUM_TEXT];
	const struct ends e = find_ends(d, v);
	const int different = v->n;
	const int64_t n = r->ratings, cells = (int64_t)r->users * r->items;
	float odd = 0;
	int64_t found = 0;
	if (different > 4 && d->max - e.below > e.below - d->min) {
		odd = d->max;
		found = count_of(d->all, odd);
	} else if ((different > 4 && e.above - d->min > d->max - e.above) ||
		   (different > 2 && d->min < 0 && e.above >= 0)) {
		odd = d->min;
		found = count_of(d->all, odd);
	} else if (different > 2 && d->min == 0) {
		const int64_t zeros = count_of(d->all, 0);
		const bool many = (zeros > 1 && 4 * zeros > n) || (n == cells && 10 * zeros > n);
		found = many ? zeros : 0;
	}
	if (found == 0)
		return false;
	warn(r,
	     "%lld of the ratings are %s, unlike the others; if that means \"no rating\", "
	     "add missing=%s",
	     (long long)found, num_text((double)odd, text), num_text((double)odd, text));
	return true;
}

static void warn_of_values(struct load_report *r, const struct dataset *d)
{
	struct values v;
	char least[NUM_TEXT], most[NUM_TEXT];
	find_values(&v, d->all);
	num_text((double)d->min, least);
	num_text((double)d->max, most);
	if (v.n == 1)
		warn(r, "all ratings are %s: there is nothing to learn from them", least);
	else if (d->min > 1e8f)
		warn(r,
		     "the ratings, %s to %s, look like timestamps; name the columns with columns=",
		     least, most);
	else if (v.whole && d->min > 100)
		warn(r,
		     "the ratings, %s to %s, look like ids; name the columns with columns=", least,
		     most);
	else if (warn_of_stand_in(r, d, &v))
		return;
	else if (v.many || (v.n > 100 && v.whole && d->max > 1000))
		warn(r,
		     "the ratings have more than %d different values, from %s to %s: ids or "
		     "counts? columns= names the columns, and log=on is for counts",
		     v.n - 1, least, most);
	else if (v.whole && d->min >= 0 && d->max > 100 &&
		 2 * (count_of(d->all, 1) + count_of(d->all, 2)) > r->ratings)
		warn(r, "the ratings, %s to %s, look like counts; log=on takes their logarithm",
		     least, most);
}

struct column_range {
	int64_t n;
	float min, max;
};

static int compare_floats(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* The median of the greatest ratings of columns that have any. 0: none has. */
static float median_top(const struct column_range *c, int32_t n, float *top)
{
	int32_t found = 0;
	for (int32_t j = 0; j < n; j++)
		if (c[j].n > 0)
			top[found++] = c[j].max;
	qsort(top, (size_t)found, sizeof *top, compare_floats);
	return found > 0 ? top[found / 2] : 0;
}

static void find_ranges(struct column_range *c, const struct sparse *s, enum role rows)
{
	for (int32_t u = 0; u < s->n_rows; u++)
		for (int64_t t = s->start[u]; t < s->start[u + 1]; t++) {
			struct column_range *to = &c[rows == USER ? s->col[t] : u];
			const float x = (float)s->val[t];
			to->min = to->n == 0 || x < to->min ? x : to->min;
			to->max = to->n == 0 || x > to->max ? x : to->max;
			to->n++;
		}
}

/* An age or a year beside the ratings is far above them. */
void odd_columns(struct load_report *r, const struct dataset *d, enum role rows)
{
	static const float FAR_ABOVE = 2; /* times what most columns have at most */
	const struct ids *names = rows == USER ? d->items : d->users;
	const int32_t n = ids_count(names);
	struct column_range *c = mem_array((size_t)n, sizeof *c, NULL);
	float *top = mem_array((size_t)n, sizeof *top, NULL);
	if (c && top) {
		find_ranges(c, d->all, rows);
		const float usual = median_top(c, n, top);
		for (int32_t j = 0; j < n; j++)
			if (usual > 0 && c[j].n > 1 && c[j].min > FAR_ABOVE * usual) {
				char least[NUM_TEXT], most[NUM_TEXT], others[NUM_TEXT];
				warn(r,
				     "column \"%.40s\" of the matrix holds %s to %s, most others "
				     "at "
				     "most %s; if it holds no ratings, remove it from the file",
				     ids_name(names, j), num_text((double)c[j].min, least),
				     num_text((double)c[j].max, most),
				     num_text((double)usual, others));
			}
	}
	free(c);
	free(top);
}

/* A user such as "Total", with one rating, is the last line of a table. */
static void warn_of_footer(struct load_report *r, const struct dataset *d)
{
	for (int32_t u = 0; u < dataset_users(d); u++) {
		const char *id = ids_name(d->users, u);
		if (sparse_row_size(d->all, u) == 1 && column_is_summary(id, strlen(id)))
			warn(r, "user \"%.40s\" has a single rating: a line of sums?", id);
	}
}

/* Has no test rating both its user and its item in training? */
static bool is_all_cold(const struct dataset *d)
{
	bool *rated = mem_array((size_t)dataset_items(d), sizeof *rated, NULL), cold = rated;
	for (int64_t t = 0; cold && t < d->all->nnz; t++)
		rated[d->all->col[t]] = true;
	for (int32_t u = 0; cold && u < dataset_users(d); u++)
		for (int64_t t = d->test->start[u]; cold && t < d->test->start[u + 1]; t++)
			cold = sparse_row_size(d->all, u) == 0 || !rated[d->test->col[t]];
	free(rated);
	return cold;
}

static void warn_of_test(struct load_report *r, const struct dataset *d)
{
	if (d->test && r->test_ratings > 0 && is_all_cold(d))
		warn(r, "no test rating has both its user and its item among the others, so each "
			"prediction will be a mean; is it the right test file?");
}

/* Has no user several ratings? Users of test ratings may have none. */
static bool has_one_each(const struct dataset *d)
{
	int32_t u = 0;
	while (u < dataset_users(d) && sparse_row_size(d->all, u) < 2)
		u++;
	return u == dataset_users(d);
}

void odd_ratings(struct dataset *d)
{
	struct load_report *r = &d->report;
	warn_of_footer(r, d);
	warn_of_test(r, d);
	if (r->ratings > 1 && has_one_each(d))
		warn(r, "every user has a single rating: is the first column really the user?");
	if (10 * r->duplicates > r->ratings + r->duplicates)
		warn(r, "%lld of %lld ratings repeat a user and an item; see repeats=",
		     (long long)r->duplicates, (long long)(r->ratings + r->duplicates));
	warn_of_values(r, d);
}
