/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bad model files: each rule of the layout and of what a saved model is has a file that breaks it,
 * and its exact message. Every truncation and every flipped bit of a good one is refused.  The
 * first format opens for ever. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "autorec/checkpoint.h"
#include "autorec/text.h"
#include "autorec/rng.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"
#include "stage.h"

#define GOLDEN "./tests/golden/format-1-i-autorec.safetensors"
/* Of the test ratings at its best epoch; of the epoch behind its last. */
#define GOLDEN_RMSE 1.52631258
#define GOLDEN_LOSS 475.454694

/* ---- files by hand ------------------------------------------------------ */

static void put_length(struct text *t, uint64_t n)
{
	for (int i = 0; i < 8; i++)
		text_add(t, (char[]){ (char)(n >> 8 * i) }, 1);
}

/* The header is right but for its place: its length, then it, then `data` zeros. */
static void write_layout(const char *header, size_t data)
{
	struct text t = { 0 };
	const size_t n = strlen(header), padded = (n + 7) / 8 * 8;
	put_length(&t, padded);
	text_add(&t, header, n);
	for (size_t i = 0; i < padded - n; i++)
		text_add(&t, " ", 1);
	for (size_t i = 0; i < data; i++)
		text_add(&t, "", 1);
	scratch_write("bad", t.bytes, t.length);
	text_done(&t);
}

static void expect_message(const char *what, const char *message)
{
	struct checkpoint c;
	struct err e = { 0 };
	char path[512];
	int status = checkpoint_read(&c, scratch_path("bad", path, sizeof path), NULL, &e);
	if (status != ERR_DATA || strcmp(e.message, message) || strcmp(e.where, path))
		fail_msg("%s:\n  %d %s: %s\nexpected\n  %d %s: %s", what, status, e.where,
			 e.message, ERR_DATA, path, message);
}

#define META "\"__metadata__\":{}"
#define T(dtype, shape, from, to)                                                                  \
	"\"t\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" from "," to "]}"

static void layouts_that_break_a_rule(void **state)
{
	static const struct {
		const char *header;
		size_t data;
		const char *message;
	} cases[] = {
		{ "[1]", 0, "has a header that does not begin with {: this is not a saved model" },
		{ "{" META ",\"t\":{\"dtype\":[[[1]]]}}", 0,
		  "has a header with more than 4 levels of brackets" },
		{ "{" META ",\"t\":1,\"t\":2}", 0,
		  "has a header in which a name is repeated, at byte 36" },
		{ "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0,
		  "has a header in which a name is repeated, at byte 36" },
		{ "{" META ",}", 0, "has a header that is not JSON, at byte 28" },
		{ "{" META "} x", 0, "has a header that is not JSON, at byte 29" },
		{ "{}", 0, "has no __metadata__: it was not saved by this program" },
		{ "{\"__metadata__\":[]}", 0,
		  "has no __metadata__: it was not saved by this program" },
		{ "{\"__metadata__\":{\"a\":1}}", 0, "has metadata that are not strings" },
		{ "{" META ",\"t\":1}", 0,
		  "tensor t: it does not have exactly dtype, shape and data_offsets" },
		{ "{" META ",\"t\":{\"dtype\":\"F32\",\"shape\":[]}}", 0,
		  "tensor t: it does not have exactly dtype, shape and data_offsets" },
		{ "{" META ",\"\":{}}", 0,
		  "has a tensor whose name is not a string of 1 to 63 bytes" },
		{ "{" META ",\"\\u001b[2J\":{}}", 0,
		  "has a tensor whose name is not a string of 1 to 63 bytes" },
		{ "{" META "," T("F16", "[1]", "0", "2") "}", 2,
		  "tensor t: its dtype is not one of F32, F64, I32, I64, U8" },
		{ "{" META "," T("F32", "1", "0", "4") "}", 4, "tensor t: it has no shape" },
		{ "{" META "," T("F32", "[1,1,1,1,1]", "0", "4") "}", 4,
		  "tensor t: its shape has more than 4 dimensions" },
		{ "{" META "," T("F32", "[-1]", "0", "4") "}", 4,
		  "tensor t: its shape is not a list of whole numbers from 0 up" },
		{ "{" META "," T("F32", "[1.0]", "0", "4") "}", 4,
		  "tensor t: its shape is not a list of whole numbers from 0 up" },
		{ "{" META "," T("F32", "[4294967296,4294967296]", "0", "4") "}", 4,
		  "tensor t: its shape is too large" },
		{ "{" META "," T("F64", "[2305843009213693952]", "0", "0") "}", 0,
		  "tensor t: its shape is too large" },
		{ "{" META "," T("F32", "[1]", "0", "\"4\"") "}", 4,
		  "tensor t: its data_offsets are not two whole numbers" },
		{ "{" META "," T("F32", "[1]", "4", "8") "}", 8,
		  "tensor t: it begins at byte 4, expected 0, the end of the previous tensor" },
		{ "{" META "," T("F32", "[1]", "-4", "0") "}", 4,
		  "tensor t: it begins at byte -4, expected 0, the end of the previous tensor" },
		{ "{" META "," T("F32", "[2]", "0", "4") "}", 4,
		  "tensor t: it ends at byte 4, but its shape and dtype say 8" },
		{ "{" META ",\"u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}," T(
			  "F32", "[1]", "1", "5") "}",
		  5, "tensor t: it begins at byte 1, expected a multiple of 4" },
		{ "{" META "," T("F32", "[2]", "0", "8") "}", 7,
		  "is cut off: its tensors need 8 bytes, but only 7 are there" },
		{ "{" META "," T("F32", "[2]", "0", "8") "}", 9,
		  "has 1 bytes after its last tensor" },
		{ "{" META "," T("F32", "[2]", "0", "8") "}", 8,
		  "is not a saved model: its metadata has no autorec.format" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_layout(cases[i].header, cases[i].data);
		expect_message(cases[i].header, cases[i].message);
	}
}

static void lengths_that_cannot_be(void **state)
{
	static const struct {
		uint64_t length;
		const char *rest;
		const char *message;
	} cases[] = {
		{ 1 << 21, "{}",
		  "begins with a header of 2097152 bytes, expected at most 1048576: this is not a "
		  "saved model" },
		{ UINT64_MAX, "{}",
		  "begins with a header of 18446744073709551615 bytes, expected at most 1048576: "
		  "this is not a saved model" },
		{ 0, "{}", "begins with a header of 0 bytes, expected a multiple of 8" },
		{ 2, "{}", "begins with a header of 2 bytes, expected a multiple of 8" },
		{ 16, "{}",
		  "is cut off: its header has 16 bytes, but the file ends after 2 of them" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t = { 0 };
		put_length(&t, cases[i].length);
		text_addf(&t, "%s", cases[i].rest);
		scratch_write("bad", t.bytes, t.length);
		text_done(&t);
		expect_message(cases[i].rest, cases[i].message);
	}
	scratch_write("bad", "1234567", 7);
	expect_message("7 bytes", "is 7 bytes long; a saved model begins with 8 bytes that give "
				  "the length of its header");
}

/* ---- a good file with one thing wrong ----------------------------------- */

/* A file in parts, to be changed and put together again. */
struct parts {
	json_t *header;
	char *data;
	size_t n;
};

static struct parts take_apart_file(const char *name)
{
	size_t n, length = 0;
	char *bytes = scratch_read(name, &n);
	for (int i = 7; i >= 0; i--)
		length = length << 8 | (unsigned char)bytes[i];
	struct parts p = { .header = json_loadb(bytes + 8, length, 0, NULL), .n = n - 8 - length };
	assert_non_null(p.header);
	p.data = malloc(p.n);
	memcpy(p.data, bytes + 8 + length, p.n);
	free(bytes);
	return p;
}

static struct parts take_apart(void)
{
	return take_apart_file(GOLDEN);
}

/* With its right checksum, unless `sum` is another. */
static void put_together(struct parts *p, const char *sum)
{
	struct text t = { 0 };
	char digits[33];
	json_object_set_new(json_object_get(p->header, "__metadata__"), SAFETENSORS_CHECKSUM,
			    json_string("00000000000000000000000000000000"));
	char *json = json_dumps(p->header, JSON_COMPACT);
	const size_t n = strlen(json), padded = (n + 7) / 8 * 8;
	put_length(&t, padded);
	text_add(&t, json, n);
	for (size_t i = n; i < padded; i++)
		text_add(&t, " ", 1);
	text_add(&t, p->data, p->n);
	const XXH128_hash_t h = XXH3_128bits(t.bytes, t.length);
	snprintf(digits, sizeof digits, "%016llx%016llx", (unsigned long long)h.high64,
		 (unsigned long long)h.low64);
	memcpy(strstr(t.bytes + 8, SAFETENSORS_CHECKSUM) + strlen(SAFETENSORS_CHECKSUM "\":\""),
	       sum ? sum : digits, 32);
	scratch_write("bad", t.bytes, t.length);
	text_done(&t);
	free(json);
	json_decref(p->header);
	free(p->data);
}

static void a_file_taken_apart_and_put_together_is_good(void **state)
{
	struct parts p = take_apart();
	struct checkpoint c;
	struct err e = { 0 };
	char path[512];
	put_together(&p, NULL);
	must(checkpoint_read(&c, scratch_path("bad", path, sizeof path), NULL, &e), &e);
	checkpoint_done(&c);
}

/* A metadata text set to `value`, or taken away (NULL). */
static void metadata_that_is_wrong(void **state)
{
	static const struct {
		const char *key, *value, *message;
	} cases[] = {
		{ "format", "0",
		  "metadata: autorec.format is \"0\", expected a whole number in "
		  "1..9223372036854775807" },
		{ "format", "one",
		  "metadata: autorec.format is \"one\", expected a whole number in "
		  "1..9223372036854775807" },
		{ "min_reader", "4",
		  "was saved by a newer version (autorec 0.1.0): it is in format 4, and this "
		  "version reads formats up to 3" },
		{ "min_reader", NULL, "metadata: autorec.min_reader is missing" },
		{ "model", "j-autorec", "metadata: this version has no model \"j-autorec\"" },
		{ "model", "\x1b[31m", "metadata: this version has no model \"\xef\xbf\xbd[31m\"" },
		{ "option.k", "0",
		  "metadata: autorec.option.k: \"0\" is not a whole number in 1..100000 or auto" },
		{ "option.k", "3", "tensor weights.V: it is F32 [30,2], expected F32 [30,3]" },
		{ "option.k", "100000",
		  "tensor weights.V: it is F32 [30,2], expected F32 [30,100000]" },
		{ "option.colour", "3", "metadata: this version has no option \"colour\"" },
		{ "option.optimizer", "adam", "tensor state.mean.V is missing" },
		{ "data.scale", "5,1",
		  "metadata: autorec.data.scale is \"5,1\", expected the lowest and "
		  "the highest rating" },
		{ "split.holdout", "nan",
		  "metadata: autorec.split.holdout is \"nan\", expected a number" },
		{ "refit", "2",
		  "metadata: autorec.refit is \"2\", expected a whole number in 0..1" },
		{ "epoch", "9", "tensor curve: it is F64 [14,13], expected F64 [10,13]" },
		{ "epoch", "-1",
		  "metadata: autorec.epoch is \"-1\", expected a whole number in "
		  "0..1000000000000" },
		{ "best_epoch", "99",
		  "metadata: autorec.best_epoch is \"99\", expected a whole number in "
		  "-1..13" },
		{ "best_epoch", "-1",
		  "metadata: autorec.best_epoch is missing, but its weights are "
		  "there" },
		{ "best", "some",
		  "metadata: autorec.best is \"some\", which this version does not "
		  "know" },
		{ "curve", "epoch",
		  "metadata: autorec.curve names columns that this version does not "
		  "know" },
		{ "edits", "3",
		  "metadata: autorec.edits is \"3\", expected a whole number in 0..2" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct parts p = take_apart();
		char key[64];
		json_t *metadata = json_object_get(p.header, "__metadata__");
		snprintf(key, sizeof key, "autorec.%s", cases[i].key);
		if (cases[i].value)
			json_object_set_new(metadata, key,
					    json_stringn_nocheck(cases[i].value,
								 strlen(cases[i].value)));
		else
			json_object_del(metadata, key);
		put_together(&p, NULL);
		expect_message(key, cases[i].message);
	}
}

/* The bytes of a tensor's element set to others. */
static void numbers_that_are_wrong(void **state)
{
	static const float nan_value = NAN;
	static const double infinite = INFINITY, minus = -2;
	static const int32_t far = 30, negative = -1, zero = 0, sixteen = 16;
	static const int64_t back = 1, beyond = 1 << 20, less = -5;
	static const uint8_t nul = 0, digit = '1';
	static const struct {
		const char *tensor;
		int at;
		const void *bytes;
		size_t n;
		const char *message;
	} cases[] = {
		{ "weights.W", 3, &nan_value, 4,
		  "tensor weights.W: it has a number that is infinite or NaN" },
		{ "curve", 1, &infinite, 8,
		  "tensor curve: it has a number that is infinite or NaN" },
		{ "curve", 13, &minus, 8,
		  "tensor curve: row 1 does not describe epoch 1, or has a wrong number "
		  "of dead units" },
		{ "curve", 10, &minus, 8,
		  "tensor curve: row 0 does not describe epoch 0, or has a wrong number "
		  "of dead units" },
		{ "train.user", 2, &far, 4,
		  "tensor train.user: rating 2 names user 30 and item 2, but there are only 30 and "
		  "16" },
		{ "train.user", 0, &negative, 4,
		  "tensor train.user: rating 0 names user -1 and item 0, but there are only 30 and "
		  "16" },
		{ "valid.item", 0, &sixteen, 4,
		  "tensor valid.user: rating 0 names user 0 and item 16, but there are only 30 and "
		  "16" },
		{ "train.item", 1, &zero, 4,
		  "tensors train, valid, test: a user rates an item twice" },
		{ "users.id.offsets", 0, &back, 8,
		  "tensor users.id.offsets: number 0 is 1, expected ascending numbers from 0 to "
		  "51" },
		{ "users.id.offsets", 5, &beyond, 8,
		  "tensor users.id.offsets: number 5 is 1048576, expected ascending numbers from 0 "
		  "to 51" },
		{ "items.title.offsets", 2, &less, 8,
		  "tensor items.title.offsets: number 2 is -5, expected ascending numbers from 0 "
		  "to 255" },
		{ "users.id", 0, &nul, 1,
		  "tensor users.id: text 0 has more than 255 bytes, or a zero byte" },
		{ "items.id", 0, &digit, 1,
		  "tensor items.id: id 9 is empty, or the same as an earlier one" },
		{ "marks.epoch", 0, &beyond, 8,
		  "tensor marks.epoch: mark 0 is at epoch 1048576 of 13" },
		{ "edits.user", 0, &far, 4,
		  "tensor edits.user: edit 0 names user 30 and item 2, but there are only 30 and "
		  "16" },
		{ "edits.item", 1, &zero, 4,
		  "tensor edits.has: edit 1 removes a rating that does not exist" },
		{ "state.steps", 0, &less, 8,
		  "tensor state.steps: -5 is not in 0..9007199254740992" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct parts p = take_apart();
		const json_t *t = json_object_get(p.header, cases[i].tensor);
		if (!t)
			fail_msg("there is no tensor %s", cases[i].tensor);
		const size_t from = (size_t)json_integer_value(
			json_array_get(json_object_get(t, "data_offsets"), 0));
		memcpy(p.data + from + (size_t)cases[i].at * cases[i].n, cases[i].bytes,
		       cases[i].n);
		put_together(&p, NULL);
		expect_message(cases[i].tensor, cases[i].message);
	}
}

/* Saves users set aside, and newcomers: zoe, who has left, ada, and the item opera. */
static void save_people(void)
{
	struct stage *st = stage_new();
	struct text t = { 0 };
	for (int u = 0; u < 10; u++)
		for (int i = 0; i < 8; i++)
			if ((u + i) % 3)
				text_addf(&t, "u%d,i%d,%d\n", u, i, 1 + u * i % 5);
	scratch_write("people.csv", t.bytes, t.length);
	text_done(&t);
	run(st, "load %/people.csv");
	run(st, "split foldin=0.3");
	run(st, "model i-autorec k=2");
	run(st, "train 2");
	run(st, "newuser zoe");
	run(st, "newuser ada");
	run(st, "rate zoe i1 3");
	run(st, "rate ada i1 4");
	run(st, "newitem opera");
	run(st, "rate ada opera 2");
	run(st, "remove zoe");
	run(st, "save %/people");
	stage_free(st);
}

static void newcomers_that_are_wrong(void **state)
{
	static const int32_t nobody = -1, away = -2, far = -9;
	static const uint8_t four = 4, user_there = 2, none = 0;
	static const struct {
		const char *tensor;
		int at;
		const void *bytes;
		size_t n;
		const char *message;
	} cases[] = {
		{ "newcomers.kind", 0, &four, 1,
		  "tensor newcomers.kind: number 0 is 4, expected 0 to 3" },
		{ "newcomers.kind", 0, &user_there, 1,
		  "tensor newcomers.name: number 0 is not the id that it has" },
		{ "newcomers.kind", 1, &none, 1,
		  "tensor edits.user: edit 1 names user 10 and item -1, but there are only 11 and "
		  "9" },
		{ "newcomers.name", 3, "b", 1,
		  "tensor newcomers.name: number 1 is not the id that it has" },
		{ "edits.user", 3, &nobody, 4,
		  "tensor edits.user: edit 3 names user -1 and item 0, but there are only 11 and "
		  "9" },
		{ "edits.user", 3, &far, 4,
		  "tensor edits.user: edit 3 names user -9 and item 0, but there are only 11 and "
		  "9" },
		{ "edits.item", 4, &away, 4,
		  "tensor edits.user: edit 4 names user -1 and item -2, but there are only 11 and "
		  "9" },
	};
	save_people();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct parts p = take_apart_file("people");
		const json_t *t = json_object_get(p.header, cases[i].tensor);
		if (!t)
			fail_msg("there is no tensor %s", cases[i].tensor);
		const size_t from = (size_t)json_integer_value(
			json_array_get(json_object_get(t, "data_offsets"), 0));
		memcpy(p.data + from + (size_t)cases[i].at * cases[i].n, cases[i].bytes,
		       cases[i].n);
		put_together(&p, NULL);
		expect_message(cases[i].tensor, cases[i].message);
	}
}

static void tensors_that_are_wrong(void **state)
{
	static const char *const names[] = { "users.id",      "items.id.offsets", "train.value",
					     "valid.item",    "test.user",        "curve",
					     "marks.text",    "edits.has",        "weights.V",
					     "weights.b",     "best.W",           "state.step.V",
					     "state.sign.mu", "state.steps" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct parts p = take_apart();
		char message[100], other[64];
		json_t *renamed = json_object();
		const char *key;
		json_t *value;
		snprintf(other, sizeof other, "x%s", names[i]);
		json_object_foreach (p.header, key,
				     value) /* in the same place, under another name */
			json_object_set(renamed, strcmp(key, names[i]) ? key : other, value);
		json_decref(p.header);
		p.header = renamed;
		put_together(&p, NULL);
		snprintf(message, sizeof message, "tensor %s is missing", names[i]);
		expect_message(names[i], message);
	}
}

static void a_wrong_checksum(void **state)
{
	struct parts p = take_apart();
	struct checkpoint c;
	struct err e = { 0 };
	char path[512];
	put_together(&p, "deadbeefdeadbeefdeadbeefdeadbeef");
	assert_int_equal(ERR_DATA,
			 checkpoint_read(&c, scratch_path("bad", path, sizeof path), NULL, &e));
	if (strncmp(e.message, "is damaged: it states checksum deadbeef..., but its bytes have ",
		    63))
		fail_msg("%s", e.message);
}

static void what_would_not_open_is_not_written(void **state)
{
	double numbers[] = { 1, INFINITY };
	const struct safetensor t = { "t", SAFETENSORS_F64, 1, { 2 }, 2, numbers };
	struct safetensors f;
	struct err e = { 0 };
	char path[512];
	json_t *metadata = json_object();
	scratch_path("new", path, sizeof path);
	assert_int_equal(ERR_FAILED, safetensors_write(path, &t, 1, metadata, NULL, NULL, &e));
	assert_string_equal("was not written: tensor t has a number that is infinite or NaN, so "
			    "the file would not open",
			    e.message);
	assert_int_equal(-1, access(path, F_OK));
	numbers[1] = 1e308;
	must(safetensors_write(path, &t, 1, metadata, NULL, NULL, &e), &e);
	must(safetensors_open(&f, path, &e), &e);
	must(safetensors_read(&f, NULL, &e), &e);
	assert_memory_equal(numbers, safetensors_find(&f, "t")->data, sizeof numbers);
	safetensors_close(&f);
	json_decref(metadata);
}

/* ---- damage ------------------------------------------------------------- */

/* Opens what is in the file now, which is not to be opened. */
static void expect_refusal(const char *path, const char *what, size_t place)
{
	struct checkpoint c;
	struct err e = { 0 };
	if (checkpoint_read(&c, path, NULL, &e) != ERR_DATA || !e.message[0] ||
	    strcmp(e.where, path))
		fail_msg("%s %zu: code %d, %s: %s", what, place, e.code, e.where, e.message);
}

/* The smallest model that one can save; its bytes are to be freed. */
static char *smallest(size_t *n)
{
	static const char ratings[] = "a,x,1\na,y,2\nb,x,3\nb,y,4\n";
	struct stage *st = stage_new();
	scratch_write("four.csv", ratings, sizeof ratings - 1);
	run(st, "load %/four.csv");
	run(st, "model baseline");
	run(st, "train 1");
	run(st, "save %/bad");
	stage_free(st);
	return scratch_read("bad", n);
}

static void every_truncation_is_refused(void **state)
{
	size_t n;
	char path[512], *bytes = smallest(&n);
	scratch_path("bad", path, sizeof path);
	for (size_t i = n; i-- > 0;) {
		assert_int_equal(0, truncate(path, (off_t)i));
		expect_refusal(path, "cut off at byte", i);
	}
	free(bytes);
}

static void every_flipped_bit_is_refused(void **state)
{
	const size_t step =
		getenv("AUTOREC_SANITISED")
			? 7
			: 1; /* sanitisers are slow, and every bit is tried without them */
	size_t n;
	char path[512], *bytes = smallest(&n);
	int fd = open(scratch_path("bad", path, sizeof path), O_WRONLY);
	for (size_t i = 0; i < 8 * n; i += step) {
		const char flipped = (char)(bytes[i / 8] ^ 1 << i % 8);
		assert_int_equal(1, pwrite(fd, &flipped, 1, (off_t)(i / 8)));
		expect_refusal(path, "flipped bit", i);
		assert_int_equal(1, pwrite(fd, &bytes[i / 8], 1, (off_t)(i / 8)));
	}
	close(fd);
	free(bytes);
}

/* A few bytes changed at random and the checksum made right again: what opens all the same can be
 * trained and looked at. */
static void fuzz(const char *name)
{
	const char *rounds = getenv("AUTOREC_FUZZ");
	struct rng rng;
	size_t n;
	int opened = 0;
	char path[512], digits[33], *good = scratch_read(name, &n), *bytes = malloc(n);
	assert_non_null(bytes);
	rng_init(&rng, 1, 0);
	for (int i = 0; i < (rounds ? atoi(rounds) : 300); i++) {
		struct checkpoint c;
		struct err e = { 0 };
		memcpy(bytes, good, n);
		for (int64_t k = 1 + (int64_t)rng_below(&rng, 3); k > 0; k--)
			bytes[8 + rng_below(&rng, n - 8)] = (char)(rng_below(&rng, 2)
									   ? '0' + rng_below(&rng,
											     10)
									   : rng_below(&rng, 256));
		char *place = memmem(bytes, n, SAFETENSORS_CHECKSUM "\":\"",
				     strlen(SAFETENSORS_CHECKSUM) + 3);
		if (!place)
			continue;
		place += strlen(SAFETENSORS_CHECKSUM) + 3;
		memset(place, '0', 32);
		const XXH128_hash_t h = XXH3_128bits(bytes, n);
		snprintf(digits, sizeof digits, "%016llx%016llx", (unsigned long long)h.high64,
			 (unsigned long long)h.low64);
		memcpy(place, digits, 32);
		scratch_write("bad", bytes, n);
		if (checkpoint_read(&c, scratch_path("bad", path, sizeof path), NULL, &e) < 0) {
			assert_true(e.message[0] != 0);
			continue;
		}
		checkpoint_done(&c);
		struct stage *st = stage_new();
		char user[600], item[600];
		opened++;
		run(st, "open %/bad");
		snprintf(user, sizeof user, "user \"%.255s\"",
			 ids_name(st->session.doc.data->users, 0));
		snprintf(item, sizeof item, "item \"%.255s\"",
			 ids_name(st->session.doc.data->items, 0));
		try(st, user, &e);
		try(st, item, &e);
		try(st, "evaluate", &e);
		try(st, "stop", &e);
		try(st, "evaluate foldin=on", &e);
		try(st, "undo", &e);
		try(st, "undo", &e);
		try(st, "redo", &e);
		try(st, "newuser somebody", &e);
		try(st, "train 2", &e); /* may diverge */
		try(st, "retrain 1", &e);
		try(st, "save %/again", &e);
		stage_free(st);
	}
	assert_true(opened > 0);
	free(good);
	free(bytes);
}

static void what_opens_can_be_used(void **state)
{
	save_people();
	fuzz(GOLDEN);
	fuzz("people");
}

/* ---- for ever ----------------------------------------------------------- */

/* A file of format 1: what it said on the day it was written. */
static void the_first_format_opens(void **state)
{
	struct stage *st = stage_new();
	struct curve_mark mark;
	struct epoch_record r;
	run(st, "open " GOLDEN);
	assert_int_equal(13, (int)number(st, "epoch"));
	assert_int_equal(8, (int)number(st, "best_epoch"));
	assert_int_equal(287, (int)number(st, "ratings"));
	assert_int_equal(1, (int)number(st, "edits"));
	assert_int_equal(1, trainer_marks(session_trainer(&st->session), 0, &mark, 1));
	assert_string_equal("lambda 0.2", mark.text);
	assert_int_equal(1, trainer_records(session_trainer(&st->session), 13, &r, 1));
	run(st, "evaluate");
	assert_int_equal(8, (int)number(st, "epoch"));
	if (fabs(number(st, "rmse") - GOLDEN_RMSE) > 1e-4)
		fail_msg("the test RMSE is %.9g, it was %.9g", number(st, "rmse"), GOLDEN_RMSE);
	run(st, "item \"Alien (1979)\"");
	run(st, "edits");
	assert_int_equal(2, json_array_size(json_object_get(st->last, "rows")));
	run(st, "train 1");
	assert_int_equal(1, trainer_records(session_trainer(&st->session), 14, &r, 1));
	if (fabs(r.loss - GOLDEN_LOSS) > 1e-2)
		fail_msg("the next epoch has a loss of %.9g, it had %.9g", r.loss, GOLDEN_LOSS);
	stage_free(st);
}

static int in_memory(void **state)
{
	if (access("/dev/shm", W_OK) == 0) /* it is not the disk that is tested */
		setenv("TMPDIR", "/dev/shm", 0);
	return scratch_make(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_that_break_a_rule),
		cmocka_unit_test(lengths_that_cannot_be),
		cmocka_unit_test(a_file_taken_apart_and_put_together_is_good),
		cmocka_unit_test(metadata_that_is_wrong),
		cmocka_unit_test(numbers_that_are_wrong),
		cmocka_unit_test(newcomers_that_are_wrong),
		cmocka_unit_test(tensors_that_are_wrong),
		cmocka_unit_test(a_wrong_checksum),
		cmocka_unit_test(what_would_not_open_is_not_written),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(what_opens_can_be_used),
		cmocka_unit_test(the_first_format_opens),
	};
	return cmocka_run_group_tests(tests, in_memory, scratch_remove);
}
