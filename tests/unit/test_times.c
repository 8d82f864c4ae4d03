/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/load.h"
#include "autorec/text.h"
#include "autorec/times.h"
#include "check.h"

static void test_times_as_files_write_them(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "978300760", 978300760000 },
		{ "978300760123", 978300760123 },
		{ "978300760123456", 978300760123 },
		{ "978300760123456789", 978300760123 },
		{ "978300760.25", 978300760250 },
		{ "9.78300760E8", 978300760000 },
		{ "0", 0 },
		{ "-86400", -86400000 },
		{ "20050906", 1125964800000 },
		{ "2005-09-06", 1125964800000 },
		{ "2005-9-6", 1125964800000 },
		{ "2005/09/06", 1125964800000 },
		{ "06.09.2005", 1125964800000 },
		{ "2005-09-06 12:34:56", 1126010096000 },
		{ "2005-09-06T12:34:56Z", 1126010096000 },
		{ "2005-09-06T12:34:56.789Z", 1126010096789 },
		{ "2005-09-06 12:34:56 UTC", 1126010096000 },
		{ "2005-09-06T14:34:56+02:00", 1126010096000 },
		{ "2005-09-06T07:34:56-0500", 1126010096000 },
		{ "2005-09-06 12:34", 1126010040000 },
		{ "09/16/2005", 1126828800000 },
		{ "16/09/2005", 1126828800000 },
		{ "05/05/2005", 1115251200000 },
		{ "1969-12-31", -86400000 },
		{ "2000-02-29", 951782400000 },
		{ "2001-02-29", NO_TIME },
		{ "09/06/2005", NO_TIME },
		{ "2005-13-06", NO_TIME },
		{ "2005-09-06 25:00", NO_TIME },
		{ "2005-09-06x", NO_TIME },
		{ "2005-09", NO_TIME },
		{ "yesterday", NO_TIME },
		{ "1e300", NO_TIME },
		{ "nan", NO_TIME },
		{ "", NO_TIME },
		{ "-", NO_TIME },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[64];
		snprintf(text, sizeof text, "%s", cases[i].text);
		const int64_t ms = time_parse(text, strlen(text));
		if (ms != cases[i].ms)
			fail_msg("\"%s\": %lld, expected %lld", cases[i].text, (long long)ms,
				 (long long)cases[i].ms);
	}
}

static void test_times_are_written_as_dates(void **state)
{
	char text[TIME_TEXT];
	(void)state;
	assert_string_equal(time_text(1126010096789, text), "2005-09-06 12:34:56");
	assert_string_equal(time_text(-1, text), "1969-12-31 23:59:59");
	assert_string_equal(time_text(NO_TIME, text), "");
}

static struct dataset *load_text(const char *text)
{
	char path[] = "/tmp/autorec-times-XXXXXX";
	struct dataset *d = NULL;
	struct err e = { 0 };
	const int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	must(dataset_load(path, NULL, &d, &e), &e);
	unlink(path);
	return d;
}

/* The time of a rating, found by the ids of the file. */
static int64_t time_of(const struct dataset *d, const char *user, const char *item)
{
	const int32_t u = ids_find(d->users, user, strlen(user)),
		      i = ids_find(d->items, item, strlen(item));
	const int64_t t = sparse_find(d->all, u, i);
	assert_true(t >= 0);
	return sparse_time(d->all, t);
}

/* Ratings are sorted, and the last of two for one pair counts; its time does, too. */
static void test_times_stay_with_their_ratings(void **state)
{
	(void)state;
	struct dataset *d = load_text("user,item,rating,timestamp\n"
				      "a,z,1,10000\nb,x,2,20000\na,x,3,30000\n"
				      "b,z,4,40000\na,z,5,2005-09-06\nb,y,1,60000\n"
				      "c,x,1,70000\nc,y,2,80000\nc,z,3,90000\n");
	assert_true(times_any(&d->all->time));
	assert_int_equal(time_of(d, "a", "z"), 1125964800000);
	assert_int_equal(time_of(d, "a", "x"), 30000000);
	assert_int_equal(time_of(d, "b", "x"), 20000000);
	assert_int_equal(time_of(d, "b", "y"), 60000000);
	assert_int_equal(time_of(d, "b", "z"), 40000000);
	assert_int_equal(time_of(d, "c", "y"), 80000000);
	assert_int_equal(d->report.rejected, 0);
	dataset_free(d);
}

/* Seconds that 4 bytes cannot hold, and fractions, after several blocks of those that they can. */
static void test_times_widen_while_reading(void **state)
{
	static const int64_t odd[] = { 2, 2147483647, 2147483648, -1, -2147483648, 4102444800 };
	enum { N = 150000, N_ODD = sizeof odd / sizeof odd[0] };
	struct text file = { 0 };
	(void)state;
	text_addf(&file, "user,item,rating,timestamp\n");
	for (int i = 1; i <= N; i++)
		text_addf(&file, "a,%d,1,%d\n", i, 1000000000 + i);
	for (int i = 0; i < N_ODD; i++)
		text_addf(&file, "b,%d,1,%lld\n", i + 1, (long long)odd[i]);
	text_addf(&file, "b,7,1,1.5\nb,8,1,?\nb,9,1,1000000000123\n");
	struct dataset *d = load_text(file.bytes);
	char id[16];
	for (int i = 1; i <= N; i++) {
		snprintf(id, sizeof id, "%d", i);
		assert_int_equal(time_of(d, "a", id), (1000000000 + i) * 1000LL);
	}
	for (int i = 0; i < N_ODD; i++) {
		snprintf(id, sizeof id, "%d", i + 1);
		assert_int_equal(time_of(d, "b", id), odd[i] * 1000);
	}
	assert_int_equal(time_of(d, "b", "7"), 1500);
	assert_int_equal(time_of(d, "b", "8"), NO_TIME);
	assert_int_equal(time_of(d, "b", "9"), 1000000000123);
	dataset_free(d);
	text_done(&file);
}

static void test_lists_of_times(void **state)
{
	const int64_t narrow[] = { 0, 1000, -1000, 2147483647000, -2147483647000, NO_TIME },
		      wide[] = { 1, -1, 1001, 2147483648000, -2147483648000, INT64_MAX };
	struct times x = { 0 }, copy;
	(void)state;
	assert_false(times_any(&x));
	assert_int_equal(times_grow(&x, 0, 6, false, NULL), 0);
	for (size_t i = 0; i < 6; i++) {
		assert_true(time_fits(narrow[i]));
		assert_false(time_fits(wide[i]));
		times_set(&x, i, narrow[i]);
		assert_int_equal(times_get(&x, i), narrow[i]);
	}
	assert_int_equal(times_size(&x), 4);
	assert_int_equal(times_new(&copy, 8, false, NULL), 0);
	times_move(&copy, 2, &x, 1, 5);
	assert_int_equal(times_get(&copy, 6), NO_TIME);
	assert_int_equal(times_get(&copy, 2), 1000);
	times_copy(&copy, 0, &x, 3);
	assert_int_equal(times_get(&copy, 0), narrow[3]);
	assert_int_equal(times_grow(&x, 6, 12, true, NULL), 0);
	assert_int_equal(times_size(&x), 8);
	for (size_t i = 0; i < 6; i++)
		times_set(&x, 6 + i, wide[i]);
	times_move(&x, 0, &copy, 2, 1); /* narrow into wide */
	assert_int_equal(times_get(&x, 0), 1000);
	for (size_t i = 1; i < 6; i++) {
		assert_int_equal(times_get(&x, i), narrow[i]);
		assert_int_equal(times_get(&x, 6 + i), wide[i]);
	}
	times_done(&x);
	times_done(&copy);
}

static void test_times_that_are_not_understood(void **state)
{
	(void)state;
	struct dataset *d = load_text("user,item,rating,date\n1,1,3,May\n1,2,4,June\n2,1,5,July\n");
	assert_false(times_any(&d->all->time));
	assert_int_equal(d->report.ratings, 3);
	assert_int_equal(d->report.n_warnings, 1);
	assert_non_null(strstr(d->report.warnings[0], "times of 3 of 3 ratings are not under"));
	assert_string_equal(d->report.columns, "user item rating -");
	dataset_free(d);
	d = load_text("1,1,3\n1,2,4\n2,1,5\n"); /* no times, no memory for them */
	assert_false(times_any(&d->all->time));
	assert_int_equal(d->report.n_warnings, 0);
	dataset_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_as_files_write_them),
		cmocka_unit_test(test_times_are_written_as_dates),
		cmocka_unit_test(test_times_stay_with_their_ratings),
		cmocka_unit_test(test_times_widen_while_reading),
		cmocka_unit_test(test_lists_of_times),
		cmocka_unit_test(test_times_that_are_not_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
