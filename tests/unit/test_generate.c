/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "autorec/load.h"
#include "autorec/dataset.h"
#include "autorec/generate.h"
#include "autorec/rng.h"
#include "autorec/text.h"
#include "check.h"
#include "scratch.h"

static const struct generate_options sample = { 1000, 800, 60000, 1, 5, 1, 1 };

static void generate(const char *name, const struct generate_options *o)
{
	char folder[512];
	struct err e;
	if (generate_ratings(scratch_path(name, folder, sizeof folder), o, &e) < 0)
		fail_msg("%d users, %d items, %ld ratings: %s: %s", o->users, o->items,
			 (long)o->ratings, e.where, e.message);
}

static struct dataset *load(const char *name)
{
	char folder[512];
	struct dataset *d = NULL;
	struct err e;
	if (dataset_load(scratch_path(name, folder, sizeof folder), &(struct load_options){ 0 }, &d,
			 &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
	return d;
}

static uint64_t hash_of(const char *name)
{
	size_t length;
	char *bytes = scratch_read(name, &length);
	uint64_t hash = rng_hash(bytes, length);
	free(bytes);
	return hash;
}

/* These are the files of sample-data. */
static void a_seed_gives_the_same_bytes_for_ever(void **state)
{
	const uint64_t ratings = 0x5dcec8d4099e2669, movies = 0x546de7efd33c6b38;
	const struct generate_options other = { 1000, 800, 60000, 1, 5, 1, 2 };
	generate("a", &sample);
	assert_int_equal(hash_of("a/ratings.csv"), ratings);
	assert_int_equal(hash_of("a/movies.csv"), movies);
	generate("a", &other);
	assert_int_not_equal(hash_of("a/ratings.csv"), ratings);
	assert_int_not_equal(hash_of("a/movies.csv"), movies);
}

static void sizes_are_exactly_those_asked_for(void **state)
{
	const struct generate_options cases[] = {
		{ 10, 10, 20, 1, 5, 1, 1 },     { 10, 10, 50, 1, 5, 1, 2 },
		{ 1000, 10, 2000, 1, 5, 1, 3 }, { 10, 1000, 2000, 1, 5, 1, 4 },
		{ 37, 53, 400, 1, 5, 1, 5 },    { 200, 300, 30000, 1, 5, 1, 6 },
	};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		generate("sizes", &cases[c]);
		struct dataset *d = load("sizes");
		assert_int_equal(sparse_count(d->all), cases[c].ratings);
		assert_int_equal(dataset_users(d), cases[c].users);
		assert_int_equal(dataset_items(d), cases[c].items);
		assert_int_equal(d->report.titled, cases[c].items);
		assert_int_equal(d->report.duplicates + d->report.rejected, 0);
		dataset_free(d);
	}
}

static void ratings_stand_on_the_scale(void **state)
{
	const struct {
		double min, max, step;
	} cases[] = {
		{ 1, 5, 1 }, { 0.5, 5, 0.5 }, { -10, 10, 0.25 }, { 0, 1, 0.01 }, { -3, -1, 2 }
	};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		const struct generate_options o = { 200,          100,           8000, cases[c].min,
						    cases[c].max, cases[c].step, 1 };
		generate("scale", &o);
		struct dataset *d = load("scale");
		assert_true(d->min == (float)o.min && d->max == (float)o.max);
		for (int64_t t = 0; t < d->all->nnz; t++) {
			double steps = ((double)d->all->val[t] - o.min) / o.step,
			       whole = (double)(int64_t)(steps + 0.5);
			if (steps - whole > 1e-3 || whole - steps > 1e-3)
				fail_msg("%g is not on the scale %g to %g by %g",
					 (double)d->all->val[t], o.min, o.max, o.step);
		}
		dataset_free(d);
	}
}

/* What the sample has in common with MovieLens 100K. */
static void the_sample_looks_like_real_ratings(void **state)
{
	generate("sample", &sample);
	struct dataset *d = load("sample");
	const struct sparse *r = d->all;
	int64_t count[6] = { 0 }, top = 0;
	double mean = 0;
	for (int64_t t = 0; t < r->nnz; t++)
		count[(int)r->val[t]]++;
	for (int i = 1; i <= 5; i++)
		if (count[i] > count[4])
			fail_msg("%ld ratings are %d, only %ld are 4", (long)count[i], i,
				 (long)count[4]);
	for (int64_t t = 0; t < r->nnz; t++)
		mean += (double)r->val[t] / (double)r->nnz;
	if (mean < 3.4 || mean > 3.65)
		fail_msg("the mean is %.3f", mean);
	/* Indices go by the number of ratings: the first tenth of the items is the best known. */
	for (int64_t t = 0; t < r->nnz; t++)
		top += r->col[t] < 80;
	if (top < 20000 || top > 30000)
		fail_msg("the best known tenth of the items has %ld of 60000 ratings", (long)top);
	assert_in_range(sparse_row_size(r, 999), 10, 15);
	assert_in_range(sparse_row_size(r, 500), 30, 55);
	assert_in_range(sparse_row_size(r, 0), 300, 480);
	dataset_free(d);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void titles_never_repeat(void **state)
{
	const struct generate_options o = { 10, 20000, 40000, 1, 5, 1, 1 };
	generate("titles", &o);
	struct dataset *d = load("titles");
	qsort(d->titles, (size_t)o.items, sizeof *d->titles, compare_texts);
	for (int i = 0; i < o.items; i++) {
		char *year = strrchr(d->titles[i], '(');
		if (!year || year == d->titles[i] || strlen(year) != 6)
			fail_msg("\"%s\" has no year", d->titles[i]);
		*year = 0;
		if (i > 0 && !strcmp(d->titles[i - 1], d->titles[i]))
			fail_msg("\"%s\" comes twice", d->titles[i]);
	}
	dataset_free(d);
}

static void titles_have_all_that_is_hard_to_read(void **state)
{
	const char *const parts[] = {
		", The (", "\"", ",", "é", "ñ", "ø", "ł", "と", "的", "등대"
	};
	generate("sample", &sample);
	struct dataset *d = load("sample");
	for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
		int found = 0;
		for (int32_t i = 0; i < dataset_items(d); i++) {
			const char *title = dataset_title(d, i);
			assert_true(text_is_utf8(title, strlen(title)));
			found += strstr(title, parts[p]) != NULL;
		}
		if (found == 0)
			fail_msg("no title has %s", parts[p]);
	}
	dataset_free(d);
	size_t length;
	char *csv = scratch_read("sample/movies.csv", &length);
	assert_non_null(strstr(csv, "\"\""));
	assert_non_null(strstr(csv, "Drama|"));
	free(csv);
}

static void impossible_requests_are_refused(void **state)
{
	const struct {
		struct generate_options o;
		const char *where, *message;
	} cases[] = {
		{ { 9, 800, 60000, 1, 5, 1, 1 },
		  "users",
		  "9 is not possible here: expected 10..10000000" },
		{ { 1000, 2000000, 60000, 1, 5, 1, 1 },
		  "items",
		  "2000000 is not possible here: expected 10..1000000" },
		{ { 1000, 800, 1999, 1, 5, 1, 1 },
		  "ratings",
		  "1999 is not possible here: expected 2000..400000" },
		{ { 1000, 800, 400001, 1, 5, 1, 1 },
		  "ratings",
		  "400001 is not possible here: expected 2000..400000" },
		{ { 1000000, 1000000, INT64_MAX, 1, 5, 1, 1 },
		  "ratings",
		  "9223372036854775807 is not possible here: expected 2000000..1000000000" },
		{ { 1000, 800, 60000, 5, 1, 1, 1 }, "scale", NULL },
		{ { 1000, 800, 60000, 1, 5, 0, 1 }, "scale", NULL },
		{ { 1000, 800, 60000, 1, 5, 0.3, 1 }, "scale", NULL },
		{ { 1000, 800, 60000, 1, 5, 0.001, 1 }, "scale", NULL },
		{ { 1000, 800, 60000, -1000, 1000, 0.5, 1 }, "scale", NULL },
		{ { 1000, 800, 60000, 0, 1e300, 1, 1 }, "scale", NULL },
		{ { 1000, 800, 60000, 0, 0.0 / 0.0, 1, 1 }, "scale", NULL },
	};
	char path[512];
	scratch_empty();
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct err e;
		assert_int_equal(generate_ratings(scratch_path("none", path, sizeof path),
						  &cases[c].o, &e),
				 ERR_USAGE);
		assert_string_equal(e.where, cases[c].where);
		if (cases[c].message)
			assert_string_equal(e.message, cases[c].message);
		else
			assert_non_null(strstr(e.message, "is not a scale: expected"));
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void a_failure_keeps_the_old_files(void **state)
{
	char folder[512], path[512];
	struct rlimit old, small;
	struct err e;
	scratch_empty();
	scratch_path("a", folder, sizeof folder);
	generate("a", &(struct generate_options){ 10, 10, 20, 1, 5, 1, 1 });
	const uint64_t ratings = hash_of("a/ratings.csv"), movies = hash_of("a/movies.csv");

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 100000; /* enough for the titles */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int status = generate_ratings(folder, &sample, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, ERR_IO);
	assert_string_equal(e.where, scratch_path("a/ratings.csv", path, sizeof path));
	assert_int_equal(hash_of("a/ratings.csv"), ratings);
	assert_int_equal(hash_of("a/movies.csv"), movies);

	scratch_write("file", "", 0);
	assert_int_equal(generate_ratings(scratch_path("file", path, sizeof path), &sample, &e),
			 ERR_IO);
	assert_int_equal(generate_ratings(scratch_path("no/where", path, sizeof path), &sample, &e),
			 ERR_IO);
	assert_string_equal(e.message, "cannot make the folder: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_bytes_for_ever),
		cmocka_unit_test(sizes_are_exactly_those_asked_for),
		cmocka_unit_test(ratings_stand_on_the_scale),
		cmocka_unit_test(the_sample_looks_like_real_ratings),
		cmocka_unit_test(titles_never_repeat),
		cmocka_unit_test(titles_have_all_that_is_hard_to_read),
		cmocka_unit_test(impossible_requests_are_refused),
		cmocka_unit_test(a_failure_keeps_the_old_files),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
