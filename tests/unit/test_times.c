/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/load.h"
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
	return d->all->time[t];
}

/* Ratings are sorted, and the last of two for one pair counts; its time does, too. */
static void test_times_stay_with_their_ratings(void **state)
{
	(void)state;
	struct dataset *d = load_text("user,item,rating,timestamp\n"
				      "a,z,1,10000\nb,x,2,20000\na,x,3,30000\n"
				      "b,z,4,40000\na,z,5,2005-09-06\nb,y,1,60000\n"
				      "c,x,1,70000\nc,y,2,80000\nc,z,3,90000\n");
	assert_non_null(d->all->time);
	assert_int_equal(time_of(d, "a", "z"), 1125964800000);
	assert_int_equal(time_of(d, "a", "x"), 30000000);
	assert_int_equal(time_of(d, "b", "x"), 20000000);
	assert_int_equal(time_of(d, "b", "y"), 60000000);
	assert_int_equal(time_of(d, "b", "z"), 40000000);
	assert_int_equal(time_of(d, "c", "y"), 80000000);
	assert_int_equal(d->report.rejected, 0);
	dataset_free(d);
}

static void test_times_that_are_not_understood(void **state)
{
	(void)state;
	struct dataset *d = load_text("user,item,rating,date\n1,1,3,May\n1,2,4,June\n2,1,5,July\n");
	assert_null(d->all->time);
	assert_int_equal(d->report.ratings, 3);
	assert_int_equal(d->report.n_warnings, 1);
	assert_non_null(strstr(d->report.warnings[0], "times of 3 of 3 ratings are not under"));
	assert_string_equal(d->report.columns, "user item rating -");
	dataset_free(d);
	d = load_text("1,1,3\n1,2,4\n2,1,5\n"); /* no times, no memory for them */
	assert_null(d->all->time);
	assert_int_equal(d->report.n_warnings, 0);
	dataset_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_as_files_write_them),
		cmocka_unit_test(test_times_are_written_as_dates),
		cmocka_unit_test(test_times_stay_with_their_ratings),
		cmocka_unit_test(test_times_that_are_not_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
