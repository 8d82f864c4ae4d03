/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The MovieLens sets themselves, in $AUTOREC_DATA/ml-100k and ml-1m. */
#include <stdio.h>
#include <stdlib.h>

#include "autorec/load.h"
#include "autorec/dataset.h"
#include "check.h"

static int items_of_genre(const struct dataset *d, const char *name)
{
	int genre, n = 0;
	struct err e;
	must(genres_find(&d->genres, name, &genre, &e), &e);
	for (int32_t i = 0; i < dataset_items(d); i++)
		n += d->genres.of_item[i] >> genre & 1;
	return n;
}

static void counts_are_exact(void **state)
{
	static const struct {
		const char *path, *test, *encoding, *first_title, *format;
		int users, items, ratings, test_ratings, titled, comedies, science_fiction;
	} sets[] = {
		{ "ml-100k", NULL, "Windows-1252", "Star Wars (1977)", "MovieLens 100K", 943, 1682,
		  100000, 0, 1682, 505, 101 },
		{ "ml-100k/u1.base", "u1.test", "Windows-1252", "Star Wars (1977)",
		  "MovieLens 100K", 943, 1682, 80000, 20000, 1682, 505, 101 },
		{ "ml-1m", NULL, "Windows-1252", "American Beauty (1999)", "MovieLens 1M or 10M",
		  6040, 3706, 1000209, 0, 3706, 1166, 273 },
	};
	const char *data = getenv("AUTOREC_DATA");
	if (!data) {
		print_message("AUTOREC_DATA is not set\n");
		skip();
	}
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		char path[1024], text[1024];
		struct dataset *d;
		struct err e;
		snprintf(path, sizeof path, "%s/%s", data, sets[i].path);
		if (dataset_load(path, &(struct load_options){ .test = sets[i].test }, &d, &e) < 0)
			fail_msg("%s", err_text(&e, text, sizeof text));
		const struct load_report *r = &d->report;
		assert_int_equal(r->users, sets[i].users);
		assert_int_equal(r->items, sets[i].items);
		assert_int_equal(r->ratings, sets[i].ratings);
		assert_int_equal(r->test_ratings, sets[i].test_ratings);
		assert_int_equal(r->titled, sets[i].titled);
		assert_int_equal(r->rejected + r->duplicates, 0);
		assert_string_equal(r->encoding, sets[i].encoding);
		assert_string_equal(r->format, sets[i].format);
		assert_string_equal(dataset_title(d, 0), sets[i].first_title);
		assert_int_equal(d->genres.n, 18);
		assert_int_equal(items_of_genre(d, "Comedy"), sets[i].comedies);
		assert_int_equal(items_of_genre(d, "sci"), sets[i].science_fiction);
		assert_int_equal(dataset_year(d, 0), i < 2 ? 1977 : 1999);
		assert_float_equal(d->min, 1, 0);
		assert_float_equal(d->max, 5, 0);
		dataset_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_exact),
	};
	return cmocka_run_group_tests_name("movielens", tests, NULL, NULL);
}
