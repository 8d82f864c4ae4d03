/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of every supported kind with their traps, and bad ones with the exact sentence that each
 * gets.
 * "@" in a path or an error stands for the test's own folder. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "autorec/load.h"
#include "autorec/dataset.h"
#include "autorec/kernel.h"
#include "autorec/rng.h"
#include "autorec/text.h"
#include "check.h"
#include "described.h"
#include "scratch.h"

struct file {
	const char *name, *content;
	size_t length; /* 0: up to the first NUL */
};

static void write_files(const struct file *files, int n)
{
	scratch_empty();
	for (int i = 0; i < n && files[i].name; i++)
		scratch_write(files[i].name, files[i].content,
			      files[i].length ? files[i].length : strlen(files[i].content));
}

static const struct good {
	const char *what;
	struct file files[3];
	const char *path, *format, *columns, *expected;
	const char *test, *titles, *encoding;
	int duplicates;
} good_files[] = {
	{ "MovieLens 100K folder",
	  { { "u.data", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n196\t302\t1\t8\n" },
	    { "u.item", "242|Kolya (1996)|24-Jan-1997||http://x|0|1\n302|Caf\xe9, Le "
			"(1997)|||\n9|Not rated|||\n" } },
	  "@",
	  "MovieLens 100K",
	  "user item rating timestamp",
	  "196: 302=1 242=3 | 186: 302=3 / 302: Caf\u00e9, Le (1997) | 242: Kolya (1996)",
	  .encoding = "Windows-1252" },
	{ "MovieLens 100K given split, test found beside it, with a user and an item of its own",
	  { { "u1.base", "1\t1\t5\t0\n1\t2\t3\t0\n" },
	    { "u1.test", "7\t1\t4\t0\n1\t8\t2\t0\n" },
	    { "u.item", "1|A\n8|B\n" } },
	  "@/u1.base",
	  "MovieLens 100K",
	  "user item rating timestamp",
	  "1: 1=5 2=3 | 7: / 1: A | 2:  | 8: B / test 1: 8=2 | 7: 1=4",
	  .test = "u1.test",
	  .encoding = "UTF-8" },
	{ "MovieLens 1M folder, Latin-1 titles with bars behind them",
	  { { "ratings.dat", "1::1193::5::978300760\n1::661::3::978302109\n2::661::4::0\n" },
	    { "movies.dat",
	      "661::James (1996)::Animation|Children's\n1193::\xc9t\xe9: 2 (1975)::Drama\n" } },
	  "@",
	  "MovieLens 1M or 10M",
	  "user item rating timestamp",
	  "1: 661=3 1193=5 | 2: 661=4 / 661: James (1996) | 1193: \u00c9t\u00e9: 2 (1975)",
	  .encoding = "Windows-1252" },
	{ "half stars, UTF-8 titles",
	  { { "ratings.dat", "1::122::4.5::838985046" },
	    { "movies.dat", "122::\"Great\" Caf\u00e9 (1992)::Comedy" } },
	  "@/ratings.dat",
	  "MovieLens 1M or 10M",
	  "user item rating timestamp",
	  "1: 122=4.5 / 122: \"Great\" Caf\u00e9 (1992)",
	  .encoding = "UTF-8" },
	{ "MovieLens 20M folder, commas and quotes in titles",
	  { { "ratings.csv",
	      "userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n1,29,0.5,1112484676\n" },
	    { "movies.csv", "movieId,title,genres\r\n2,\"City, The "
			    "(1995)\",A|B\r\n29,\"\"\"Hi\"\", he said\",(none)\r\n" } },
	  "@",
	  "CSV with header",
	  "user item rating timestamp",
	  "1: 2=3.5 29=0.5 / 2: City, The (1995) | 29: \"Hi\", he said",
	  .encoding = "UTF-8" },
	{ "header in another order, with columns that are not used",
	  { { "x.csv", "when,score,Movie ID,x,user_id\n1,4,a,,u\n2,5,b,,u\n" } },
	  "@/x.csv",
	  "CSV with header",
	  "timestamp rating item - user",
	  "u: a=4 b=5" },
	{ "RecBole's header",
	  { { "x.inter", "user_id:token\titem_id:token\trating:float\nu\ta\t2.0\n" } },
	  "@/x.inter",
	  "RecBole with header",
	  "user item rating",
	  "u: a=2" },
	{ "quoted cells, semicolons",
	  { { "x.csv", "\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"276725\";\"034545104X\";\"0\"\n\"a;"
		       "b\" ; \"c\"\"d\";7\n" } },
	  "@/x.csv",
	  "semicolons between columns with header",
	  "user item rating",
	  "276725: 034545104X=0 | a;b: c\"d=7" },
	{ "bars",
	  { { "x", "u|a|1\nu|b|2\n" } },
	  "@/x",
	  "\"|\" between columns",
	  "user item rating",
	  "u: a=1 b=2" },
	{ "runs of blanks",
	  { { "x.txt", "  u  a 1 \nu\t \tb  2\n" } },
	  "@/x.txt",
	  "blanks between columns",
	  "user item rating",
	  "u: a=1 b=2" },
	{ "blanks around cells",
	  { { "x.csv", "u, a, 1\n u ,b , 2 \n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "u: a=1 b=2" },
	{ "byte order mark, CRLF, blank lines, no newline at the end",
	  { { "x.csv", "\xef\xbb\xbfu,a,1\r\n\r\n  \r\nu,b,2" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "u: a=1 b=2" },
	{ "comments at the beginning only",
	  { { "x.csv", "# by ann, 2020\n#\n// more\n% and, more\nu,a,1\n# u,b,9\nu,b,2\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "u: b=2 a=1 | # u: b=9" },
	{ "an id that begins as a comment does",
	  { { "x.csv", "#1,a,1\n2,a,2\n#3,a,3\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "#1: a=1 | 2: a=2 | #3: a=3" },
	{ "numbers in every notation",
	  { { "x.csv", "u,a,1e0\nu,b,-1\nu,c,0\nu,d,+.5\nu,e,2.50\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "u: a=1 b=-1 c=0 d=0.5 e=2.5" },
	{ "a repeated pair: the last wins",
	  { { "x.csv", "u,a,1\nv,a,2\nu,a,3\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "u: a=3 | v: a=2",
	  .duplicates = 1 },
	{ "ids that look alike",
	  { { "x.csv", "7,4194303,1\n007,4194304,2\n7.0,99999999999999999999,3\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "7: 4194303=1 | 007: 4194304=2 | 7.0: 99999999999999999999=3" },
	{ "ids are cleaned",
	  { { "x.csv", "\x1b[2J,caf\xc3\xa9,1\nu,caf\xe9,2\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "\ufffd[2J: caf\u00e9=1 | u: caf\u00e9=2" },
	{ "titles are cleaned, of a repeated one the last holds",
	  { { "x.csv", "u,1,1\n" }, { "t.txt", "1|first\n1| \x1b]0;x\x07\u202e |\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "u: 1=1 / 1: \ufffd]0;x\ufffd\ufffd",
	  .titles = "t.txt",
	  .encoding = "UTF-8" },
	{ "most rated first, then by first appearance",
	  { { "x.csv", "u,c,1\nv,b,1\nv,c,1\nw,a,1\nw,c,2\n" } },
	  "@/x.csv",
	  "CSV",
	  "user item rating",
	  "v: c=1 b=1 | w: c=2 a=1 | u: c=1" },
	{ "a titles file of something else is passed over",
	  { { "ratings.csv", "u,1,1\n" }, { "movies.csv", "2,Other\n" } },
	  "@",
	  "CSV",
	  "user item rating",
	  "u: 1=1" },
};

static void good_files_load(void **state)
{
	struct text found = { 0 };
	for (size_t i = 0; i < sizeof good_files / sizeof *good_files; i++) {
		const struct good *g = &good_files[i];
		char path[256], titles[256], text[1024];
		struct load_options o = { .test = g->test };
		struct dataset *d;
		struct err e;
		write_files(g->files, 3);
		scratch_path(g->path + (g->path[1] ? 2 : 1), path, sizeof path);
		if (g->titles)
			o.titles = scratch_path(g->titles, titles, sizeof titles);
		if (dataset_load(path, &o, &d, &e) < 0)
			fail_msg("%s: %s", g->what, err_text(&e, text, sizeof text));
		describe(d, &found);
		if (strcmp(found.bytes, g->expected) != 0)
			fail_msg("%s:\n  found    %s\n  expected %s", g->what, found.bytes,
				 g->expected);
		assert_string_equal(d->report.format, g->format);
		assert_string_equal(d->report.columns, g->columns);
		assert_string_equal(d->report.encoding, g->encoding ? g->encoding : "");
		assert_int_equal(d->report.duplicates, g->duplicates);
		assert_string_equal(d->report.first_rejected, "");
		dataset_free(d);
	}
	text_done(&found);
}

static const struct bad {
	const char *what;
	struct file file;
	struct load_options options;
	int code;
	const char *text;
} bad_files[] = {
	{ "missing",
	  { NULL },
	  { 0 },
	  ERR_DATA,
	  "@/missing: cannot be opened: No such file or directory" },
	{ "empty",
	  { "x.csv", "" },
	  { 0 },
	  ERR_DATA,
	  "@/x.csv: is empty, expected lines of ratings or titles" },
	{ "blank lines only",
	  { "x.csv", "\n \n# c\n" },
	  { 0 },
	  ERR_DATA,
	  "@/x.csv: has nothing but blank lines and comments" },
	{ "header only",
	  { "x.csv", "user,item,rating\n" },
	  { 0 },
	  ERR_DATA,
	  "@/x.csv: has no ratings, only a header" },
	{ "binary",
	  { "x.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\3\x20", 20 },
	  { 0 },
	  ERR_DATA,
	  "@/x.png: is not text, expected lines of ratings or titles, plain, compressed (.gz, .xz, "
	  ".zst), or in a .zip or .tar" },
	{ "one column",
	  { "x.txt", "\n1\n2\n3\n" },
	  { 0 },
	  ERR_DATA,
	  "x.txt:2:1: too few columns, expected user, item and rating (separated by tabs, \"::\", "
	  "commas, semicolons, \"|\" or blanks)" },
	{ "no ratings",
	  { "x.csv", "1,2\n1,3\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:1: only two columns: pairs without ratings? Expected user, item and rating; "
	  "clicks or purchases cannot be trained on, for all of them would be alike" },
	{ "header without rating",
	  { "x.csv", "userId,movieId,tag\n1,2,fun\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:1: the header (userId, movieId, tag) names no rating; type columns= with user, "
	  "item, rating or - for each column, such as columns=user,item,rating, or format=matrix "
	  "if a "
	  "line holds all ratings of a user; clicks or purchases without ratings cannot be trained "
	  "on" },
	{ "header of unknown words",
	  { "x.csv", "who,what,how good\n1,2,3\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:1: the header (who, what, how good) names no user, no item, no rating; type "
	  "columns= with user, item, rating or - for each column, such as "
	  "columns=user,item,rating, or format=matrix if a line holds all ratings of a user" },
	{ "one of three lines",
	  { "x.csv", "1,2,3\n1,3,x\n1,4,5\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:2:5: rating \"x\", expected a number such as 4 or 3.5 (1 of 3 lines are bad; this "
	  "is the first)" },
	{ "ratings of text",
	  { "x.csv", "userId,movieId,rating\n1,2,good\n1,3,bad\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:2:5: rating \"good\", expected a number such as 4 or 3.5 (2 of 2 lines are bad; "
	  "this is the first)" },
	{ "not a number",
	  { "x.csv", "1,2,nan\n" },
	  { 0 },
	  ERR_DATA,
	  "@/x.csv: has no ratings: all values are missing" },
	{ "infinity",
	  { "x.csv", "1,2,1e999\n1,2,inf\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:5: rating \"1e999\", expected a number such as 4 or 3.5 (2 of 2 lines are bad; "
	  "this is the first)" },
	{ "too great for a float",
	  { "x.csv", "1,2,-1e39\n1,2,1e39\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:5: rating \"-1e39\", expected a number such as 4 or 3.5 (2 of 2 lines are bad; "
	  "this is the first)" },
	{ "a number with something behind it",
	  { "x.csv", "1,2,4x\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:5: rating \"4x\", expected a number such as 4 or 3.5 (1 of 1 lines are bad; "
	  "this is the first)" },
	{ "hostile rating",
	  { "x.csv", "1,2,\x1b[2J\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:5: rating \"\ufffd[2J\", expected a number such as 4 or 3.5 (1 of 1 lines are "
	  "bad; this is the first)" },
	{ "outside the scale",
	  { "x.csv", "1,2,7\n" },
	  { .min = 1, .max = 5 },
	  ERR_DATA,
	  "x.csv:1:5: rating 7, expected 1 to 5; set the scale with scale=MIN,MAX (1 of 1 lines "
	  "are bad; this is the first)" },
	{ "blank id",
	  { "x.csv", "\"  \",2,3\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:4: user \"\", expected an id (1 of 1 lines are bad; this is the first)" },
	{ "empty id",
	  { "x.csv", "1,,3\n" },
	  { 0 },
	  ERR_DATA,
	  "x.csv:1:3: item \"\", expected an id (1 of 1 lines are bad; this is the first)" },
	{ "quote not closed",
	  { "x.csv", "a,\"b,3\n" },
	  { .format = "csv" },
	  ERR_DATA,
	  "x.csv:1:3: a quote is not closed, expected \"...\" and then \",\" (1 of 1 lines are "
	  "bad; this is the first)" },
	{ "text behind a quote",
	  { "x.csv", "a,\"b\"c,3\n" },
	  { .format = "csv" },
	  ERR_DATA,
	  "x.csv:1:3: a quote is not closed, expected \"...\" and then \",\" (1 of 1 lines are "
	  "bad; this is the first)" },
	{ "another separator than asked for",
	  { "x.csv", "1,2,3\n" },
	  { .format = "tsv" },
	  ERR_DATA,
	  "x.csv:1:1: 1 column, expected user item rating (1 of 1 lines are bad; this is the "
	  "first)" },
	{ "unknown format",
	  { "x.csv", "1,2,3\n" },
	  { .format = "xml" },
	  ERR_USAGE,
	  "format: \"xml\" is not one of: ml-100k ml-1m ml-csv book-crossing netflix recbole csv "
	  "tsv colons "
	  "semicolons bars blanks jsonl matrix" },
	{ "folder with a single file, which is no ratings",
	  { "readme.txt", "hello\n" },
	  { 0 },
	  ERR_DATA,
	  "readme.txt:1:1: too few columns, expected user, item and rating (separated by tabs, "
	  "\"::\", commas, semicolons, \"|\" or blanks)" },
	{ "missing test file",
	  { "x.csv", "1,2,3\n" },
	  { .test = "/nowhere/t" },
	  ERR_DATA,
	  "/nowhere/t: cannot be opened: No such file or directory" },
	{ "a folder as test file",
	  { "x.csv", "1,2,3\n" },
	  { .test = "/" },
	  ERR_DATA,
	  "/: is a folder, expected a file" },
	{ "missing titles",
	  { "x.csv", "1,2,3\n" },
	  { .titles = "/nowhere/t" },
	  ERR_DATA,
	  "/nowhere/t: cannot be opened: No such file or directory" },
};

/* With the test's folder written as "@". */
static void shorten(const char *text, char *out, size_t size)
{
	size_t n = strlen(scratch);
	if (!strncmp(text, scratch, n))
		snprintf(out, size, "@%s", text + n);
	else
		snprintf(out, size, "%s", text);
}

static void expect_error(const char *what, const char *path, const struct load_options *o, int code,
			 const char *expected)
{
	struct dataset *d = NULL;
	struct err e = { 0 };
	char text[1024], shown[1024];
	int found = dataset_load(path, o, &d, &e);
	shorten(err_text(&e, text, sizeof text), shown, sizeof shown);
	if (found != code || e.code != code || strcmp(shown, expected) != 0)
		fail_msg("%s:\n  found    %d %s\n  expected %d %s", what, found, shown, code,
			 expected);
	assert_null(d);
}

static void bad_files_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
		const struct bad *b = &bad_files[i];
		char path[256];
		write_files(&b->file, 1);
		scratch_path(b->file.name ? b->file.name : "missing", path, sizeof path);
		bool whole_folder = b->file.name && !strcmp(b->file.name, "readme.txt");
		expect_error(b->what, whole_folder ? scratch : path, &b->options, b->code, b->text);
	}
}

static void forbidden_file(void **state)
{
	char path[256];
	write_files(&(struct file){ "x.csv", "1,2,3\n" }, 1);
	assert_int_equal(chmod(scratch_path("x.csv", path, sizeof path), 0), 0);
	bool root = geteuid() == 0;
	if (root && seteuid(65534) < 0)
		skip();
	expect_error("forbidden", path, NULL, ERR_DATA,
		     "@/x.csv: cannot be opened: Permission denied");
	if (root)
		assert_int_equal(seteuid(0), 0);
}

/* n lines of which `bad` are bad, every tenth from the third. */
static void write_lines(int n, int bad, const char *line, size_t length)
{
	struct text t = { 0 };
	for (int i = 0; i < n; i++)
		if (bad > 0 && i % 10 == 2) {
			text_add(&t, line, length);
			bad--;
		} else {
			text_addf(&t, "%d,%d,%d\n", i / 10, i % 10, 1 + i % 5);
		}
	scratch_empty();
	scratch_write("x.csv", t.bytes, t.length);
	text_done(&t);
}

static void few_bad_lines_are_counted(void **state)
{
	static char overlong[3 << 20], long_id[300];
	memset(overlong, '1', sizeof overlong);
	memcpy(overlong + sizeof overlong - 5, ",2,3\n", 5);
	memcpy(long_id, overlong + sizeof overlong - sizeof long_id, sizeof long_id);
	const struct {
		const char *line;
		size_t length;
		const char *report;
	} cases[] = {
		{ "1,2,x\n", 6, "x.csv:3:5: rating \"x\", expected a number such as 4 or 3.5" },
		{ "1,2\n", 4, "x.csv:3:1: 2 columns, expected user item rating" },
		{ "1,\0002,3\n", 7, "x.csv:3:3: a NUL byte, expected text" },
		{ overlong, sizeof overlong,
		  "x.csv:3:1: the line is longer than 1048576 bytes, expected a rating" },
		{ long_id, sizeof long_id,
		  "x.csv:3:1: user \"1111111111111111111111111111111111111111\"..., expected an id "
		  "of at most 255 bytes" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char path[256], text[1024];
		struct dataset *d;
		struct err e;
		write_lines(1000, 10, cases[i].line, cases[i].length);
		if (dataset_load(scratch_path("x.csv", path, sizeof path), NULL, &d, &e) < 0)
			fail_msg("%s", err_text(&e, text, sizeof text));
		assert_string_equal(d->report.first_rejected, cases[i].report);
		assert_int_equal(d->report.rejected, 10);
		assert_int_equal(d->report.ratings, 990);
		assert_int_equal(d->report.lines, 1000);
		dataset_free(d);
	}
}

static void many_bad_lines_are_an_error(void **state)
{
	char path[256];
	write_lines(1000, 11, "1,2,x\n", 6);
	expect_error("11 of 1000", scratch_path("x.csv", path, sizeof path), NULL, ERR_DATA,
		     "x.csv:3:5: rating \"x\", expected a number such as 4 or 3.5 "
		     "(11 of 1000 lines are bad; this is the first)");
	write_lines(100, 2, "1,2,x\n", 6);
	expect_error("2 of 100", path, NULL, ERR_DATA,
		     "x.csv:3:5: rating \"x\", expected a number such as 4 or 3.5 "
		     "(2 of 100 lines are bad; this is the first)");
}

static void load_good(const char *name, const struct load_options *o, struct dataset **d)
{
	struct err e;
	char path[256], text[1024];
	if (dataset_load(scratch_path(name, path, sizeof path), o, d, &e) < 0)
		fail_msg("%s", err_text(&e, text, sizeof text));
}

static void told_scale_and_found_scale(void **state)
{
	struct dataset *d;
	write_files(&(struct file){ "x.csv", "1,2,3\n1,3,4.5\n" }, 1);
	load_good("x.csv", NULL, &d);
	assert_float_equal(d->min, 3, 0);
	assert_float_equal(d->max, 4.5, 0);
	assert_string_equal(d->name, "x");
	dataset_free(d);
	load_good("x.csv", &(struct load_options){ .min = 0, .max = 5 }, &d);
	assert_float_equal(d->min, 0, 0);
	assert_float_equal(d->max, 5, 0);
	dataset_free(d);
}

/* Random digits: they do not compress to a single block. */
static size_t write_gzip(const char *name, int lines)
{
	char path[256];
	struct rng rng;
	struct stat st;
	scratch_empty();
	gzFile f = gzopen(scratch_path(name, path, sizeof path), "wb");
	rng_init(&rng, 1, 0);
	for (int i = 0; i < lines; i++)
		gzprintf(f, "%d::%d::%d\n", i, (int)rng_below(&rng, 1000000), 1 + i % 5);
	assert_int_equal(gzclose(f), Z_OK);
	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void gzip_is_read(void **state)
{
	struct dataset *d;
	write_gzip("ratings.dat.gz", 1000);
	load_good("", NULL, &d);
	assert_int_equal(d->report.ratings, 1000);
	assert_string_equal(d->report.format, "MovieLens 1M or 10M");
	dataset_free(d);
	load_good("ratings.dat.gz", NULL, &d);
	assert_string_equal(d->name, "ratings");
	dataset_free(d);
}

static void damaged_gzip_is_refused(void **state)
{
	char path[256];
	size_t size = write_gzip("x.gz", 20000);
	scratch_path("x.gz", path, sizeof path);
	assert_int_equal(truncate(path, (off_t)(size / 2)), 0);
	expect_error("half a gzip", path, NULL, ERR_DATA,
		     "@/x.gz: the compressed file ends too early; fetch it again");
	size = write_gzip("x.gz", 20000);
	FILE *f = fopen(path, "r+b");
	fseek(f, (long)size - 6, SEEK_SET); /* in the checksum */
	int byte = fgetc(f);
	fseek(f, (long)size - 6, SEEK_SET);
	fputc(byte ^ 1, f);
	fclose(f);
	expect_error(
		"a flipped bit", path, NULL, ERR_DATA,
		"@/x.gz: the compressed file is damaged (incorrect data check); fetch it again");
}

/* A file whose ratings begin after far more than a block: after `comments` lines of comment and
 * `skipped` others, and whose last line is bad. */
static void write_late(const char *name, bool packed, const char *end, int comments, int skipped)
{
	struct text t = { 0 };
	char path[256];
	for (int i = 0; i < comments; i++)
		text_addf(&t,
			  "# comment number %d, as long as such a line may well be in a file from "
			  "a machine%s",
			  i, end);
	for (int i = 0; i < skipped; i++)
		text_addf(&t, "a line of something else, to be skipped%s", end);
	text_addf(&t, "user;item;rating%s", end);
	for (int i = 0; i < 300; i++)
		text_addf(&t, "u%d;i%d;%d%s", i, i % 7, 1 + i % 5, end);
	text_addf(&t, "u1;i1;bad%s", end);
	scratch_empty();
	if (packed) {
		gzFile f = gzopen(scratch_path(name, path, sizeof path), "wb");
		assert_int_equal(gzwrite(f, t.bytes, (unsigned)t.length), t.length);
		assert_int_equal(gzclose(f), Z_OK);
	} else {
		scratch_write(name, t.bytes, t.length);
	}
	text_done(&t);
}

static void a_file_may_begin_late(void **state)
{
	static const int counts[][2] = { { 0, 0 },        { 4000, 0 }, { 0, 10000 },
					 { 4000, 10000 }, { 1533, 0 }, { 1, 3276 } };
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
		for (int kind = 0; kind < 4; kind++) {
			const bool packed = kind & 1;
			const char *end = kind & 2 ? "\r\n" : "\n",
				   *name = packed ? "x.csv.gz" : "x.csv";
			const int comments = counts[c][0], skipped = counts[c][1];
			struct dataset *d;
			char where[64];
			write_late(name, packed, end, comments, skipped);
			load_good(name,
				  &(struct load_options){ .skip = skipped ? comments + skipped
									  : 0 },
				  &d);
			assert_int_equal(d->report.ratings, 300);
			assert_int_equal(d->report.rejected, 1);
			snprintf(where, sizeof where, "%s:%d:7: ", name, comments + skipped + 302);
			if (strncmp(d->report.first_rejected, where, strlen(where)))
				fail_msg("%d comments, %d skipped: %s, expected %s", comments,
					 skipped, d->report.first_rejected, where);
			dataset_free(d);
		}
	char path[256];
	write_late("x.csv", false, "\n", 4000, 0);
	expect_error("all is skipped", scratch_path("x.csv", path, sizeof path),
		     &(struct load_options){ .skip = 5000 }, ERR_DATA,
		     "@/x.csv: has only 4302 lines, all of them skipped");
}

static bool stop_at_once(void *ctx, double fraction)
{
	double *seen = ctx;
	*seen = fraction;
	return false;
}

static bool go_on(void *ctx, double fraction)
{
	double *seen = ctx;
	assert_true(fraction >= *seen && fraction <= 1);
	*seen = fraction;
	return true;
}

static void progress_is_told_and_can_stop(void **state)
{
	char path[256];
	double seen = -1;
	struct dataset *d;
	struct load_options o = { .progress = stop_at_once, .ctx = &seen };
	write_lines(200000, 0, NULL, 0);
	expect_error("stopped", scratch_path("x.csv", path, sizeof path), &o, ERR_INTERRUPTED,
		     "@/x.csv: stopped; nothing was loaded");
	assert_true(seen > 0 && seen < 1);
	o.progress = go_on;
	seen = 0;
	load_good("x.csv", &o, &d);
	assert_float_equal(seen, 1, 0);
	dataset_free(d);
}

enum { TRAP_LINES = 3000 };

/* A file whose lines are of every kind and length, with ids that are numbers, names and quoted, old
 * ones and new ones to the end, and pairs that come again much later.  Returns the number of bad
 * lines. */
static int add_traps(struct text *t)
{
	static char overlong[1100000];
	struct rng rng;
	int bad = 0;
	rng_init(&rng, 3, 0);
	memset(overlong, '7', sizeof overlong - 1);
	text_addf(t, "user,item,rating\r\n");
	for (int i = 0; i < TRAP_LINES; i++) {
		const char *end = rng_below(&rng, 3) == 0 ? "\r\n" : "\n";
		int user = (int)rng_below(&rng, 1 + (uint64_t)i / 20),
		    item = (int)rng_below(&rng, 60);
		int rating = 1 + (int)rng_below(&rng, 5);
		if (i == 500 || i == 2500) {
			text_addf(t, "%d,%d,3,%s%s", user, item, overlong, end);
			bad++;
			continue;
		}
		switch (i > 100 ? rng_below(&rng, 100) : 9) {
		case 0: text_addf(t, "# %d,%d,%d%s", user, item, rating, end); break;
		case 1: text_addf(t, " \t%s%s", end, end); break;
		case 2:
			bad += i % 2,
				text_addf(t, "%d,%d,%s%s", user, item, i % 2 ? "bad" : "4", end);
			break;
		case 3:
			text_addf(t, "\"u \"\"%d\"\"\" , \"%d\",%d,\"more%s", user, item, rating,
				  end);
			break;
		case 4:
			text_addf(t, "%d,%d,%d,%.*s%s", user, item, rating,
				  (int)rng_below(&rng, 3000), overlong, end);
			break;
		case 5: text_addf(t, "caf\xc3\xa9 %d,%d,%d.5%s", user, item, rating, end); break;
		default: text_addf(t, "%d,item%d,%d%s", user, item, rating, end);
		}
	}
	text_addf(t, "last,1,5"); /* no line end */
	return bad;
}

static void describe_all(const struct dataset *d, struct text *out)
{
	const struct load_report *r = &d->report;
	describe(d, out);
	for (int32_t i = 0; i < dataset_items(d); i++)
		text_addf(out, " %s", ids_name(d->items, i));
	text_addf(out, " lines %lld duplicates %lld rejected %lld: %s", (long long)r->lines,
		  (long long)r->duplicates, (long long)r->rejected, r->first_rejected);
}

static void same_in_any_blocks_on_any_threads(void **state)
{
	static const size_t blocks[] = { 200, 3000, 40000, 0 };
	struct text content = { 0 }, first = { 0 }, found = { 0 };
	struct dataset *d;
	const int bad = add_traps(&content);
	scratch_empty();
	scratch_write("x.csv", content.bytes, content.length);
	for (int i = 0; i < 12; i++) {
		struct load_options o = { .block = blocks[i / 3] };
		kernel_set_threads(1 + i % 3);
		load_good("x.csv", &o, &d);
		assert_int_equal(d->report.rejected, bad);
		assert_true(bad > 5 && d->report.duplicates > 100);
		describe_all(d, i == 0 ? &first : &found);
		if (i > 0 && strcmp(first.bytes, found.bytes) != 0)
			fail_msg("blocks of %zu bytes on %d threads differ", o.block, 1 + i % 3);
		dataset_free(d);
	}
	kernel_set_threads(0);
	text_done(&content);
	text_done(&first);
	text_done(&found);
}

/* Where the first bad line stands must not depend on the block that it is in. */
static void place_of_a_bad_line_in_any_block(void **state)
{
	for (int i = 0; i < 12; i++) {
		struct load_options o = { .block = i < 6 ? 30 : 300 };
		struct dataset *d;
		char expected[128], content[2000];
		int bad = 10 + 13 * i;
		size_t n = 0;
		for (int line = 1; line <= 200; line++) /* a comment, then ratings */
			n += (size_t)snprintf(content + n, sizeof content - n,
					      line == 1     ? "#\n"
					      : line == bad ? "1,2,x\n"
							    : "%d,2,3\n",
					      line);
		kernel_set_threads(1 + i % 3);
		write_files(&(struct file){ "x.csv", content, n }, 1);
		load_good("x.csv", &o, &d);
		snprintf(expected, sizeof expected,
			 "x.csv:%d:5: rating \"x\", expected a number such as 4 or 3.5", bad);
		assert_string_equal(d->report.first_rejected, expected);
		assert_int_equal(d->report.lines, 200);
		dataset_free(d);
	}
	kernel_set_threads(0);
}

/* Whatever bytes a file has, it loads or is refused with a place and a sentence. */
static void no_bytes_crash_it(void **state)
{
	static const char *const seeds[] = {
		"196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
		"1::1193::5::978300760\n1::661::3::9\n",
		"userId,movieId,rating\r\n1,\"a\"\"b\",3\r\n# c\r\n2,\"c\",4\r\n",
		"\xef\xbb\xbfu a 1\nv \xe9 2.5e0\n",
	};
	struct rng rng;
	char path[256];
	rng_init(&rng, 7, 0);
	scratch_empty();
	scratch_path("x.csv", path, sizeof path);
	for (int round = 0; round < 2000; round++) {
		static const char marks[] = "\"\",;:\t\n\r |#\0\xff"
					    "0e-.";
		char content[128];
		size_t n = strlen(strcpy(content, seeds[round % 4]));
		for (uint64_t changes = 1 + rng_below(&rng, 4); changes > 0; changes--)
			content[rng_below(&rng, n)] = marks[rng_below(&rng, sizeof marks)];
		struct dataset *d = NULL;
		struct err e = { 0 };
		scratch_write("x.csv", content, 1 + rng_below(&rng, n));
		int status = dataset_load(
			path, &(struct load_options){ .titles = round % 8 < 4 ? NULL : path }, &d,
			&e);
		if (status < 0 &&
		    (status != ERR_DATA || e.code != ERR_DATA || !e.where[0] || !e.message[0]))
			fail_msg("round %d: status %d, \"%s\": \"%s\"", round, status, e.where,
				 e.message);
		assert_int_equal(status == 0, d != NULL);
		dataset_free(d);
	}
}

static bool stop_soon(void *ctx, double fraction)
{
	return ++*(int *)ctx < 3;
}

/* Another process that writes the file `from` into the pipe. */
static pid_t send_through(const char *pipe_path, const char *from)
{
	const pid_t writer = fork();
	if (writer != 0)
		return writer;
	char bytes[1000];
	FILE *in = fopen(from, "rb");
	int out = open(pipe_path, O_WRONLY);
	for (size_t n; in && (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
		if (write(out, bytes, n) != (ssize_t)n)
			_exit(1);
	_exit(0);
}

static void wait_for(pid_t writer)
{
	int status;
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
}

/* A pipe is refused at once, or waited for until nobody wants to any more; it may be slow, and
 * gzipped. */
static void pipes_are_read_by_those_who_wait(void **state)
{
	char path[256], from[256];
	int asked = 0;
	scratch_empty();
	assert_int_equal(mkfifo(scratch_path("pipe", path, sizeof path), 0600), 0);
	expect_error("a pipe", path, NULL, ERR_DATA, "@/pipe: is a pipe, expected a file");
	expect_error("a device", "/dev/zero", NULL, ERR_DATA,
		     "/dev/zero: is a device, expected a file");
	expect_error("a device, pipes allowed", "/dev/zero",
		     &(struct load_options){ .pipes = true }, ERR_DATA,
		     "/dev/zero: is a device, expected a file");
	expect_error("a pipe that nobody writes to", path,
		     &(struct load_options){ .pipes = true, .progress = stop_soon, .ctx = &asked },
		     ERR_INTERRUPTED, "@/pipe: stopped while waiting for the pipe");
	write_gzip("x.gz", 20000);
	assert_int_equal(mkfifo(path, 0600), 0);
	scratch_path("x.gz", from, sizeof from);
	pid_t writer = send_through(path, from);
	struct dataset *d;
	load_good("pipe", &(struct load_options){ .pipes = true }, &d);
	assert_int_equal(d->report.ratings, 20000);
	dataset_free(d);
	wait_for(writer);
	static const char zip[300] = "PK\3\4", tar[600] = { [257] = 'u', 's', 't', 'a', 'r' };
	scratch_write("x.zip", zip, sizeof zip);
	scratch_write("x.tar", tar, sizeof tar);
	for (int i = 0; i < 2; i++) {
		writer = send_through(path, scratch_path(i ? "x.tar" : "x.zip", from, sizeof from));
		expect_error("an archive", path, &(struct load_options){ .pipes = true }, ERR_DATA,
			     "@/pipe: is an archive read through a pipe; write it to a file and "
			     "load that");
		wait_for(writer);
	}
}

/* Ratings are good without the titles beside them, and the report tells why these were not read. */
static void titles_that_cannot_be_read_are_told(void **state)
{
	char path[256], shown[600];
	struct dataset *d;
	write_files(&(struct file){ "ratings.csv", "userId,movieId,rating\n1,2,3\n1,3,4\n" }, 1);
	load_good("ratings.csv", NULL, &d);
	assert_string_equal(d->report.no_titles, "");
	dataset_free(d);
	assert_int_equal(mkfifo(scratch_path("movies.csv", path, sizeof path), 0600), 0);
	load_good("ratings.csv", NULL, &d);
	shorten(d->report.no_titles, shown, sizeof shown);
	assert_string_equal(shown, "@/movies.csv: is a pipe, expected a file");
	dataset_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files_load),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(forbidden_file),
		cmocka_unit_test(few_bad_lines_are_counted),
		cmocka_unit_test(many_bad_lines_are_an_error),
		cmocka_unit_test(told_scale_and_found_scale),
		cmocka_unit_test(gzip_is_read),
		cmocka_unit_test(damaged_gzip_is_refused),
		cmocka_unit_test(a_file_may_begin_late),
		cmocka_unit_test(pipes_are_read_by_those_who_wait),
		cmocka_unit_test(titles_that_cannot_be_read_are_told),
		cmocka_unit_test(progress_is_told_and_can_stop),
		cmocka_unit_test(same_in_any_blocks_on_any_threads),
		cmocka_unit_test(place_of_a_bad_line_in_any_block),
		cmocka_unit_test(no_bytes_crash_it),
	};
	return cmocka_run_group_tests_name("load", tests, scratch_make, scratch_remove);
}
