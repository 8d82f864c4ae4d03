/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Genres in files of titles, and choosing items by genre, year and number of ratings. */
#include <stdio.h>
#include <string.h>

#include "autorec/dataset.h"
#include "autorec/load.h"
#include "autorec/merge.h"
#include "autorec/safetensors.h"
#include "autorec/text.h"
#include "check.h"
#include "scratch.h"
#include "stage.h"

/* Item 1 has three ratings, item 2 two, item 3 one. */
static const char ratings[] = "a\t1\t5\na\t2\t4\na\t3\t3\nb\t1\t2\nb\t2\t1\nc\t1\t3\n";

static struct dataset *load_titles(const char *name, const char *titles, const char *columns)
{
	char path[1024], from[1024];
	struct dataset *d = NULL;
	struct err e;
	scratch_write("r.tsv", ratings, sizeof ratings - 1);
	scratch_write(name, titles, strlen(titles));
	const struct load_options o = { .titles = scratch_path(name, from, sizeof from),
					.title_columns = columns };
	must(dataset_load(scratch_path("r.tsv", path, sizeof path), &o, &d, &e), &e);
	return d;
}

/* "1: Comedy, Drama / 2: / 3: Drama" */
static void describe(const struct dataset *d, struct text *out)
{
	text_add(out, "", 0);
	for (int32_t i = 0; d->genres.n > 0 && i < dataset_items(d); i++) {
		const char *gap = " ";
		text_addf(out, "%s%s:", i > 0 ? " / " : "", ids_name(d->items, i));
		for (int g = 0; g < d->genres.n; g++)
			if (d->genres.of_item[i] >> g & 1) {
				text_addf(out, "%s%s", gap, d->genres.names[g]);
				gap = ", ";
			}
	}
}

#define FLAGS_OFF "|0|0|0|0|0|0|0"

static const struct {
	const char *what, *name, *titles, *columns, *expected;
} cases[] = {
	{ "a header names them, in quotes with commas", "t.csv",
	  "id,title,genre\n1,A,\"Comedy, Drama\"\n2,B,\n3,C,drama\n", NULL,
	  "1: Comedy, Drama / 2: / 3: Drama" },
	{ "French", "t.csv",
	  "id;titre;Cat\xc3\xa9gories\n1;A;Com\xc3\xa9"
	  "die|Drame\n3;C;Drame\n",
	  NULL,
	  "1: Com\u00e9"
	  "die, Drame / 2: / 3: Drame" },
	{ "Spanish", "t.tsv",
	  "id\tt\xc3\xadtulo\tG\xc3\xa9neros\n1\tA\tTerror, Drama\n2\tB\tTerror\n", NULL,
	  "1: Terror, Drama / 2: Terror / 3:" },
	{ "German", "t.csv", "Nummer;Titel;Gattung\n1;A;Krimi\n2;B;Posse\n", NULL,
	  "1: Krimi / 2: Posse / 3:" },
	{ "a list as Python writes it", "t.csv",
	  "id,title,genres\n1,A,\"['Children\"\"s', 'Film-Noir']\"\n", NULL,
	  "1: Children\"s, Film-Noir / 2: / 3:" },
	{ "bars come before commas", "t.csv", "id,title,genres\n1,A,\"Sword, Sorcery|Drama\"\n",
	  NULL, "1: Sword, Sorcery, Drama / 2: / 3:" },
	{ "what stands for no genre, and lines of nobody's items", "t.csv",
	  "id,title,genres\n1,A,(no genres listed)\n2,B,Drama|unknown\n9,Z,War\n", NULL,
	  "1: / 2: Drama / 3:" },
	{ "objects", "t.jsonl",
	  "{\"item\": 1, \"title\": \"A\", \"genres\": \"Drama|War\"}\n"
	  "{\"item\": 3, \"title\": \"C\", \"genres\": \"War\"}\n",
	  NULL, "1: Drama, War / 2: / 3: War" },
	{ "told", "t.csv", "1,Drama,A\n2,War,B\n3,Epic,C\n", "item,genres,title",
	  "1: Drama / 2: War / 3: Epic" },
	{ "told that there are none", "t.dat", "1::A::X|Y\n2::B::Y\n3::C::Y|X\n", "item,title",
	  "" },
	{ "without a header", "t.dat",
	  "1::Toy (1995)::Animation|Comedy\n2::Jumanji (1995)::Adventure|Comedy\n"
	  "3::Grumpier (1995)::Comedy|Adventure\n",
	  NULL, "1: Animation, Comedy / 2: Comedy, Adventure / 3: Comedy, Adventure" },
	{ "years, dates, addresses and authors are none", "t.dat",
	  "1::A one::1995|1995::01-Jan-1995::http://a|http://a::Ann\n"
	  "2::B two::1995|1995::01-Jan-1995::http://a|http://a::Bob\n"
	  "3::C three::1995|1995::01-Jan-1995::http://a|http://a::Cem\n",
	  NULL, "" },
	{ "columns of 0 and 1, with the names beside them", "u.item",
	  "1|A|0|1|0|1|0|0|0|0\n2|B|1|0|0|0|0|0|0|1\n3|C|0|0|0|0|0|0|0|0\n", NULL,
	  "1: Action, Children's / 2: Western / 3:" },
	{ "a line that ends early", "u.item", "1|A|0|1\n2|B|0|1|0|0|0|0|0|0\n3|C|0|1|0|0|0|0|0|0\n",
	  NULL, "1: Action / 2: Action / 3: Action" },
	{ "seven columns are too few", "u.item",
	  "1|A" FLAGS_OFF "\n2|B" FLAGS_OFF "\n3|C" FLAGS_OFF "\n", NULL, "" },
	{ "a 2 among them", "u.item", "1|A|0|2|0|1|0|0|0|0\n2|B|1|0|0|0|0|0|0|1\n", NULL, "" },
	{ "columns with names of their own", "t.csv",
	  "id,title,War,Epic,Noir,Saga,Pulp,Farce,Opera,Dance\n1,A,1,0,0,0,0,0,0,1\n"
	  "2,B,0,0,0,0,0,0,0,0\n3,C,1,0,0,0,0,0,0,0\n",
	  NULL, "1: War, Dance / 2: / 3: War" },
};

/* The first name stands for no genre; Action is in the second column. */
static const char names_beside[] = "unknown|0\nAction|1\nDrama|2\nChildren's|3\n\nEpic|4\nNoir|5\n"
				   "Pulp|6\nWestern|7\nbeyond|8\nno place|x\n";

static void genres_are_read(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text found = { 0 };
		scratch_empty();
		scratch_write("u.genre", names_beside, sizeof names_beside - 1);
		struct dataset *d = load_titles(cases[i].name, cases[i].titles, cases[i].columns);
		describe(d, &found);
		if (strcmp(found.bytes, cases[i].expected) != 0)
			fail_msg("%s: \"%s\", expected \"%s\"", cases[i].what, found.bytes,
				 cases[i].expected);
		text_done(&found);
		dataset_free(d);
	}
}

/* All bits are used; one more name and none are kept. */
static void there_are_at_most_64(void **state)
{
	for (int n = MOST_GENRES; n <= MOST_GENRES + 1; n++) {
		struct text titles = { 0 };
		text_addf(&titles, "id,title,genres\n3,C,g1\n1,A,");
		for (int g = 1; g <= n; g++)
			text_addf(&titles, "%sg%d", g > 1 ? "|" : "", g);
		text_addf(&titles, "\n");
		scratch_empty();
		struct dataset *d = load_titles("t.csv", titles.bytes, NULL);
		assert_string_equal(dataset_title(d, 0), "A");
		assert_int_equal(d->genres.n, n == MOST_GENRES ? n : 0);
		if (n == MOST_GENRES) {
			assert_true(d->genres.of_item[0] == UINT64_MAX);
			assert_true(d->genres.of_item[2] == 1);
		}
		text_done(&titles);
		dataset_free(d);
	}
}

static void columns_without_names_are_left_out(void **state)
{
	scratch_empty();
	struct dataset *d = load_titles("u.item", "1|A|0|1|0|1|0|0|0|0\n2|B|1|0|0|0|0|0|0|1\n",
					NULL);
	assert_int_equal(d->report.titled, 2);
	assert_int_equal(d->genres.n, 0);
	dataset_free(d);
}

static const char films[] = "id,title,genres\n1,A (1995),Comedy|Drama\n2,B (2001),Comedy\n"
			    "3,C 1995,Crime\n";

static void genres_are_found(void **state)
{
	static const struct {
		const char *text, *name, *error;
	} find[] = {
		{ "Drama", "Drama", NULL },
		{ "COMEDY", "Comedy", NULL },
		{ "cr", "Crime", NULL },
		{ "c", NULL, "genre: \"c\" matches more than one of: Comedy, Crime, Drama" },
		{ "x\x1b", NULL, "genre: \"x\ufffd\" is not one of: Comedy, Crime, Drama" },
		{ "", NULL, "genre: \"\" is not one of: Comedy, Crime, Drama" },
		{ "rama", NULL, "genre: \"rama\" is not one of: Comedy, Crime, Drama" },
	};
	scratch_empty();
	struct dataset *d = load_titles("t.csv", films, NULL);
	for (size_t i = 0; i < sizeof find / sizeof *find; i++) {
		struct err e;
		char text[256];
		int genre = -7;
		const int status = genres_find(&d->genres, find[i].text, &genre, &e);
		if (find[i].name) {
			must(status, &e);
			assert_string_equal(d->genres.names[genre], find[i].name);
		} else {
			assert_int_equal(status, ERR_FAILED);
			assert_string_equal(err_text(&e, text, sizeof text), find[i].error);
			assert_int_equal(genre, -7);
		}
	}
	dataset_free(d);
}

static void items_are_chosen(void **state)
{
	static const struct {
		struct item_filter filter;
		const char *expected;
	} choose[] = {
		{ { 0 }, "123" },
		{ { .genre = 1 }, "12" },
		{ { .genre = 2 }, "1" },
		{ { .first_year = 1995, .last_year = 1995 }, "1" },
		{ { .first_year = 1995, .last_year = 2001 }, "12" },
		{ { .first_year = 1996, .last_year = 2000 }, "" },
		{ { .least = 1 }, "123" },
		{ { .least = 2 }, "12" },
		{ { .least = 3 }, "1" },
		{ { .genre = 1, .first_year = 2001, .last_year = 2001, .least = 2 }, "2" },
		{ { .genre = 1, .first_year = 2001, .last_year = 2001, .least = 3 }, "" },
	};
	const int32_t all[] = { 0, 1, 2 };
	struct ratings *train;
	struct rating list[] = { { 0, 0, 5 }, { 0, 1, 4 }, { 0, 2, 3 },
				 { 1, 0, 2 }, { 1, 1, 1 }, { 2, 0, 3 } };
	struct err e;
	int count;
	scratch_empty();
	struct dataset *d = load_titles("t.csv", films, NULL);
	must(ratings_new(3, 3, list, 6, &train, NULL, &e), &e);
	for (size_t i = 0; i < sizeof choose / sizeof *choose; i++) {
		const struct item_filter f = choose[i].filter;
		char found[4] = "";
		for (int32_t item = 0, n = 0; item < 3; item++)
			if (item_filter_takes(&f, d, &train->by_item, item))
				found[n++] = ids_name(d->items, item)[0];
		if (strcmp(found, choose[i].expected) != 0)
			fail_msg("case %zu: items %s, expected %s", i, found, choose[i].expected);
	}
	assert_int_equal(dataset_year(d, 0), 1995);
	assert_int_equal(dataset_year(d, 1), 2001);
	assert_int_equal(dataset_year(d, 2), 0);
	assert_int_equal(genres_commonest(&d->genres, all, 3, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(genres_commonest(&d->genres, all + 2, 1, &count), 2);
	assert_int_equal(count, 1);
	assert_int_equal(genres_commonest(&d->genres, all, 0, &count), -1);
	ratings_free(train);
	dataset_free(d);
}

/* The same genre has another bit in the other set. */
static void genres_are_merged(void **state)
{
	struct merged m;
	struct split *s;
	struct text found = { 0 };
	struct err e;
	scratch_empty();
	struct dataset *d = load_titles("t.csv", films, NULL),
		       *more = load_titles("t.csv", "id,title,genres\n1,A,War|Drama\n3,C,Drama\n",
					   NULL);
	must(split_random(d, 0, 0, 1, &s, &e), &e);
	must(merge(d, s, s->train, more, &m, &e), &e);
	describe(m.data, &found);
	assert_string_equal(found.bytes, "1: Comedy, Drama, War / 2: Comedy / 3: Drama, Crime");
	text_done(&found);
	split_free(m.split);
	dataset_free(m.data);
	split_free(s);
	dataset_free(more);
	dataset_free(d);
}

/* ---- saved models ------------------------------------------------------- */

/* A session with a model of the films. */
static struct stage *film_stage(void)
{
	struct stage *st = stage_new();
	scratch_empty();
	scratch_write("r.tsv", ratings, sizeof ratings - 1);
	scratch_write("t.csv", films, sizeof films - 1);
	run(st, "load %/r.tsv titles=%/t.csv");
	run(st, "split holdout=0 valid=0");
	run(st, "model i-autorec k=2");
	return st;
}

static void genres_come_back(void **state)
{
	struct stage *st = film_stage();
	struct text found = { 0 };
	run(st, "newitem extra");
	run(st, "save %/model");
	run(st, "load %/r.tsv");
	assert_int_equal(st->session.doc.data->genres.n, 0);
	run(st, "open %/model");
	describe(st->session.doc.data, &found);
	assert_string_equal(found.bytes, "1: Comedy, Drama / 2: Comedy / 3: Crime / extra:");
	assert_int_equal(dataset_year(st->session.doc.data, 0), 1995);
	text_done(&found);
	stage_free(st);
}

static void damaged_genres_are_refused(void **state)
{
	enum { REPLACE, SHORTEN, RENAME };
	static const struct {
		const char *tensor;
		int how;
		int64_t at, value; /* REPLACE: which number or byte; SHORTEN: to `value` of them */
		const char *message;
	} damages[] = {
		{ "items.genres", REPLACE, 2, 8,
		  "tensor items.genres: number 2 has a bit beyond the 3 genres" },
		{ "items.genres", REPLACE, 0, INT64_MIN,
		  "tensor items.genres: number 0 has a bit" },
		{ "items.genres", SHORTEN, 0, 2,
		  "tensor items.genres: it is I64 [2], expected I64 [3]" },
		{ "genre.name.offsets", REPLACE, 1, 0,
		  "tensor genre.name: name 0 is empty, or the same as an earlier one" },
		{ "genre.name.offsets", REPLACE, 1, 1000,
		  "tensor genre.name.offsets: number 1 is" },
		{ "genre.name.offsets", SHORTEN, 0, 1,
		  "tensor genre.name.offsets: number 0 is 0, expected" },
		{ "genre.name", REPLACE, 0, 0, "tensor genre.name: text 0 has more than" },
		{ "genre.name", RENAME, 0, 0, "tensor genre.name is missing" },
	};
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct stage *st = film_stage();
		struct safetensors f;
		struct err e = { 0 };
		char path[512];
		run(st, "save %/good");
		must(safetensors_open(&f, scratch_path("good", path, sizeof path), &e), &e);
		must(safetensors_read(&f, NULL, &e), &e);
		struct safetensor *t = (struct safetensor *)safetensors_find(&f, damages[i].tensor);
		if (damages[i].how == RENAME)
			snprintf(t->name, sizeof t->name, "other");
		else if (damages[i].how == SHORTEN)
			t->n = t->shape[0] = damages[i].value;
		else if (t->type == SAFETENSORS_I64)
			((int64_t *)t->data)[damages[i].at] = damages[i].value;
		else
			((char *)t->data)[damages[i].at] = (char)damages[i].value;
		must(safetensors_write(scratch_path("bad", path, sizeof path), f.list, f.n,
				       f.metadata, NULL, NULL, &e),
		     &e);
		safetensors_close(&f);
		assert_int_equal(try(st, "open %/bad", &e), ERR_DATA);
		if (!strstr(e.message, damages[i].message))
			fail_msg("%s; expected %s", e.message, damages[i].message);
		assert_int_equal(st->session.doc.data->genres.n, 3);
		stage_free(st);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(genres_are_read),
		cmocka_unit_test(there_are_at_most_64),
		cmocka_unit_test(columns_without_names_are_left_out),
		cmocka_unit_test(genres_are_found),
		cmocka_unit_test(items_are_chosen),
		cmocka_unit_test(genres_are_merged),
		cmocka_unit_test(genres_come_back),
		cmocka_unit_test(damaged_genres_are_refused),
	};
	return cmocka_run_group_tests_name("genres", tests, scratch_make, scratch_remove);
}
