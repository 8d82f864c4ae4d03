/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of files in other encodings and compressions, read in pieces of many sizes; files that
 * are no text; damaged files. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/load/encoding.h"
#include "autorec/rng.h"
#include "autorec/text.h"
#include "check.h"
#include "scratch.h"

/* ---- reading a whole file ----------------------------------------------- */

/* Appends all bytes of a file, or a member, in pieces of `room` bytes. */
static int read_pieces(const char *path, size_t room, struct text *out, struct err *e)
{
	const struct input_wait wait = { 0 };
	char *paths[] = { (char *)path }, *piece = malloc(room);
	const char *current = path;
	struct source *s = NULL;
	struct encoding encoding;
	bool ended = false;
	assert_non_null(piece);
	text_clear(out);
	int status = source_open(&s, paths, 1, false, &wait, e);
	if (status == 0)
		status = source_next(s, &current, e);
	for (bool first = true; status >= 0 && !ended; first = false) {
		const ssize_t got = encoding_read(&encoding, s, current, first, piece, room, &ended,
						  e);
		status = got < 0 ? (int)got : 0;
		if (got > 0)
			text_add(out, piece, (size_t)got);
	}
	source_close(s);
	free(piece);
	return status < 0 ? status : 0;
}

static int read_file_in(const char *name, size_t room, struct text *out, struct err *e)
{
	char path[512];
	return read_pieces(scratch_path(name, path, sizeof path), room, out, e);
}

static const size_t rooms[] = { 32, 33, 34, 35, 36, 37, 50, 63, 64, 1001, 1 << 17 };
enum { N_ROOMS = sizeof rooms / sizeof *rooms };

static void reads_as(const char *name, const struct text *expected)
{
	struct text got = { 0 };
	for (int i = 0; i < N_ROOMS; i++) {
		struct err e = { 0 };
		must(read_file_in(name, rooms[i], &got, &e), &e);
		size_t same = 0;
		while (same < got.length && same < expected->length &&
		       got.bytes[same] == expected->bytes[same])
			same++;
		if (got.length != expected->length || same != got.length)
			fail_msg("%s in pieces of %zu: %zu bytes, expected %zu; they differ at %zu",
				 name, rooms[i], got.length, expected->length, same);
	}
	text_done(&got);
}

/* ---- encodings ---------------------------------------------------------- */

static void put_unit(struct text *out, uint32_t unit, bool little)
{
	const char low = (char)(unit & 0xff), high = (char)(unit >> 8);
	text_add(out, &(const char[]){ little ? low : high, little ? high : low }[0], 2);
}

static void put_utf16(struct text *out, uint32_t code, bool little)
{
	if (code < 0x10000) {
		put_unit(out, code, little);
		return;
	}
	put_unit(out, 0xd800 + ((code - 0x10000) >> 10), little);
	put_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff), little);
}

static void put_utf8(struct text *out, uint32_t code)
{
	char encoded[5];
	text_add(out, encoded, (size_t)text_encode(code, encoded));
}

/* Characters of a file: at first plain ones, which tell the encoding; then also some of all kinds,
 * `others` in a hundred. */
static uint32_t random_code(struct rng *rng, int i, unsigned others)
{
	static const uint32_t codes[] = { 'a',    ',',    '\n',   0xe9,    0x7ff,   0x800,   0x20ac,
					  0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff };
	static const char plain[] = "user,item,rating\n1,2,3\n";
	return i < 200 || rng_below(rng, 100) >= others
		       ? (uint32_t)plain[i % (int)strlen(plain)]
		       : codes[rng_below(rng, sizeof codes / sizeof *codes)];
}

static void utf16(void **state)
{
	for (int variant = 0; variant < 4; variant++) {
		const bool little = variant % 2, mark = variant / 2;
		struct text bytes = { 0 }, expected = { 0 };
		struct rng rng;
		rng_init(&rng, 3, 0);
		if (mark)
			put_unit(&bytes, 0xfeff, little);
		for (int i = 0; i < 5000; i++) {
			const uint32_t code = random_code(&rng, i, mark ? 100 : 5);
			put_utf16(&bytes, code, little);
			put_utf8(&expected, code);
		}
		scratch_write("u16", bytes.bytes, bytes.length);
		reads_as("u16", &expected);
		text_done(&bytes);
		text_done(&expected);
	}
}

#define FFFD "\xef\xbf\xbd"

static const struct small {
	const char *what, *bytes;
	size_t length;
	const char *expected;
} small_files[] = {
#define FILE_OF(bytes) bytes, sizeof bytes - 1
	{ "a byte order mark",
	  FILE_OF("\xef\xbb\xbf"
		  "1,2,3\n"),
	  "1,2,3\n" },
	{ "only a byte order mark", FILE_OF("\xef\xbb\xbf"), "" },
	{ "only a mark of UTF-16", FILE_OF("\xff\xfe"), "" },
	{ "CR", FILE_OF("1,2,3\r2,2,4\r3,2,5"), "1,2,3\n2,2,4\n3,2,5" },
	{ "CR, also at the end", FILE_OF("1,2,3\r2,2,4\r"), "1,2,3\n2,2,4\n" },
	{ "CRLF", FILE_OF("1,2,3\r\n2,2,4\r\n3,2,5"), "1,2,3\r\n2,2,4\r\n3,2,5" },
	{ "CRLF, one line", FILE_OF("1,2,3\r\n"), "1,2,3\r\n" },
	{ "one line without an end", FILE_OF("1,2,3"), "1,2,3" },
	{ "UTF-16, CR",
	  FILE_OF("\xff\xfe"
		  "1\0,\0a\0\r\0002\0,\0b\0\r\0003\0,\0c\0\r\0"),
	  "1,a\n2,b\n3,c\n" },
	{ "UTF-16, CRLF", FILE_OF("\xfe\xff\0001\0,\0002\0\r\0\n"), "1,2\r\n" },
	{ "half a pair at the end",
	  FILE_OF("\xff\xfe"
		  "a\0\x3d\xd8"),
	  "a" FFFD },
	{ "the second half alone",
	  FILE_OF("\xff\xfe"
		  "a\0\x3d\xdc"
		  "b\0"),
	  "a" FFFD "b" },
	{ "the first half before another character",
	  FILE_OF("\xff\xfe"
		  "a\0\x3d\xd8"
		  "b\0"),
	  "a" FFFD "b" },
	{ "half a unit at the end",
	  FILE_OF("\xff\xfe"
		  "a\0b"),
	  "a" },
	{ "Windows-1252 stays", FILE_OF("1,Caf\xe9,3\n"), "1,Caf\xe9,3\n" },
};

static void small_files_are_read(void **state)
{
	struct text got = { 0 };
	for (size_t i = 0; i < sizeof small_files / sizeof *small_files; i++) {
		const struct small *f = &small_files[i];
		scratch_write("small", f->bytes, f->length);
		for (int j = 0; j < N_ROOMS; j++) {
			struct err e = { 0 };
			must(read_file_in("small", rooms[j], &got, &e), &e);
			if (got.length != strlen(f->expected) ||
			    memcmp(got.bytes ? got.bytes : "", f->expected, got.length) != 0)
				fail_msg("%s in pieces of %zu: {%s}, expected {%s}", f->what,
					 rooms[j], got.bytes, f->expected);
		}
	}
	text_done(&got);
}

/* ---- what is no text ---------------------------------------------------- */

static const struct kind {
	const char *bytes;
	size_t length;
	const char *name, *way;
} kinds[] = {
	{ FILE_OF("MATLAB 5.0 MAT-file, Platform: GLNXA64"), "MATLAB", "loadmat" },
	{ FILE_OF("MATLAB 7.3 MAT-file, Platform: GLNXA64"), "MATLAB", "writematrix" },
	{ FILE_OF("\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0"), "HDF5", "read_hdf" },
	{ FILE_OF("\x93NUMPY\1\0\x76\0{'descr': '<f8'}\n"), "NumPy", "savetxt" },
	{ FILE_OF("PAR1\x15\4\x15\x1c\x15\x20L\x15\4"), "Parquet", "read_parquet" },
	{ FILE_OF("ARROW1\0\0\xff\xff\xff\xff"), "Arrow", "read_feather" },
	{ FILE_OF("FEA1\0\0\0\0\1\0\0\0"), "Feather", "read_feather" },
	{ FILE_OF("SQLite format 3\0\x10\0\1\1"), "SQLite", "sqlite3 -header -csv" },
	{ FILE_OF("\x80\2}q\0"), "pickle", "read_pickle" },
	{ FILE_OF("\x80\3}q\0"), "pickle", "read_pickle" },
	{ FILE_OF("\x80\4\x95\x15\0\0\0\0\0\0\0"), "pickle", "read_pickle" },
	{ FILE_OF("\x80\5\x95\x15\0\0\0\0\0\0\0"), "pickle", "read_pickle" },
	{ FILE_OF("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "Excel", "save it as CSV" },
	{ FILE_OF("RDX2\nX\n\0\0\0\2"), "R file", "load('FILE')" },
	{ FILE_OF("RDX3\nX\n\0\0\0\3"), "R file", "load('FILE')" },
	{ FILE_OF("X\n\0\0\0\3\0\4\2\0"), "R file", "readRDS" },
	{ FILE_OF("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "PDF", "as text" },
	{ FILE_OF("7z\xbc\xaf\x27\x1c\0\4"), "7z", "7z x FILE" },
	{ FILE_OF("Rar!\x1a\7\1\0"), "RAR", "unrar x FILE" },
	{ FILE_OF("<table>\n<tr><td>1</td>"), "table in HTML", "read_html" },
	{ FILE_OF("<?xml version=\"1.0\"?>\n<r>"), "XML", "read_xml" },
	{ FILE_OF("-- MySQL dump\nCREATE TABLE r (a int);\nINSERT INTO r VALUES (1,2,3);\n"),
	  "SQL dump", "grep -oE" },
	{ FILE_OF("insert into r values (1,2,3);\n"), "SQL dump", "grep -oE" },
	{ FILE_OF("--\nCOPY r (u, i, r) FROM stdin;\n1\t2\t3\n"), "SQL dump", "/^COPY .*NAME/" },
	{ FILE_OF("<!DOCTYPE html>\n<html>"), "web page", "download has probably failed" },
	{ FILE_OF("\xef\xbb\xbf\r\n <html lang=\"en\">\n"), "web page", "download" },
	{ FILE_OF("\1\2\3\4\5\6\7\x0b\x0c\x0e\x0f\x10\x11\x12"), "is not text", ".zip or .tar" },
};

static void kinds_are_named(void **state)
{
	struct text got = { 0 };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct kind *k = &kinds[i];
		/* What follows the first bytes does not matter. */
		static const char rest[][400] = { { 0 }, "1,2,3\n4,5,6\n" };
		for (int j = 0; j < 2; j++) {
			struct text bytes = { 0 };
			struct err e = { 0 };
			text_add(&bytes, k->bytes, k->length);
			text_add(&bytes, rest[j], j ? strlen(rest[j]) : sizeof rest[j]);
			scratch_write("kind", bytes.bytes, bytes.length);
			text_done(&bytes);
			if (!strcmp(k->name, "is not text") && j > 0)
				continue;
			assert_int_equal(read_file_in("kind", 1 << 17, &got, &e), ERR_DATA);
			if (!strstr(e.message, k->name) || !strstr(e.message, k->way))
				fail_msg("%s: expected %s and %s", e.message, k->name, k->way);
			assert_non_null(strstr(e.where, "kind"));
		}
	}
	text_done(&got);
}

/* Ratings may begin with the letters of another kind of file. */
static void ratings_with_such_letters(void **state)
{
	static const char *const texts[] = {
		"PAR1,item,5\n", "ARROW1,item,5\n", "FEA1,2,3\n",     "RDX1,2,3\n",
		"RDX2,2,3\n",    "Rar!,2,3\n",      "X\n1,2,3\n",     "7z,2,3\n",
		"BZh,2,3\n",     "PK,2,3\n",        "<a href>,2,3\n", "HDF,2,3\n",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct text expected = { 0 };
		text_addf(&expected, "%s", texts[i]);
		scratch_write("letters", texts[i], strlen(texts[i]));
		reads_as("letters", &expected);
		text_done(&expected);
	}
}

/* ---- compressed --------------------------------------------------------- */

/* Ratings whose bytes do not compress to nothing. */
static void put_ratings(struct text *out, int lines)
{
	struct rng rng;
	rng_init(&rng, 11, 0);
	for (int i = 0; i < lines; i++)
		text_addf(out, "%d,%d,%d\n", (int)rng_below(&rng, 100000),
			  (int)rng_below(&rng, 100000), 1 + (int)rng_below(&rng, 5));
}

typedef int add_filter(struct archive *a);

static int add_nothing(struct archive *a)
{
	return ARCHIVE_OK;
}

/* Writes an archive with a single file, "r", in a format of libarchive. */
static void write_archive(const char *name, int (*format)(struct archive *a), add_filter *filter,
			  const char *bytes, size_t length)
{
	char path[512];
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	assert_int_equal(format(a), ARCHIVE_OK);
	assert_int_equal(filter(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, scratch_path(name, path, sizeof path)),
			 ARCHIVE_OK);
	archive_entry_set_pathname(entry, "r");
	archive_entry_set_size(entry, (la_int64_t)length);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, bytes, length), length);
	archive_entry_free(entry);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

static const struct packer {
	const char *name;
	add_filter *filter;
	bool checksum; /* libarchive writes .zst without one */
} packers[] = {
	{ "gz", archive_write_add_filter_gzip, true },
	{ "xz", archive_write_add_filter_xz, true },
	{ "zst", archive_write_add_filter_zstd, false },
	{ "bz2", archive_write_add_filter_bzip2, true },
};
enum { N_PACKERS = sizeof packers / sizeof *packers };

static void compressed(void **state)
{
	struct text ratings = { 0 };
	put_ratings(&ratings, 20000);
	for (int i = 0; i < N_PACKERS; i++) {
		size_t length;
		write_archive(packers[i].name, archive_write_set_format_raw, packers[i].filter,
			      ratings.bytes, ratings.length);
		reads_as(packers[i].name, &ratings);
		char *packed = scratch_read(packers[i].name, &length);
		write_archive("in.zip", archive_write_set_format_zip, add_nothing, packed, length);
		reads_as("in.zip/r", &ratings);
		write_archive("in.tar", archive_write_set_format_ustar, add_nothing, packed,
			      length);
		reads_as("in.tar/r", &ratings);
		free(packed);
	}
	text_done(&ratings);
}

static void compressed_utf16(void **state)
{
	static const char bytes[] = "\xff\xfe"
				    "1\0,\0002\0,\0003\0\n";
	struct text expected = { 0 };
	text_addf(&expected, "1,2,3\n");
	for (int i = 0; i < N_PACKERS; i++) {
		write_archive("u16", archive_write_set_format_raw, packers[i].filter, bytes,
			      sizeof bytes);
		reads_as("u16", &expected);
	}
	text_done(&expected);
}

/* Nothing, compressed, is an empty file and not a damaged one. */
static void compressed_nothing(void **state)
{
	const struct text nothing = { 0 };
	for (int i = 0; i < N_PACKERS; i++) {
		write_archive("nothing", archive_write_set_format_raw, packers[i].filter, "", 0);
		reads_as("nothing", &nothing);
	}
}

/* A damaged .bz2 becomes garbage before its checksum is reached. */
static void is_damaged(const char *name, const char *what)
{
	struct text got = { 0 };
	struct err e = { 0 };
	const int status = read_file_in(name, 1 << 17, &got, &e);
	if (status != ERR_DATA ||
	    (!strstr(e.message, "fetch it again") && !strstr(e.message, "is not text")))
		fail_msg("%s, %s: %d %s", name, what, status, status < 0 ? e.message : "is read");
	text_done(&got);
}

/* A byte in the middle that is wrong, and the last quarter missing. */
static void damaged(void **state)
{
	struct text ratings = { 0 };
	put_ratings(&ratings, 20000);
	for (int i = 0; i < N_PACKERS; i++) {
		size_t length;
		write_archive("whole", archive_write_set_format_raw, packers[i].filter,
			      ratings.bytes, ratings.length);
		char *packed = scratch_read("whole", &length);
		scratch_write(packers[i].name, packed, length / 4 * 3);
		is_damaged(packers[i].name, "the end is missing");
		write_archive("in.zip", archive_write_set_format_zip, add_nothing, packed,
			      length / 4 * 3);
		is_damaged("in.zip/r", packers[i].name);
		packed[length / 2] ^= 0x10;
		if (packers[i].checksum) {
			scratch_write(packers[i].name, packed, length);
			is_damaged(packers[i].name, "a byte is wrong");
			write_archive("in.tar", archive_write_set_format_ustar, add_nothing, packed,
				      length);
			is_damaged("in.tar/r", packers[i].name);
		}
		free(packed);
	}
	text_done(&ratings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf16),
		cmocka_unit_test(small_files_are_read),
		cmocka_unit_test(kinds_are_named),
		cmocka_unit_test(ratings_with_such_letters),
		cmocka_unit_test(compressed),
		cmocka_unit_test(compressed_utf16),
		cmocka_unit_test(compressed_nothing),
		cmocka_unit_test(damaged),
	};
	return cmocka_run_group_tests_name("encoding", tests, scratch_make, scratch_remove);
}
