/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small data set of every kind that is known, with its traps, as a folder, a .zip, a .tar and a
 * .tar.gz; and damaged files of ratings with the exact sentence that each gets.  "@" in a path or
 * an error stands for the test's own folder. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "autorec/load.h"
#include "autorec/dataset.h"
#include "autorec/kernel.h"
#include "autorec/known.h"
#include "autorec/text.h"
#include "check.h"
#include "described.h"
#include "scratch.h"

enum { MOST_FILES = 6 };

struct file {
	const char *name, *content;
	size_t length; /* 0: up to the first NUL */
};

static size_t length_of(const struct file *f)
{
	return f->length ? f->length : strlen(f->content);
}

/* ---- files and archives ------------------------------------------------- */

/* Folders that the name needs are made. */
static void write_file(const struct file *f)
{
	char path[512];
	for (const char *slash = strchr(f->name, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(path, sizeof path, "%s/%.*s", scratch, (int)(slash - f->name), f->name);
		mkdir(path, 0755);
	}
	scratch_write(f->name, f->content, length_of(f));
}

static void write_gzip(const char *name, const char *content, size_t length)
{
	char path[512];
	gzFile gz = gzopen(scratch_path(name, path, sizeof path), "wb");
	assert_non_null(gz);
	assert_int_equal(gzwrite(gz, content, (unsigned)length), length);
	assert_int_equal(gzclose(gz), Z_OK);
}

static void add_member(struct archive *a, const struct file *f, const char *folder)
{
	struct archive_entry *entry = archive_entry_new();
	char name[256];
	snprintf(name, sizeof name, "%s%s", folder, f->name);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (la_int64_t)length_of(f));
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, f->content, length_of(f)), length_of(f));
	archive_entry_free(entry);
}

/* "set.zip", "set.tar" or "set.tar.gz" with all files under `folder`. */
static void write_archive(const char *name, const char *folder, const struct file *files)
{
	char path[512];
	struct archive *a = archive_write_new();
	if (strstr(name, ".zip"))
		archive_write_set_format_zip(a);
	else
		archive_write_set_format_ustar(a);
	if (strstr(name, ".gz"))
		archive_write_add_filter_gzip(a);
	assert_int_equal(archive_write_open_filename(a, scratch_path(name, path, sizeof path)),
			 ARCHIVE_OK);
	for (int i = 0; i < MOST_FILES && files[i].name; i++)
		add_member(a, &files[i], folder);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

/* ---- what was loaded, as text ------------------------------------------- */

static const char *at(const char *path, char out[512])
{
	snprintf(out, 512, "%s%s", path[0] == '@' ? scratch : "", path + (path[0] == '@'));
	return out;
}

/* ---- every kind --------------------------------------------------------- */

#define ML_100K_TITLES "242|Kolya (1996)|24-Jan-1997||http://x|0|1\n302|L\xe9on (1994)|||\n"
#define RECBOLE        "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"

static const struct set {
	const char *what;
	struct file files[MOST_FILES];
	const char *path; /* of what is loaded, within the folder; NULL: the whole, as a folder and
			     as archives */
	const char *format, *columns, *encoding, *expected;
	struct load_options options;
	int duplicates, n_files;
} sets[] = {
	{ "MovieLens 100K",
	  { { "u.data", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n196\t302\t1\t8\n" },
	    { "u.item", ML_100K_TITLES },
	    { "u.user", "1|24|M\n" },
	    { "README", "words\n" } },
	  NULL,
	  "MovieLens 100K",
	  "user item rating timestamp",
	  "Windows-1252",
	  "196: 302=1 242=3 | 186: 302=3 / 302: L\u00e9on (1994) | 242: Kolya (1996)" },
	{ "a given split of it",
	  { { "u.data", "9\t9\t9\t9\n" },
	    { "u1.base", "1\t242\t5\t0\n" },
	    { "u1.test", "1\t302\t4\t0\n" },
	    { "u.item", ML_100K_TITLES } },
	  "u1.base",
	  "MovieLens 100K",
	  "user item rating timestamp",
	  "Windows-1252",
	  "1: 242=5 / 242: Kolya (1996) | 302: L\u00e9on (1994) / test 1: 302=4",
	  .options = { .test = "u1.test" } },
	{ "MovieLens 1M",
	  { { "ratings.dat", "1::1193::5::978300760\n1::661::3::978302109\n2::661::4::0\n" },
	    { "movies.dat", "661::James, \"The\" (1996)::Animation|Children's\n1193::\xc9t\xe9: 2 "
			    "(1975)::Drama\n" },
	    { "users.dat", "1::F::1::10::48067\n" } },
	  NULL,
	  "MovieLens 1M or 10M",
	  "user item rating timestamp",
	  "Windows-1252",
	  "1: 661=3 1193=5 | 2: 661=4 / 661: James, \"The\" (1996) | 1193: \u00c9t\u00e9: 2 "
	  "(1975)" },
	{ "MovieLens 10M",
	  { { "ratings.dat", "1::122::4.5::838985046\r\n1::185::0.5::838983525\r\n" },
	    { "movies.dat", "122::Caf\u00e9 (1992)::Comedy\n" },
	    { "tags.dat", "1::122::fun::1\n" } },
	  NULL,
	  "MovieLens 1M or 10M",
	  "user item rating timestamp",
	  "UTF-8",
	  "1: 122=4.5 185=0.5 / 122: Caf\u00e9 (1992) | 185: " },
	{ "a given split of it",
	  { { "r1.train", "1::122::4.5::838985046\n" },
	    { "r1.test", "1::185::0.5::838983525\n" },
	    { "movies.dat", "122::Caf\u00e9 (1992)::Comedy\n" } },
	  "r1.train",
	  "MovieLens 1M or 10M",
	  "user item rating timestamp",
	  "UTF-8",
	  "1: 122=4.5 / 122: Caf\u00e9 (1992) | 185:  / test 1: 185=0.5",
	  .options = { .test = "r1.test" } },
	{ "MovieLens 20M, 25M, 32M, latest",
	  { { "ratings.csv",
	      "userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n1,29,0.5,1112484676" },
	    { "movies.csv", "movieId,title,genres\n2,\"City, The (1995)\",A|B\n29,\"\"\"Hi\"\", he "
			    "said\",(none)\n" },
	    { "tags.csv", "userId,movieId,tag,timestamp\n1,2,x,1\n" },
	    { "links.csv", "movieId,imdbId,tmdbId\n2,1,1\n" } },
	  NULL,
	  "CSV with header",
	  "user item rating timestamp",
	  "UTF-8",
	  "1: 2=3.5 29=0.5 / 2: City, The (1995) | 29: \"Hi\", he said" },
	{ "Netflix Prize, a file for each movie, titles in the folder above",
	  { { "training_set/mv_0000001.txt", "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n" },
	    { "training_set/mv_0000002.txt", "2:\r\n822109,4,2005-09-05\r\n1488844,1,2005-09-05" },
	    { "training_set/mv_0000003.txt", "3:\n822109,2,2005-01-01\n" },
	    { "movie_titles.txt",
	      "1,2003,Dinosaur Planet\n2,NULL,Cr\xe8me, \"The\", 2\n3,1997,Character, The\n" },
	    { "probe.txt", "1:\n822109\n" } },
	  NULL,
	  "Netflix Prize",
	  "item: user rating timestamp",
	  "Windows-1252",
	  "822109: 1=5 2=4 3=2 | 1488844: 1=3 2=1 / 1: Dinosaur Planet | 2: Cr\u00e8me, \"The\", 2 "
	  "| 3: Character, The",
	  .n_files = 3 },
	{ "Netflix Prize, only the folder of the movies",
	  { { "training_set/mv_0000001.txt", "1:\n7,3,2005-09-06\n" },
	    { "training_set/mv_0000002.txt", "2:\n7,4,2005-09-05\n" },
	    { "movie_titles.txt", "1,2003,One\n2,2004,Two, Three\n" } },
	  "training_set",
	  "Netflix Prize",
	  "item: user rating timestamp",
	  "UTF-8",
	  "7: 1=3 2=4 / 1: One | 2: Two, Three",
	  .n_files = 2 },
	{ "Netflix Prize, several movies in a file",
	  { { "combined_data_1.txt", "1:\n7,3,2005-09-06\n8,5,2005-05-13\n2:\n7,4,2005-09-05\n" },
	    { "combined_data_2.txt", "3:\n8,1,2005-09-06\n7,1,2005-09-06\n7,2,2005-09-07\n" },
	    { "movie_titles.csv", "1,2003,One\n2,NULL,Two, Three\n3,1999,\"Four\n" },
	    { "probe.txt", "1:\n7\n" },
	    { "qualifying.txt", "1:\n7,2005-12-19\n" } },
	  NULL,
	  "Netflix Prize",
	  "item: user rating timestamp",
	  "UTF-8",
	  "7: 3=2 1=3 2=4 | 8: 3=1 1=5 / 3: \"Four | 1: One | 2: Two, Three",
	  .n_files = 2,
	  .duplicates = 1 },
	{ "a header in a file called as the Netflix Prize's titles",
	  { { "combined_data_1.txt", "1:\n7,3,2005-09-06\n" },
	    { "movie_titles.csv", "item_id,title\n1,\"A, b\"\n" } },
	  NULL,
	  "Netflix Prize",
	  "item: user rating timestamp",
	  "UTF-8",
	  "7: 1=3 / 1: A, b" },
	{ "RecBole",
	  { { "toy.inter", RECBOLE "u\ta\t2.0\t1\nv\ta\t-1\t1\n" },
	    { "toy.item", "item_id:token\tmovie_title:token_seq\trelease_year:"
			  "token\na\tCaf\xc3\xa9 \"A\"\t1999\n" },
	    { "toy.user", "user_id:token\tage:token\nu\t1\n" } },
	  NULL,
	  "RecBole with header",
	  "user item rating timestamp",
	  "UTF-8",
	  "u: a=2 | v: a=-1 / a: Caf\u00e9 \"A\"" },
	{ "RecBole beside another set's titles",
	  { { "toy.inter", RECBOLE "u\ta\t2.0\t1\n" },
	    { "other.item", "item_id:token\ttitle:token_seq\na\tWrong\n" } },
	  "toy.inter",
	  "RecBole with header",
	  "user item rating timestamp",
	  "",
	  "u: a=2" },
	{ "Jester as Surprise has it: tabs in pairs",
	  { { "jester_ratings.dat", "1\t\t5\t\t0.219\n1\t\t7\t\t-9.281\n" } },
	  NULL,
	  "blanks between columns",
	  "user item rating",
	  "",
	  "1: 5=0.219 7=-9.281" },
	{ "LensKit",
	  { { "ratings.csv", "item,user,rating,timestamp\n5,1,0,9\n6,1,4,9\n" } },
	  NULL,
	  "CSV with header",
	  "item user rating timestamp",
	  "",
	  "1: 5=0 6=4" },
	{ "semicolons, everything quoted",
	  { { "x.csv", "\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"1\";\"03X\";\"0\"\n\"a;b\";"
		       "\"c\"\"d\";\"7\"\n" } },
	  "x.csv",
	  "semicolons between columns with header",
	  "user item rating",
	  "",
	  "1: 03X=0 | a;b: c\"d=7" },
	{ "bars, mark in front, CRLF, blank lines, no comment",
	  { { "x", "\xef\xbb\xbfu|a|1\r\n\r\n# u|c|9\r\n \t\r\nu|b|2" } },
	  "x",
	  "\"|\" between columns",
	  "user item rating",
	  "",
	  "u: a=1 b=2 | # u: c=9" },
	{ "quotes and commas in ids, a repeated pair",
	  { { "x.csv", "\"a,b\",\"say \"\"x\"\"\",1e0\n\"a,b\",\"say \"\"x\"\"\",-2\n" } },
	  "x.csv",
	  "CSV",
	  "user item rating",
	  "",
	  "a,b: say \"x\"=-2",
	  .duplicates = 1 },
	{ "ids in Latin-1 and UTF-8",
	  { { "x.csv", "caf\xe9,1,1\ncaf\xc3\xa9,2,2\n" } },
	  "x.csv",
	  "CSV",
	  "user item rating",
	  "",
	  "caf\u00e9: 1=1 2=2" },
	{ "columns told",
	  { { "x.txt", "4 i1 ? u1\n5 i2 ? u1\n" } },
	  "x.txt",
	  "blanks between columns",
	  "rating item - user",
	  "",
	  "u1: i1=4 i2=5",
	  .options = { .columns = "rating,item,-,user" } },
	{ "columns told against the header",
	  { { "x.csv", "userId,movieId,rating\n1,2,3\n" } },
	  "x.csv",
	  "CSV with header",
	  "item user rating",
	  "",
	  "2: 1=3",
	  .options = { .columns = "item,user,rating" } },
	{ "separator told",
	  { { "x.txt", "u 1~i,1~4\nu 1~i,2~5\n" } },
	  "x.txt",
	  "custom separator",
	  "user item rating",
	  "",
	  "u 1: i,1=4 i,2=5",
	  .options = { .separator = "~" } },
	{ "two marks told",
	  { { "x.txt", "u||i||4\n" } },
	  "x.txt",
	  "custom separator",
	  "user item rating",
	  "",
	  "u: i=4",
	  .options = { .separator = "||" } },
	{ "tab told in a file that looks otherwise",
	  { { "x.txt", "u,1\ti,1\t4,0\nu,1\ti,2\t5\n" } },
	  "x.txt",
	  "TSV",
	  "user item rating",
	  "",
	  "u,1: i,1=4 i,2=5",
	  .options = { .separator = "tab" } },
	{ "lines skipped",
	  { { "x.csv", "exported by x\n\nat noon\n1,2,3\n" } },
	  "x.csv",
	  "CSV",
	  "user item rating",
	  "",
	  "1: 2=3",
	  .options = { .skip = 3 } },
	{ "the shallowest ratings are the data set's",
	  { { "ratings.csv", "u,a,1\n" },
	    { "old/ratings.csv", "u,b,2\n" },
	    { "old/movies.csv", "a,Wrong\n" } },
	  NULL,
	  "CSV",
	  "user item rating",
	  "",
	  "u: a=1" },
	{ "a folder within the folder",
	  { { "ml/ratings.csv", "u,a,1\n" },
	    { "ml/movies.csv", "a,Right\n" },
	    { "notes.txt", "n\n" } },
	  NULL,
	  "CSV",
	  "user item rating",
	  "UTF-8",
	  "u: a=1 / a: Right" },
};

static void expect_set(const struct set *s, const char *path, const char *how)
{
	struct text found = { 0 };
	struct dataset *d;
	struct err e;
	char text[1024];
	if (dataset_load(path, &s->options, &d, &e) < 0)
		fail_msg("%s, %s: %s", s->what, how, err_text(&e, text, sizeof text));
	describe(d, &found);
	if (strcmp(found.bytes, s->expected) != 0)
		fail_msg("%s, %s:\n  found    %s\n  expected %s", s->what, how, found.bytes,
			 s->expected);
	assert_string_equal(d->report.format, s->format);
	assert_string_equal(d->report.columns, s->columns);
	assert_string_equal(d->report.encoding, s->encoding);
	assert_int_equal(d->report.duplicates, s->duplicates);
	assert_int_equal(d->report.files, s->n_files ? s->n_files : 1);
	assert_int_equal(d->report.rejected, 0);
	dataset_free(d);
	text_done(&found);
}

static void as_folder(const struct set *s)
{
	char path[1024];
	scratch_empty();
	for (int i = 0; i < MOST_FILES && s->files[i].name; i++)
		write_file(&s->files[i]);
	snprintf(path, sizeof path, "%s%s%s", scratch, s->path ? "/" : "", s->path ? s->path : "");
	expect_set(s, path, "folder");
	if (s->path)
		return;
	snprintf(path, sizeof path, "%s/", scratch);
	expect_set(s, path, "folder with a slash");
}

/* Members at the top or in a folder, with what some systems add. */
static void as_archive(const struct set *s, const char *name, const char *folder)
{
	char path[1024];
	struct file files[MOST_FILES] = { { NULL } };
	scratch_empty();
	memcpy(files, s->files, sizeof files);
	for (int i = 0; i < MOST_FILES; i++)
		if (!files[i].name) {
			files[i] = (struct file){ "__MACOSX/._ratings.csv", "\0\5\26\7", 4 };
			break;
		}
	write_archive(name, folder, files);
	snprintf(path, sizeof path, "%s/%s", scratch, name);
	if (s->path)
		snprintf(path, sizeof path, "%s/%s/%s%s", scratch, name,
			 strncmp(folder, "./", 2) ? folder : folder + 2, s->path);
	if (!s->path ||
	    strcmp(s->path, "training_set") != 0) /* a folder within an archive cannot be named */
		expect_set(s, path, name);
}

static void every_kind_loads(void **state)
{
	kernel_set_threads(1);
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		as_folder(&sets[i]);
		as_archive(&sets[i], "set.zip", "set/");
		as_archive(&sets[i], "set.zip", "");
		as_archive(&sets[i], "set.tar", "./set/");
		as_archive(&sets[i], "set.tar.gz", "set/");
	}
	kernel_set_threads(0);
}

static void gzipped_files_of_a_folder(void **state)
{
	const struct set *s = &sets[0];
	char path[512];
	scratch_empty();
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s.gz", s->files[i].name);
		write_gzip(path, s->files[i].content, strlen(s->files[i].content));
	}
	expect_set(s, scratch, "gzipped");
	scratch_empty();
	write_gzip("ratings.csv", "1,2,3\n", 6); /* the name does not matter */
	struct dataset *d;
	assert_int_equal(dataset_load(at("@/ratings.csv", path), NULL, &d, NULL), 0);
	assert_int_equal(d->report.ratings, 1);
	dataset_free(d);
}

/* ---- bad files ---------------------------------------------------------- */

#define ONE_OF_ONE " (1 of 1 lines are bad; this is the first)"
#define TOO_FEW                                                                                    \
	"too few columns, expected user, item and rating (separated by tabs, \"::\", commas, "     \
	"semicolons, \"|\" or blanks)"
#define AROUND(name)                                                                               \
	"a JSON object around an array, expected an object in each line; convert it: jq -c "       \
	"'.[\"" name "\"][]' FILE > r.jsonl"
#define FLATTEN                                                                                    \
	"x.csv:1:1: JSON objects within objects, expected plain ones; convert them: jq -c "        \
	"'[paths(scalars) as $p | {key: ($p | map(tostring) | join(\"_\")), value: "               \
	"getpath($p)}] | from_entries' FILE > r.jsonl"
#define DRAWN                                                                                      \
	"x.csv:1:1: a table drawn with lines; convert it: grep '|' FILE | grep -v -- --- | sed "   \
	"'s/^ *| *//; s/ *| *$//; s/ *| */|/g' > r.txt"
#define NONE   "has no ratings: all values are missing"
#define NUMBER ", expected a number such as 4 or 3.5"
#define NO_TEXT                                                                                    \
	"is not text, expected lines of ratings or titles, plain, compressed (.gz, .xz, .zst), "   \
	"or in a .zip or .tar"
#define HEADER(names, lacking, known)                                                              \
	"the header (" names ") names " lacking "; type columns= with user, item, rating or - "    \
	"for each column, such as columns=" known ", or format=matrix if a line holds all "        \
	"ratings of a user"

#define CLICKS "; clicks or purchases without ratings cannot be trained on"

static const struct bad {
	struct file file;
	const char *text;
	struct load_options options;
} bad_files[] = {
	{ { "x.csv", "" }, "@/x.csv: is empty, expected lines of ratings or titles" },
	{ { "x.csv", "\n" }, "@/x.csv: has nothing but blank lines and comments" },
	{ { "x.csv", "\xef\xbb\xbf" }, "@/x.csv: is empty, expected lines of ratings or titles" },
	{ { "x.csv", "\xef\xbb\xbf\r\n#1,2,3\r\n" },
	  "@/x.csv: has nothing but blank lines and comments" },
	{ { "x.csv", "userId,movieId,rating,timestamp\r\n" },
	  "@/x.csv: has no ratings, only a header" },
	{ { "x.csv", "\0\0\0\0\0\0\0\0", 8 }, "@/x.csv: " NO_TEXT },
	{ { "x.csv", "%PDF-1.5\n%\x1\x2\x3\x4\x5\x6\x7\x8\n", 19 },
	  "@/x.csv: is a PDF document, expected ratings as text" },
	{ { "x.parquet", "PAR1\x15\x04\x15\x10", 8 },
	  "@/x.parquet: is a Parquet file; convert it in Python: "
	  "pandas.read_parquet('FILE').to_csv('r.csv', index=False)" },
	{ { "x.csv", "[{\"user\": 1,\n\"item\": 2}]\n" },
	  "x.csv:1:1: a JSON array of objects, expected an object in each line; convert it: "
	  "jq -c '.[]' FILE > r.jsonl" },
	{ { "x.csv", "[\n  [1, 2, 5],\n  [1, 3, 4]\n]\n" },
	  "x.csv:1:1: a JSON array of arrays, expected lines; convert it: jq -r '.[] | @csv' FILE "
	  "> r.csv" },
	{ { "x.csv", "beer/name: Pils\nbeer/beerId: 7\nreview/taste: 3\nreview/overall: 4\n"
		     "review/profileName: ann\n\nbeer/name: Pils\n" },
	  "x.csv:1:1: a record in several lines, expected a rating in each line; convert it: awk "
	  "-v RS= -F'\\n' '{for (i = 1; i <= NF; i++) {n = index($i, \": \"); v[substr($i, 1, n - "
	  "1)] = substr($i, n + 2)} print v[\"review/profileName\"] \"\\t\" v[\"beer/beerId\"] "
	  "\"\\t\" v[\"review/overall\"]}' FILE > r.tsv" },
	{ { "x.csv", "[1,2,5]\n[1,3,4]\n" },
	  "x.csv:1:1: JSON arrays, expected lines of ratings; convert them: jq -r '@csv' FILE > "
	  "r.csv" },
	{ { "x.csv", "{\n \"n\": 2,\n \"all\": [\n  {\"user\": 1}\n ]\n}\n" },
	  "x.csv:1:1: " AROUND("all") },
	{ { "x.csv", "{\"all\":[{\"user\":1,\"item\":2,\"rating\":3}]}\n" },
	  "x.csv:1:1: " AROUND("all") },
	{ { "x.csv", "{\n \"user\": 1,\n \"item\": 2,\n \"rating\": 3\n}\n" },
	  "x.csv:1:1: a JSON object in several lines, expected one in each line; convert it: jq -c "
	  ". FILE > r.jsonl" },
	{ { "x.csv", "{\"1\": {\"A\": 5, \"B\": 4}, \"2\": {\"A\": 1}}\n" },
	  "x.csv:1:1: JSON objects within an object; if they are the ratings of each user, convert "
	  "them: jq -r 'to_entries[] | .key as $u | .value | to_entries[] | [$u, .key, .value] | "
	  "@csv' FILE > r.csv" },
	{ { "x.csv", "{\"user\":{\"id\":1},\"item\":{\"id\":7},\"rating\":5}\n" }, FLATTEN },
	{ { "x.csv", "{\"a\":{\"id\":1},\"b\":{\"stars\":5}}\n{\"a\":{\"id\":2},\"b\":{\"stars\":"
		     "4}}\n" },
	  FLATTEN },
	{ { "x.csv", "| user | item | rating |\n|------|:----:|---|\n| 1 | A | 5 |\n" }, DRAWN },
	{ { "x.csv", "+---+---+---+\n| u | i | r |\n+---+---+---+\n| 1 | A | 5 |\n" }, DRAWN },
	{ { "x.csv", " u | i | r \n---+---+---\n 1 | A | 5\n(1 row)\n" }, DRAWN },
	{ { "x.mtx", "%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n" },
	  "@/x.mtx: is a dense matrix in Matrix Market's format; write it as a .csv with a line "
	  "per user and load it with format=matrix" },
	{ { "x.csv", "one\ntwo\n" }, "x.csv:1:1: " TOO_FEW },
	{ { "x.csv", "# note\n\n1\n" }, "x.csv:3:1: " TOO_FEW },
	{ { "x.csv", "<html><body>Not Found</body></html>" },
	  "@/x.csv: is a web page, not ratings; the download has probably failed" },
	{ { "x.csv", "userId,movieId,tag,timestamp\n1,2,fun,9\n" },
	  "x.csv:1:1: " HEADER("userId, movieId, tag, timestamp", "no rating",
			       "user,item,rating,timestamp") CLICKS },
	{ { "x.inter", "user_id:token\titem_id:token\ttimestamp:float\nu\ti\t9\n" },
	  "x.inter:1:1: " HEADER("user_id:token, item_id:token, timestamp:float", "no rating",
				 "user,item,timestamp") CLICKS },
	{ { "x.csv", "movieId,rating,when\n1,2,3\n" },
	  "x.csv:1:1: " HEADER("movieId, rating, when", "no user", "item,rating,timestamp") },
	{ { "x.csv", "user,score,x\n1,2,3\n" },
	  "x.csv:1:1: " HEADER("user, score, x", "no item", "user,rating,item") },
	{ { "x.csv", "1,2,NaN\n" }, "@/x.csv: " NONE },
	{ { "x.csv", "1,2,-Infinity\n" }, "x.csv:1:5: rating \"-Infinity\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,1e400\n" }, "x.csv:1:5: rating \"1e400\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,3.5e38\n" }, "x.csv:1:5: rating \"3.5e38\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,0x1p3\n" }, "x.csv:1:5: rating \"0x1p3\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,4.5.6\n" }, "x.csv:1:5: rating \"4.5.6\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,1e\n" }, "x.csv:1:5: rating \"1e\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,--4\n" }, "x.csv:1:5: rating \"--4\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,4 stars\n" }, "x.csv:1:5: rating \"4 stars\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,\n" }, "@/x.csv: " NONE },
	{ { "x.csv", "1,2,\"\"\n" }, "@/x.csv: " NONE },
	{ { "x.csv", "1,2,\xd9\xa4\n" }, "x.csv:1:5: rating \"\u0664\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,\x1b]52;c;eA==\x07\n" },
	  "x.csv:1:5: rating \"\ufffd]52;c;eA==\ufffd\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "1,2,\xe2\x80\xae"
		     "5\n" },
	  "x.csv:1:5: rating \"\ufffd5\"" NUMBER ONE_OF_ONE },
	{ { "x.csv", "u,i,4\n\"1\"2,2,3\nu,j,x\n" },
	  "x.csv:2:1: a quote is not closed, expected \"...\" and then \",\" (2 of 3 lines are "
	  "bad; this is the first)" },
	{ { "x.csv", "\"1,2,3\n" },
	  "x.csv:1:1: a quote is not closed, expected \"...\" and then \",\"" ONE_OF_ONE,
	  { .format = "csv" } },
	{ { "x.csv", ",2,3\n" }, "x.csv:1:1: user \"\", expected an id" ONE_OF_ONE },
	{ { "x.dat", "1::::3::9\n" }, "x.dat:1:4: item \"\", expected an id" ONE_OF_ONE },
	{ { "x.csv", "1,\0,3\n", 6 }, "x.csv:1:3: a NUL byte, expected text" ONE_OF_ONE },
	{ { "x.csv", "1,2,6\n" },
	  "x.csv:1:5: rating 6, expected 1 to 5; set the scale with scale=MIN,MAX" ONE_OF_ONE,
	  { .min = 1, .max = 5 } },
	{ { "x.csv", "1,2,0\n" },
	  "x.csv:1:5: rating 0, expected 1 to 5; set the scale with scale=MIN,MAX" ONE_OF_ONE,
	  { .min = 1, .max = 5 } },
	{ { "x.csv", "1,2,3\n" },
	  "x.csv:1:1: 1 column, expected user item rating" ONE_OF_ONE,
	  { .separator = ";" } },
	{ { "x.csv", "1,2,3\n" },
	  "x.csv:1:1: 3 columns, expected user - item rating" ONE_OF_ONE,
	  { .columns = "user,-,item,rating" } },
	{ { "x.csv", "1,2,3\n" }, "@/x.csv: has only 1 lines, all of them skipped", { .skip = 5 } },
	{ { "x.csv", "1,2,3\n" },
	  "sep: \"4\" is not a separator, expected one or two characters such as , ; | or ::, or "
	  "the word tab or blanks",
	  { .separator = "4" } },
	{ { "x.csv", "1,2,3\n" },
	  "columns: \"user,item\" has no rating, expected user, item and rating in the order of "
	  "the file",
	  { .columns = "user,item" } },
	{ { "x.csv", "1,2,3\n" },
	  "columns: \"user,thing,rating\" is wrong at \"thing,rating\", expected user, item and "
	  "rating once each, as in item,-,user,rating where - skips a column",
	  { .columns = "user,thing,rating" } },
	{ { "x.csv", "1,2,3\n" },
	  "columns: \"user,item,user,rating\" is wrong at \"user,rating\", expected user, item and "
	  "rating once each, as in item,-,user,rating where - skips a column",
	  { .columns = "user,item,user,rating" } },
	{ { "mv_0000001.txt", "1:\n" },
	  "mv_0000001.txt:1:1: too few columns, expected user and rating after an item line such "
	  "as \"7:\" (separated by tabs, \"::\", commas, semicolons, \"|\" or blanks)" },
	{ { "mv_0000001.txt", "1:\n7\n8\n" },
	  "mv_0000001.txt:1:1: too few columns, expected user and rating after an item line such "
	  "as \"7:\" (separated by tabs, \"::\", commas, semicolons, \"|\" or blanks)" },
	{ { "mv_0000001.txt", "1:\n7,2005-12-19\n" },
	  "mv_0000001.txt:2:3: rating \"2005-12-19\"" NUMBER ONE_OF_ONE },
	{ { "combined_data_1.txt", "1:\n7,3,2005-12-19\n \t:\n8,3,2005-12-19\n" },
	  "combined_data_1.txt:3:3: item \"\", expected an id" },
	{ { "combined_data_1.txt", "1:\n7,3,2005-12-19\n2\0:\n8,3,2005-12-19\n", 37 },
	  "combined_data_1.txt:3:2: a NUL byte, expected text" },
	{ { "x.gz", "\x1f\x8b\x08\0\0\0\0\0\0\3", 10 },
	  "@/x.gz: the compressed file ends too early; fetch it again" },
	{ { "x.gz", "\x1f\x8b\x08\0\0\0\0\0\0\3\xff\xff\xff\xff\xff\xff", 16 },
	  "@/x.gz: the compressed file is damaged (invalid block type); fetch it again" },
};

/* Replaces the test's own folder by "@". */
static void hide_scratch(char *text)
{
	const size_t n = strlen(scratch);
	for (char *at = text; (at = strstr(at, scratch));) {
		*at++ = '@';
		memmove(at, at + n - 1, strlen(at + n - 1) + 1);
	}
}

static void expect_error(const char *path, const struct load_options *o, const char *expected)
{
	struct dataset *d = NULL;
	struct err e = { 0 };
	char shown[1024];
	int found = dataset_load(path, o, &d, &e);
	err_text(&e, shown, sizeof shown);
	hide_scratch(shown);
	if (found >= 0 || found != e.code || strcmp(shown, expected) != 0)
		fail_msg("%s\n  found    %d %s\n  expected %s", path, found, shown, expected);
	bool option = !strncmp(expected, "sep:", 4) || !strncmp(expected, "columns:", 8);
	assert_int_equal(found, option ? ERR_USAGE : ERR_DATA);
	assert_null(d);
}

static void bad_files_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
		char path[512];
		scratch_empty();
		write_file(&bad_files[i].file);
		expect_error(scratch_path(bad_files[i].file.name, path, sizeof path),
			     &bad_files[i].options, bad_files[i].text);
	}
}

static void bad_folders_are_refused(void **state)
{
	static const struct {
		struct file files[MOST_FILES];
		const char *path, *text;
	} cases[] = {
		{ { { "a.txt", "x\n" }, { "b.txt", "y\n" } },
		  "@",
		  "@: has no ratings file with a known name, expected one of u.data, ratings.dat, "
		  "ratings.csv, BX-Book-Ratings.csv, mv_0000001.txt, combined_data_1.txt, "
		  "*.inter; or name the file: load @/a.txt; load @/b.txt" },
		{ { { "a.jpg", "x\n" }, { "b.pdf", "y\n" } },
		  "@",
		  "@: has no ratings file with a known name, expected one of u.data, ratings.dat, "
		  "ratings.csv, BX-Book-Ratings.csv, mv_0000001.txt, combined_data_1.txt, "
		  "*.inter; or name the file itself" },
		{ { { "a/u.data", "1\t2\t3\n" }, { "b/ratings.csv", "1,2,3\n" } },
		  "@",
		  "@: has several ratings files; choose one: load @/a/u.data; load "
		  "@/b/ratings.csv" },
		{ { { "a.inter", "1\t2\t3\n" },
		    { "b.inter", "1\t2\t3\n" },
		    { "c.inter", "x" },
		    { "d.inter", "x" } },
		  "@",
		  "@: has several ratings files; choose one: load @/a.inter; load @/b.inter; load "
		  "@/c.inter; and 1 more" },
		{ { { "x.train.inter", "1\t2\t3\n" },
		    { "x.valid.inter", "1\t2\t3\n" },
		    { "x.test.inter", "x" } },
		  "@",
		  "@: has several ratings files; choose one: load @/x.train.inter "
		  "test=x.test.inter" },
		{ { { "mv_0000001.txt", "1:\n7,3,2005-12-19\n" },
		    { "mv_0000002.txt", "7,3,2005-12-19\n" } },
		  "@",
		  "@/mv_0000002.txt: has ratings before its first item, expected a line such as "
		  "\"7:\" first" },
		{ { { "mv_0000001.txt", "1:\n7,3,2005-12-19\n" },
		    { "mv_0000002.txt", "2:\n\n8,3,2005-12-19\n7,y,2005-12-19\n9,x,\n" } },
		  "@",
		  "mv_0000002.txt:4:3: rating \"y\"" NUMBER
		  " (2 of 4 lines are bad; this is the first)" },
		{ { { "x.csv", "1,2,3\n" } },
		  "@/x.csv/y",
		  "@/x.csv/y: cannot be opened: Not a directory" },
		{ { { "x.csv", "1,2,3\n" } },
		  "@/y.zip",
		  "@/y.zip: cannot be opened: No such file or directory" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char path[512];
		scratch_empty();
		for (int f = 0; cases[i].files[f].name; f++)
			write_file(&cases[i].files[f]);
		expect_error(at(cases[i].path, path), NULL, cases[i].text);
	}
}

/* A section that goes on over many small blocks, and lines counted in each of two files. */
static void sections_go_on_in_any_block(void **state)
{
	struct text files[2] = { { 0 } }, first = { 0 }, found = { 0 };
	char path[64];
	scratch_empty();
	for (int f = 0; f < 2; f++) {
		for (int item = 1; item <= 30; item++) {
			text_addf(&files[f], "%d:\r\n", 30 * f + item);
			for (int u = 0; u < item * 3; u++)
				text_addf(&files[f], "%d,%d,2005-01-01\n", 1000 + u * 7,
					  1 + (u * item) % 5);
		}
		snprintf(path, sizeof path, "combined_data_%d.txt", f + 1);
		if (f == 1)
			text_addf(&files[f], "1000,bad,2005-01-01\n");
		scratch_write(path, files[f].bytes, files[f].length);
	}
	for (int i = 0; i < 4; i++) {
		struct load_options o = { .block = (size_t[]){ 0, 30, 64, 1000 }[i] };
		struct dataset *d;
		assert_int_equal(dataset_load(scratch, &o, &d, NULL), 0);
		describe(d, i == 0 ? &first : &found);
		assert_true(i == 0 || !strcmp(first.bytes, found.bytes));
		assert_string_equal(d->report.first_rejected,
				    "combined_data_2.txt:1426:6: rating \"bad\", expected a number "
				    "such as 4 or 3.5");
		assert_int_equal(d->report.ratings, 2 * 3 * 30 * 31 / 2);
		assert_int_equal(d->report.items, 60);
		assert_int_equal(d->report.lines, 2 * (30 + 3 * 30 * 31 / 2) + 1);
		dataset_free(d);
	}
	text_done(&files[0]);
	text_done(&files[1]);
	text_done(&first);
	text_done(&found);
}

/* Every cut of an archive and every changed byte in it is loaded or refused, never worse. */
static void damaged_archives_are_refused(void **state)
{
	static const char *const names[] = { "set.zip", "set.tar", "set.tar.gz" };
	kernel_set_threads(1);
	for (int i = 0; i < 3; i++) {
		char path[512], bytes[16384];
		int refused = 0;
		scratch_empty();
		write_archive(names[i], "set/", sets[0].files);
		FILE *f = fopen(scratch_path(names[i], path, sizeof path), "rb");
		size_t n = fread(bytes, 1, sizeof bytes, f);
		fclose(f);
		assert_true(n > 100 && n < sizeof bytes);
		for (size_t at_byte = 0; at_byte<n; at_byte += n> 2000 ? 37 : 7)
			for (int change = 0; change < 2; change++) {
				struct dataset *d = NULL;
				struct err e = { 0 };
				if (change)
					bytes[at_byte] ^= 0x55;
				scratch_write(names[i], bytes, change ? n : at_byte);
				if (change)
					bytes[at_byte] ^= 0x55;
				int status = dataset_load(path, NULL, &d, &e);
				if (status < 0 ? status != e.code || !e.message[0] || d : !d)
					fail_msg("%s, byte %zu: status %d, \"%s\"", names[i],
						 at_byte, status, e.message);
				refused += status < 0;
				dataset_free(d);
			}
		assert_true(refused > 10);
	}
	kernel_set_threads(0);
}

/* A line without end, from a few bytes, is given up long before memory is. */
static void endless_line_is_given_up(void **state)
{
	static char block[1 << 20];
	char path[512];
	scratch_empty();
	gzFile gz = gzopen(scratch_path("x.csv.gz", path, sizeof path), "wb1");
	memset(block, '1', sizeof block);
	gzwrite(gz, "1,2,3\n", 6);
	for (int i = 0; i < 70; i++)
		assert_int_equal(gzwrite(gz, block, sizeof block), sizeof block);
	assert_int_equal(gzclose(gz), Z_OK);
	expect_error(
		path, NULL,
		"@/x.csv.gz: a line is longer than 64 MiB, expected lines of ratings or titles");
}

/* ---- by name ------------------------------------------------------------ */

static void named_sets_are_located(void **state)
{
	char path[1024], expected[1024], text[1024];
	struct err e;
	scratch_empty();
	setenv("AUTOREC_DATA", scratch, 1);
	assert_int_equal(known_locate("ml-1m", path, sizeof path, &e), ERR_DATA);
	snprintf(expected, sizeof expected,
		 "ml-1m: is not on this machine; fetch it with: mkdir -p %s && cd %s && curl -O "
		 "https://files.grouplens.org/datasets/movielens/ml-1m.zip "
		 "&& echo 'a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20  "
		 "ml-1m.zip' | sha256sum -c && unzip ml-1m.zip",
		 scratch, scratch);
	assert_string_equal(err_text(&e, text, sizeof text), expected);
	assert_int_equal(known_locate("ml-10m", path, sizeof path, &e), ERR_DATA);
	assert_int_equal(strncmp(e.message, "is not on this machine (65566137 bytes); fetch", 46),
			 0);
	write_archive("ml-1m.zip", "ml-1m/", sets[2].files);
	assert_int_equal(known_locate("ml-1m", path, sizeof path, &e), 0);
	assert_string_equal(path, at("@/ml-1m.zip", expected));
	expect_set(&sets[2], path, "by name");
	write_file(&(struct file){ "ml-10M100K/ratings.dat", "1::2::3\n" });
	assert_int_equal(known_locate("ml-10m", path, sizeof path, &e), 0);
	assert_string_equal(path, at("@/ml-10M100K", expected));
	assert_int_equal(known_locate("nothing-like-it", path, sizeof path, &e), 0);
	assert_string_equal(path, "nothing-like-it");
	unsetenv("AUTOREC_DATA");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_loads),
		cmocka_unit_test(gzipped_files_of_a_folder),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(bad_folders_are_refused),
		cmocka_unit_test(sections_go_on_in_any_block),
		cmocka_unit_test(damaged_archives_are_refused),
		cmocka_unit_test(endless_line_is_given_up),
		cmocka_unit_test(named_sets_are_located),
	};
	return cmocka_run_group_tests_name("formats", tests, scratch_make, scratch_remove);
}
