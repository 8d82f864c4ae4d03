/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Line breaks within quotes: the same lines, line numbers and ratings whatever the size of the
 * blocks and the number of threads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/load/reader.h"
#include "autorec/dataset.h"
#include "autorec/kernel.h"
#include "autorec/rng.h"
#include "autorec/text.h"
#include "check.h"
#include "described.h"
#include "scratch.h"

static const size_t blocks[] = { 1, 33, 64, 100, 200, 777, 4000, 65536, 70000, 0 };
enum { N_BLOCKS = sizeof blocks / sizeof *blocks };

/* ---- the reader --------------------------------------------------------- */

/* "number:line" for each line, with | for a line end in it. */
static void read_lines_of(const char *name, size_t block, bool in_blocks, struct text *out)
{
	char path[512], *paths[] = { (char *)scratch_path(name, path, sizeof path) }, *line;
	const struct load_options options = { .block = block };
	struct reader r;
	struct err e = { 0 };
	size_t length;
	char *buffer = NULL;
	int64_t before = 0;
	int got;
	text_clear(out);
	must(reader_open(&r, paths, 1, &options, &e), &e);
	if (!in_blocks)
		while ((got = reader_next(&r, &line, &length, &e)) > 0)
			text_addf(out, "%d:%.*s\n", (int)r.lines.number, (int)length, line);
	struct lines lines;
	while (in_blocks && (got = reader_next_block(&r, &buffer, &lines, &e)) > 0) {
		while (lines_next(&lines, &line, &length))
			text_addf(out, "%d:%.*s\n", (int)(before + lines.number), (int)length,
				  line);
		before += lines.passed;
	}
	must(got, &e);
	free(buffer);
	reader_close(&r);
}

static const struct {
	const char *bytes, *lines;
} files[] = {
	{ "a,b\nc,d\n", "1:a,b\n2:c,d\n" },
	{ "a,b\r\n\r\nc,d", "1:a,b\n3:c,d\n" },
	{ "a,\"b\nc\",d\ne\n", "1:a,\"b\nc\",d\n3:e\n" },
	{ "a,\"b\r\nc\",d\r\ne\r\n", "1:a,\"b\r\nc\",d\n3:e\n" },
	{ "\"a\n\n\nb\"\nc\n", "1:\"a\n\n\nb\"\n5:c\n" },
	{ "a;\"b\n\"\"c\"\"\n\";d\ne\n", "1:a;\"b\n\"\"c\"\"\n\";d\n4:e\n" },
	{ "a\t\"b\n\\\"c\"\td\ne\n", "1:a\t\"b\n\\\"c\"\td\n3:e\n" },
	{ "a|\"b\nc\"\nd|\"e\nf\"\ng\n", "1:a|\"b\nc\"\n3:d|\"e\nf\"\n5:g\n" },
	{ "a, \"b\nc\", d\ne\n", "1:a, \"b\nc\", d\n3:e\n" },
	{ "a,\"b\nc\n", "1:a,\"b\n2:c\n" },
	{ "a,\"b\nc\" d\ne\n", "1:a,\"b\n2:c\" d\n3:e\n" },
	{ "a,5\" b\nc,d\"\n", "1:a,5\" b\n2:c,d\"\n" },
	{ "a,\"\nb,\"\nc\n", "1:a,\"\nb,\"\n3:c\n" },
	{ "1::\"a\n2::b\"\n", "1:1::\"a\n2:2::b\"\n" },
	{ "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
	  "1:{\"a\":1,\"b\":\"x\"}\n2:{\"a\":2,\"b\":\"y\"}\n" },
};

static void lines_and_numbers(void **state)
{
	struct text got = { 0 };
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		scratch_write("x", files[i].bytes, strlen(files[i].bytes));
		for (int j = 0; j < 2 * N_BLOCKS; j++) {
			read_lines_of("x", blocks[j / 2], j % 2, &got);
			if (strcmp(got.bytes, files[i].lines) != 0)
				fail_msg("{%s} in blocks of %zu: {%s}, expected {%s}",
					 files[i].bytes, blocks[j / 2], got.bytes, files[i].lines);
		}
	}
	text_done(&got);
}

/* A quote that is never closed: no line is lost, in a file longer than the reader looks ahead. */
static void quote_that_stays_open(void **state)
{
	struct text bytes = { 0 }, expected = { 0 }, got = { 0 };
	for (int i = 1; i <= 20000; i++) {
		const char *quote = i == 3 || i == 9000 ? "\"" : "";
		text_addf(&bytes, "%d,%s%d,5\n", i, quote, i);
		text_addf(&expected, "%d:%d,%s%d,5\n", i, i, quote, i);
	}
	scratch_write("open", bytes.bytes, bytes.length);
	for (int j = 0; j < 2 * N_BLOCKS; j++) {
		if (blocks[j / 2] > 0 && blocks[j / 2] < 777)
			continue; /* slow */
		read_lines_of("open", blocks[j / 2], j % 2, &got);
		if (got.length != expected.length || strcmp(got.bytes, expected.bytes) != 0)
			fail_msg("blocks of %zu: %zu bytes, expected %zu", blocks[j / 2],
				 got.length, expected.length);
	}
	text_done(&bytes);
	text_done(&expected);
	text_done(&got);
}

/* ---- loading ------------------------------------------------------------ */

enum { LINES = 3000, BAD = 2217 };

/* A review with quotes, separators and line ends; returns how many line ends. */
static int put_review(struct text *out, struct rng *rng)
{
	static const char *const parts[] = { "good", "\n", "\r\n", ",",
					     "\"\"", " ",  "5",    "\n1,2,3\n" };
	static const int line_ends[] = { 0, 1, 1, 0, 0, 0, 0, 2 };
	int n = 0;
	text_addf(out, ",\"");
	for (int k = (int)rng_below(rng, 12); k > 0; k--) {
		const int part = (int)rng_below(rng, 8);
		text_addf(out, "%s", parts[part]);
		n += line_ends[part];
	}
	text_addf(out, "\"");
	return n;
}

/* Writes the file, the same without reviews, and tells the line number of the bad line. */
static int write_reviews(void)
{
	struct text with = { 0 }, without = { 0 };
	struct rng rng;
	int number = 1, bad = 0;
	rng_init(&rng, 9, 0);
	text_addf(&with, "user,item,review,rating\n");
	text_addf(&without, "user,item,rating\n");
	for (int i = 0; i < LINES; i++) {
		const int user = (int)rng_below(&rng, 60), item = (int)rng_below(&rng, 900);
		number++;
		if (i == BAD)
			bad = number;
		text_addf(&with, "%d,%d", user, item);
		number += put_review(&with, &rng);
		text_addf(&with, ",%s\n", i == BAD ? "bad" : (char[]){ (char)('1' + i % 5), 0 });
		if (i != BAD)
			text_addf(&without, "%d,%d,%d\n", user, item, 1 + i % 5);
	}
	scratch_write("with.csv", with.bytes, with.length);
	scratch_write("without.csv", without.bytes, without.length);
	text_done(&with);
	text_done(&without);
	return bad;
}

static struct dataset *load_of(const char *name, size_t block, struct text *described)
{
	char path[512];
	const struct load_options options = { .block = block };
	struct dataset *d = NULL;
	struct err e = { 0 };
	must(dataset_load(scratch_path(name, path, sizeof path), &options, &d, &e), &e);
	text_clear(described);
	describe(d, described);
	return d;
}

static void same_ratings_with_reviews(void **state)
{
	struct text expected = { 0 }, got = { 0 };
	const int bad = write_reviews(), threads = kernel_threads();
	char place[64];
	snprintf(place, sizeof place, "with.csv:%d:", bad);
	dataset_free(load_of("without.csv", 0, &expected));
	for (int i = 0; i < 3 * N_BLOCKS; i++) {
		kernel_set_threads(1 + i % 3);
		struct dataset *d = load_of("with.csv", blocks[i / 3], &got);
		if (strcmp(got.bytes, expected.bytes) != 0)
			fail_msg("blocks of %zu on %d threads: other ratings", blocks[i / 3],
				 1 + i % 3);
		assert_int_equal(d->report.rejected, 1);
		if (strncmp(d->report.first_rejected, place, strlen(place)) != 0)
			fail_msg("blocks of %zu on %d threads: %s, expected %s", blocks[i / 3],
				 1 + i % 3, d->report.first_rejected, place);
		dataset_free(d);
	}
	kernel_set_threads(threads);
	text_done(&expected);
	text_done(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_and_numbers),
		cmocka_unit_test(quote_that_stays_open),
		cmocka_unit_test(same_ratings_with_reviews),
	};
	return cmocka_run_group_tests_name("reader", tests, scratch_make, scratch_remove);
}
