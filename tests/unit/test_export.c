/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * export: what is written is what the commands answer, in every format; what cannot be is one clear
 * line; a failure or a stop leaves the old file. */
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "autorec/command.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"

enum { USERS = 200, ITEMS = 100, K = 5 };

static struct session session;
static json_t *last;

static void hear(void *ctx, json_t *result)
{
	json_decref(last);
	last = json_incref(result);
}

static int try(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int try(struct err *e, const char *format, ...)
{
	char line[1024];
	va_list ap;
	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	return command_run(&session, line, NULL, e);
}

static void run(const char *line)
{
	struct err e = { 0 };
	must(try(&e, "%s", line), &e);
}

static const struct {
	const char *what, *options;
	int64_t rows;
	bool figure;
} kinds[] = {
	{ "curve", "", 4, true },
	{ "units", "", K, false },
	{ "user", "id=7", ITEMS, false },
	{ "item", "id=3", USERS, false },
	{ "recommendations", "7 top=4", 4, false },
	{ "recommendations", "top=4", 4 * USERS, false },
	{ "predictions", "", USERS, false },
	{ "residuals", "on=train top=5", 5, false },
	{ "map", "", ITEMS, true },
	{ "map", "id=users top=3", 3, true },
	{ "heatmap", "top=9", 9, true },
	{ "histogram", "id=2", 20, true },
	{ "histogram", "", 20, true },
	{ "errors", "on=valid", 41, true },
	{ "figure", "", 4, true },
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

static void every_kind_in_every_format(void **state)
{
	for (int i = 0; i < 2 * N_KINDS; i++) {
		const int kind = i % N_KINDS;
		struct err e = { 0 };
		session.host.interactive = i >= N_KINDS; /* as complete as in a batch */
		must(try(&e, "export %s x.csv %s", kinds[kind].what, kinds[kind].options), &e);
		assert_int_equal(json_integer_value(json_object_get(last, "rows")),
				 kinds[kind].rows);
		if (count_in(scratch_text("x.csv"), "\r\n") != kinds[kind].rows + 1)
			fail_msg("%s: %d lines", kinds[kind].what,
				 count_in(scratch_text("x.csv"), "\r\n"));
		must(try(&e, "export %s x.json %s", kinds[kind].what, kinds[kind].options), &e);
		json_t *json = json_loads(scratch_text("x.json"), 0, NULL),
		       *rows = json_is_array(json) ? json : json_object_get(json, "rows");
		assert_int_equal(json_array_size(rows), kinds[kind].rows);
		json_decref(json);
		const int status = try(&e, "export %s x.svg %s theme=dark", kinds[kind].what,
				       kinds[kind].options);
		if (kinds[kind].figure) {
			must(status, &e);
			assert_non_null(strstr(scratch_text("x.svg"), "</svg>"));
		} else {
			char expected[256];
			assert_int_equal(status, ERR_USAGE);
			snprintf(expected, sizeof expected,
				 "%s is a table, not a figure: expected a name that ends in .csv "
				 "or .json; only curve, map, heatmap, histogram and errors can be "
				 ".svg",
				 kinds[kind].what);
			assert_string_equal(e.message, expected);
		}
	}
	session.host.interactive = false;
}

static void the_rows_are_those_of_the_command(void **state)
{
	run("view train");
	run("export user x.json 7");
	assert_int_equal(session.focus.view, VIEW_TRAIN); /* what is looked at stays */
	json_t *exported = json_loads(scratch_text("x.json"), 0, NULL);
	run("user 7 top=0");
	assert_int_equal(json_array_size(json_object_get(last, "rows")), ITEMS);
	for (size_t i = 0; i < ITEMS; i++) {
		const json_t *a = json_array_get(json_object_get(exported, "rows"), i),
			     *b = json_array_get(json_object_get(last, "rows"), i);
		assert_string_equal(json_string_value(json_object_get(a, "id")),
				    json_string_value(json_object_get(b, "id")));
		assert_true(json_real_value(json_object_get(a, "predicted")) ==
			    json_real_value(json_object_get(b, "predicted")));
	}
	json_decref(exported);
	run("export user x.csv"); /* the one looked at */
	assert_int_equal(count_in(scratch_text("x.csv"), "\r\n"), ITEMS + 1);
	run("view train");
}

/* One cell against the command, before and after an edit. */
static void predictions_are_what_predict_says(void **state)
{
	for (int edited = 0; edited < 2; edited++) {
		if (edited)
			run("rate 7 3 1");
		run("export predictions x.json");
		json_t *all = json_loads(scratch_text("x.json"), 0, NULL), *row, *name;
		size_t u, i, compared = 0;
		json_array_foreach (json_object_get(all, "rows"), u, row)
			json_array_foreach (json_object_get(all, "items"), i, name) {
				struct err e = { 0 };
				if (u % 40 || i % 25)
					continue;
				must(try(&e, "predict %s %s",
					 json_string_value(json_object_get(row, "user")),
					 json_string_value(name)),
				     &e);
				const double cell = json_number_value(
					json_array_get(json_object_get(row, "predicted"), i));
				const double told = json_real_value(
					json_object_get(last, "clipped"));
				if (fabs(cell - told) > 0.6e-5)
					fail_msg("%g is written, %g predicted", cell, told);
				compared++;
			}
		assert_int_equal(compared, 5 * 4);
		json_decref(all);
	}
	run("undo");
}

static json_t *rows_of(const char *name)
{
	json_t *all = json_loads(scratch_text(name), 0, NULL);
	json_t *rows = json_incref(json_object_get(all, "rows"));
	json_decref(all);
	assert_non_null(rows);
	return rows;
}

static const char *text_of(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static double real_of(const json_t *row, const char *key)
{
	return json_number_value(json_object_get(row, key));
}

/* The RMSE of the lines is the one that evaluate tells, and each is what predict says. */
static void lines_of_pairs_are_those_that_are_scored(void **state)
{
	static const char *const sets[] = { "test", "valid", "train" };
	for (int k = 0; k < 3; k++) {
		struct err e = { 0 };
		double sum = 0;
		size_t i;
		json_t *row;
		must(try(&e, "export predictions x.json on=%s", sets[k]), &e);
		json_t *rows = rows_of("x.json");
		json_array_foreach (rows, i, row) {
			const double error = real_of(row, "predicted") - real_of(row, "rating");
			sum += error * error;
			if (i % 200)
				continue;
			must(try(&e, "predict %s %s", text_of(row, "user"), text_of(row, "item")),
			     &e);
			assert_true(fabs(real_of(last, "clipped") - real_of(row, "predicted")) <
				    1e-5);
			assert_true(real_of(last, "observed") == real_of(row, "rating"));
		}
		must(try(&e, "evaluate on=%s ranking=off", sets[k]), &e);
		assert_int_equal(real_of(last, "n"), json_array_size(rows));
		assert_true(fabs(sqrt(sum / (double)json_array_size(rows)) -
				 real_of(last, "rmse")) < 1e-5);
		json_decref(rows);
	}
}

static void recommendations_are_what_recommend_says(void **state)
{
	for (int edited = 0; edited < 2; edited++) {
		size_t i;
		json_t *row;
		if (edited)
			run("rate 7 3 1");
		run("export recommendations x.json top=4");
		json_t *rows = rows_of("x.json");
		json_array_foreach (rows, i, row) {
			struct err e = { 0 };
			if (i % 36 > 3 && strcmp(text_of(row, "user"), "7"))
				continue;
			must(try(&e, "recommend %s 4", text_of(row, "user")), &e);
			const json_t *best = json_array_get(json_object_get(last, "rows"), i % 4);
			assert_int_equal(real_of(row, "rank"), i % 4 + 1);
			assert_string_equal(text_of(row, "item"), text_of(best, "id"));
			assert_true(fabs(real_of(row, "predicted") - real_of(best, "predicted")) <
				    1e-5);
		}
		json_decref(rows);
	}
	run("undo");
}

/* Pairs in the file's order, repeated or unknown, with a column in between. */
static void a_file_of_pairs_is_predicted(void **state)
{
	static const char text[] = "item;note;user\n3;a;7\nnew;;7\n5;x;nobody\n5;y;9\n3;a;7\n";
	struct err e = { 0 };
	scratch_write("pairs.csv", text, sizeof text - 1);
	run("predict 7 3");
	const double first = real_of(last, "clipped");
	run("predict 9 5");
	const double fourth = real_of(last, "clipped");
	run("predict pairs.csv out=x.json");
	assert_int_equal(real_of(last, "n"), 5);
	assert_int_equal(real_of(last, "cold"), 2);
	assert_int_equal(real_of(last, "unknown"), 2);
	json_t *written = rows_of("x.json");
	run("predict pairs.csv");
	json_t *rows = json_object_get(last, "rows");
	for (size_t i = 0; i < 5; i++)
		assert_true(real_of(json_array_get(rows, i), "predicted") ==
			    real_of(json_array_get(written, i), "predicted"));
	assert_int_equal(json_array_size(rows), 5);
	const double expected[] = { first, NAN, NAN, fourth, first };
	static const char *const unknown[] = { "", "item", "user", "", "" };
	for (size_t i = 0; i < 5; i++) {
		const json_t *row = json_array_get(rows, i);
		assert_string_equal(text_of(row, "unknown"), unknown[i]);
		assert_int_equal(json_is_true(json_object_get(row, "cold")), *unknown[i] != 0);
		if (!isnan(expected[i]))
			assert_true(fabs(real_of(row, "predicted") - expected[i]) < 1e-5);
	}
	assert_string_equal(text_of(json_array_get(rows, 3), "user"), "9");
	assert_string_equal(text_of(json_array_get(rows, 3), "item"), "5");
	json_decref(written);
	run("predict pairs.csv out=x.csv");
	assert_int_equal(count_in(scratch_text("x.csv"), "\r\n"), 6);
	assert_int_equal(try(&e, "predict nofile"), ERR_USAGE);
	assert_int_equal(try(&e, "predict pairs.csv out=x.txt"), ERR_USAGE);
	scratch_write("bad.csv", "user,item\n1,2\n1,3\n2,2\n2,\n", 25);
	assert_int_equal(try(&e, "predict bad.csv"), ERR_DATA);
	assert_string_equal(e.where, "bad.csv:5:1");
}

static bool stop(void *ctx, const char *what, double fraction)
{
	return fraction == 0; /* at the second block */
}

static bool stop_at_once(void *ctx, const char *what, double fraction)
{
	return false;
}

static int count_files(void)
{
	DIR *d = opendir(".");
	int n = 0;
	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void what_is_stopped_leaves_the_old_file(void **state)
{
	struct err e = { 0 };
	FILE *f = fopen("x.csv", "w");
	fputs("old", f);
	fclose(f);
	const int files = count_files();
	session.host.progress = stop;
	assert_int_equal(try(&e, "export predictions x.csv"), ERR_INTERRUPTED);
	assert_string_equal(e.message, "stopped after 64 of 200 users; the file is unchanged");
	assert_int_equal(try(&e, "export predictions x.csv on=train"), ERR_INTERRUPTED);
	session.host.progress = stop_at_once;
	assert_int_equal(try(&e, "export recommendations x.csv"), ERR_INTERRUPTED);
	assert_int_equal(try(&e, "evaluate"), ERR_INTERRUPTED);
	session.host.progress = stop;
	assert_int_equal(try(&e, "generate made users=2000 items=100 ratings=20000"),
			 ERR_INTERRUPTED);
	session.host.progress = NULL;
	assert_string_equal(scratch_text("x.csv"), "old");
	assert_int_equal(rmdir("made"), 0); /* it is empty */
	assert_int_equal(count_files(), files);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	static const char *const endings[] = { "csv", "json", "svg" };
	struct rlimit old, small;
	struct err e;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 64;
	for (int i = 0; i < N_KINDS; i++)
		for (int k = 0; k < 2 + kinds[i].figure; k++) {
			char name[16];
			snprintf(name, sizeof name, "x.%s", endings[k]);
			FILE *f = fopen(name, "w");
			fputs("old", f);
			fclose(f);
			const int files = count_files();
			assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
			const int status = try(&e, "export %s %s %s", kinds[i].what, name,
					       kinds[i].options);
			const int full = try(&e, "export %s /dev/full %s format=%s", kinds[i].what,
					     kinds[i].options, endings[k]);
			assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
			assert_int_equal(status, ERR_IO);
			assert_int_equal(full, ERR_IO);
			assert_string_equal(e.where, "/dev/full");
			assert_string_equal(scratch_text(name), "old");
			assert_int_equal(count_files(), files);
		}
}

static long left; /* JSON allocations that still succeed; negative: all do */

static void *fail_once(size_t size)
{
	return mem_noting(left-- == 0 ? SIZE_MAX / 2 : size);
}

/* Whichever allocation of the JSON fails, in the rows or in what they are written with. */
static void without_memory_the_old_file_stays(void **state)
{
	static const char *const lines[] = { "export curve x.csv", "export user x.json 7 top=3",
					     "export heatmap x.csv top=2" };
#ifdef __SANITIZE_ADDRESS__
	skip(); /* it ends a program that asks for too much */
#endif
	json_set_alloc_funcs(fail_once, free);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		const char *name = strchr(lines[i], '.')[1] == 'c' ? "x.csv" : "x.json";
		struct err e = { 0 };
		int status = ERR_NOMEM;
		long k = 0;
		for (; status == ERR_NOMEM && k < 5000; k++) {
			FILE *f = fopen(name, "w");
			fputs("old", f);
			fclose(f);
			const int files = count_files();
			left = k;
			status = try(&e, "%s", lines[i]);
			const bool late = left < 0 && status == ERR_NOMEM &&
					  strcmp(scratch_text(name),
						 "old"); /* only its answer is missing */
			if (status == ERR_NOMEM && !late)
				assert_string_equal(scratch_text(name), "old");
			assert_int_equal(count_files(), files);
		}
		must(status, &e);
		assert_in_range(k, 10, 4999);
	}
	json_set_alloc_funcs(mem_noting, free);
}

static void what_cannot_be_says_so(void **state)
{
	static const struct {
		const char *line;
		int status;
		const char *where, *message;
	} cases[] = {
		{ "export curve x.txt", ERR_USAGE, "x.txt",
		  "expected a file name that ends in .csv, .json or .svg, or format=" },
		{ "export units x", ERR_USAGE, "x",
		  "expected a file name that ends in .csv or .json, or format=" },
		{ "export curve no/x.csv", ERR_IO, "no/x.csv",
		  "cannot write the file: No such file or directory; make its folder first" },
		{ "export item x.csv", ERR_USAGE, "id", "which one? Type export item FILE id=..." },
		{ "export histogram x.csv few", ERR_USAGE, "id",
		  "\"few\" is not a whole number in 0..1000000" },
		{ "export histogram x.csv 5", ERR_FAILED, "unit",
		  "there is no unit 5; the model has 0..4" },
		{ "export user x.csv nobody", ERR_FAILED, NULL, NULL },
		{ "export cruve x.csv", ERR_USAGE, "what",
		  "\"cruve\" is not one of: curve units user item recommendations predictions "
		  "residuals map heatmap histogram errors figure" },
	};
	struct err e;
	session.focus.item = -1;
	unlink("x.csv");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		e = (struct err){ 0 };
		const int status = try(&e, "%s", cases[i].line);
		if (status != cases[i].status ||
		    (cases[i].where && strcmp(e.where, cases[i].where)) ||
		    (cases[i].message && strcmp(e.message, cases[i].message)))
			fail_msg("<%s>: %d at \"%s\": \"%s\"", cases[i].line, status, e.where,
				 e.message);
		assert_int_equal(access("x.csv", F_OK), -1);
	}
}

static void cells_that_spreadsheets_run_are_guarded(void **state)
{
	FILE *f = fopen("formula.csv", "w");
	fputs("userId,movieId,rating\n=1,+a,1\n=1,b,2\n@2,+a,3\n@2,b,5\n", f);
	fclose(f);
	run("load formula.csv");
	run("split holdout=0 valid=0");
	run("model baseline");
	run("train 1");
	run("export predictions x.csv guard=on");
	assert_non_null(strstr(scratch_text("x.csv"), ",\"'+a\""));
	assert_non_null(strstr(scratch_text("x.csv"), "\n\"'=1\","));
	run("export predictions x.csv");
	assert_non_null(strstr(scratch_text("x.csv"), ",+a"));
	struct err e = { 0 };
	assert_int_equal(try(&e, "export heatmap x.svg"), ERR_FAILED);
	assert_string_equal(e.message, "baseline has no hidden units");
}

/* Of a deep model whose layers are trained one by one, the units are those of the layer under way.
 */
static void a_heat_map_has_the_units_that_there_are(void **state)
{
	run("model deep-autorec layers=12,7,5 pretrain=4");
	for (int epoch = 0; epoch < 6; epoch++) {
		run("units");
		const size_t units = json_array_size(json_object_get(last, "rows"));
		char column[8];
		run("export heatmap x.csv top=3");
		snprintf(column, sizeof column, ",h%zu", units - 1);
		assert_non_null(strstr(scratch_text("x.csv"), column));
		snprintf(column, sizeof column, ",h%zu", units);
		assert_null(strstr(scratch_text("x.csv"), column));
		run("export heatmap x.svg");
		run("step");
	}
}

static int setup(void **state)
{
	struct err e = { 0 };
	if (scratch_make(state) < 0 || chdir(scratch) < 0 || session_init(&session, &e) < 0)
		return -1;
	session.host.emit = hear;
	assert_int_equal(try(&e, "export curve x.csv"), ERR_FAILED); /* no ratings yet */
	run("generate data users=200 items=100 ratings=5000 seed=1");
	run("load data");
	run("split seed=1");
	run("model i-autorec k=5 lambda=2 init=0.1 rate=0.01");
	run("train 3");
	return 0;
}

static int teardown(void **state)
{
	session_done(&session);
	json_decref(last);
	return scratch_remove(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_in_every_format),
		cmocka_unit_test(the_rows_are_those_of_the_command),
		cmocka_unit_test(predictions_are_what_predict_says),
		cmocka_unit_test(lines_of_pairs_are_those_that_are_scored),
		cmocka_unit_test(recommendations_are_what_recommend_says),
		cmocka_unit_test(a_file_of_pairs_is_predicted),
		cmocka_unit_test(what_is_stopped_leaves_the_old_file),
		cmocka_unit_test(a_full_disk_leaves_the_old_file),
		cmocka_unit_test(without_memory_the_old_file_stays),
		cmocka_unit_test(what_cannot_be_says_so),
		cmocka_unit_test(cells_that_spreadsheets_run_are_guarded),
		cmocka_unit_test(a_heat_map_has_the_units_that_there_are),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
