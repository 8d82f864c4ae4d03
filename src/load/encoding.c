/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "encoding.h"

#include <string.h>
#include <strings.h>

#include "autorec/text.h"

/* ---- what is no text ---------------------------------------------------- */

#define KIND(magic, what)                                                                          \
	{                                                                                          \
		magic, sizeof magic - 1, what                                                      \
	}

static const struct {
	const char *magic;
	size_t length;
	const char *what;
} kinds[] = {
	KIND("MATLAB 5.0 MAT-file",
	     "is a MATLAB file; convert it in Python: numpy.savetxt('r.csv', "
	     "scipy.io.loadmat('FILE')['NAME'], delimiter=',')"),
	KIND("MATLAB 7.3 MAT-file",
	     "is a MATLAB file; convert it in MATLAB: load FILE, then writematrix(NAME, 'r.csv')"),
	KIND("\x89HDF", "is an HDF5 file; convert it in Python: "
			"pandas.read_hdf('FILE').to_csv('r.csv')"),
	KIND("\x93NUMPY", "is a NumPy array; convert it in Python: "
			  "numpy.savetxt('r.csv', numpy.load('FILE'), delimiter=',')"),
	KIND("PAR1\x15", "is a Parquet file; convert it in Python: "
			 "pandas.read_parquet('FILE').to_csv('r.csv', index=False)"),
	KIND("ARROW1\0", "is an Arrow file; convert it in Python: "
			 "pandas.read_feather('FILE').to_csv('r.csv', index=False)"),
	KIND("FEA1\0", "is a Feather file; convert it in Python: "
		       "pandas.read_feather('FILE').to_csv('r.csv', index=False)"),
	KIND("SQLite format 3", "is an SQLite database; convert a table of it: "
				"sqlite3 -header -csv FILE 'select * from NAME' > r.csv"),
	KIND("\x80\2", "is a Python pickle; convert it in Python: "
		       "pandas.DataFrame(pandas.read_pickle('FILE')).to_csv('r.csv', index=False)"),
	KIND("\x80\3", "is a Python pickle; convert it in Python: "
		       "pandas.DataFrame(pandas.read_pickle('FILE')).to_csv('r.csv', index=False)"),
	KIND("\x80\4", "is a Python pickle; convert it in Python: "
		       "pandas.DataFrame(pandas.read_pickle('FILE')).to_csv('r.csv', index=False)"),
	KIND("\x80\5", "is a Python pickle; convert it in Python: "
		       "pandas.DataFrame(pandas.read_pickle('FILE')).to_csv('r.csv', index=False)"),
	KIND("\xd0\xcf\x11\xe0", "is an Excel file (.xls); save it as CSV in the spreadsheet"),
	KIND("RDX2\n", "is an R file; convert it in R: load('FILE'), then "
		       "write.csv(NAME, 'r.csv', row.names = FALSE)"),
	KIND("RDX3\n", "is an R file; convert it in R: load('FILE'), then "
		       "write.csv(NAME, 'r.csv', row.names = FALSE)"),
	KIND("X\n\0\0", "is an R file; convert it in R: "
			"write.csv(readRDS('FILE'), 'r.csv', row.names = FALSE)"),
	KIND("%PDF-", "is a PDF document, expected ratings as text"),
	KIND("7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it first: 7z x FILE"),
	KIND("Rar!\x1a", "is a RAR archive; unpack it first: unrar x FILE"),
};

static bool begins(const char *bytes, size_t n, const char *word)
{
	while (n > 0 && (*bytes == ' ' || *bytes == '\n' || *bytes == '\r'))
		bytes++, n--;
	return n >= strlen(word) && !strncasecmp(bytes, word, strlen(word));
}

/* A database's dump. The rows are in statements, or after one in PostgreSQL's. */
static const char *sql_kind(const char *bytes, size_t n)
{
	static const char *const first[] = { "--",         "/*",    "create ", "insert into",
					     "drop table", "begin", "pragma",  "set " };
	bool sql = false;
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		sql = sql || begins(bytes, n, first[i]);
	if (sql && memmem(bytes, n, "FROM stdin;", 11))
		return "is an SQL dump; take the rows of a table out of it: sed -n "
		       "'/^COPY .*NAME/,/^\\\\\\./{//!p}' FILE > r.tsv";
	if (sql && (memmem(bytes, n, "INSERT INTO", 11) || memmem(bytes, n, "insert into", 11) ||
		    memmem(bytes, n, "CREATE TABLE", 12)))
		return "is an SQL dump; take the rows out of it: grep -oE \"\\(('[^']*'|[0-9.]+)(, "
		       "?('[^']*'|-?[0-9.]+|NULL)){2,}\\)\" FILE | tr -d \"()'\" > r.csv";
	return NULL;
}

const char *encoding_kind(const char *bytes, size_t n)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (n >= kinds[i].length && !memcmp(bytes, kinds[i].magic, kinds[i].length))
			return kinds[i].what;
	if (begins(bytes, n, "<!doctype html") || begins(bytes, n, "<html"))
		return "is a web page, not ratings; the download has probably failed";
	if (begins(bytes, n, "<table"))
		return "is a table in HTML; convert it in Python: "
		       "pandas.read_html('FILE')[0].to_csv('r.csv', index=False)";
	if (begins(bytes, n, "<?xml") || begins(bytes, n, "<ratings") ||
	    begins(bytes, n, "<reviews"))
		return "is XML; convert it in Python: "
		       "pandas.read_xml('FILE', parser='etree').to_csv('r.csv', index=False)";
	return sql_kind(bytes, n);
}

/* Text has few control characters besides line ends and tabs. Of random bytes, a ninth are such. */
static bool is_text(const char *bytes, size_t n)
{
	size_t controls = 0;
	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)bytes[i];
		controls += c < 0x20 && c != '\n' && c != '\r' && c != '\t';
	}
	return controls <= n / 32 + 3;
}

/* ---- UTF-16 ------------------------------------------------------------- */

/* Is nearly every second byte, from the first or the second on, a zero? */
static bool has_zeros(const char *bytes, size_t n, size_t from)
{
	size_t zeros = 0;
	for (size_t i = from; i < n; i += 2)
		zeros += bytes[i] == 0;
	return n >= 8 && zeros * 10 >= n / 2 * 9 && bytes[1 - from] != 0;
}

static uint32_t unit_at(const struct encoding *c, const unsigned char *p)
{
	return c->kind == UTF_16_LE ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[0] << 8 | p[1]);
}

static bool is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

/* Decodes from `from` to `to`, which may overlap if `to` stays behind. A character that lacks bytes
 * is kept for the next time. */
static size_t utf16_decode(struct encoding *c, const unsigned char *from, size_t n, char *to,
			   bool last)
{
	size_t i = 0, out = 0;
	while (i + 2 <= n) {
		uint32_t code = unit_at(c, from + i);
		char encoded[5];
		size_t used = 2;
		if (is_high(code)) {
			if (i + 4 > n && !last)
				break;
			const uint32_t low = i + 4 <= n ? unit_at(c, from + i + 2) : 0;
			const bool pair = low >= 0xdc00 && low < 0xe000;
			code = pair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
			used = pair ? 4 : 2;
		} else if (code >= 0xdc00 && code < 0xe000) {
			code = 0xfffd;
		}
		i += used;
		const size_t m = code ? (size_t)text_encode(code, encoded) : 1;
		if (!code)
			encoded[0] = 0;
		memcpy(to + out, encoded, m);
		out += m;
	}
	c->n_rest = n - i;
	memcpy(c->rest, from + i, c->n_rest);
	return out;
}

/* Reads half of the room to its end, and decodes it to the beginning: three bytes are written for
 * two that are read at most. */
static ssize_t utf16_read(struct encoding *c, struct source *s, char *to, size_t n, bool *ended,
			  struct err *e)
{
	const size_t want = n / 2 - sizeof c->rest;
	char *raw = to + n - want - c->n_rest;
	memcpy(raw, c->rest, c->n_rest);
	const ssize_t got = source_read(s, raw + c->n_rest, want, e);
	if (got < 0)
		return got;
	*ended = (size_t)got < want;
	return (ssize_t)utf16_decode(c, (const unsigned char *)raw, (size_t)got + c->n_rest, to,
				     *ended);
}

/* ---- all kinds ---------------------------------------------------------- */

/* Finds the encoding of a file from its first bytes, and the length of its byte order mark. */
static size_t detect(struct encoding *c, const char *bytes, size_t n)
{
	*c = (struct encoding){ .kind = BYTES };
	if (n >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		return 3;
	if (n >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2))) {
		c->kind = bytes[0] == '\xff' ? UTF_16_LE : UTF_16_BE;
		return 2;
	}
	if (has_zeros(bytes, n, 1))
		c->kind = UTF_16_LE;
	else if (has_zeros(bytes, n, 0))
		c->kind = UTF_16_BE;
	return 0;
}

static ssize_t bytes_read(struct source *s, char *to, size_t n, bool *ended, struct err *e)
{
	const ssize_t got = source_read(s, to, n, e);
	*ended = got < (ssize_t)n;
	return got;
}

static void end_lines(char *bytes, size_t n)
{
	for (char *p = bytes; (p = memchr(p, '\r', (size_t)(bytes + n - p)));)
		*p++ = '\n';
}

static int refuse(const char *path, const char *bytes, size_t n, struct err *e)
{
	const char *kind = encoding_kind(bytes, n);
	return kind ? err_set(e, ERR_DATA, path, "%s", kind)
		    : err_set(e, ERR_DATA, path,
			      "is not text, expected lines of ratings or titles, plain, "
			      "compressed (.gz, .xz, .zst), or in a .zip or .tar");
}

/* A file's first bytes. If they are UTF-16, they have been read as they are, to the end of what
 * fits when decoded. */
static ssize_t read_first(struct encoding *c, struct source *s, const char *path, char *to,
			  size_t n, bool *ended, struct err *e)
{
	const size_t want = n / 2 - sizeof c->rest;
	const ssize_t got = source_read(s, to, want, e);
	if (got < 0)
		return got;
	size_t have = (size_t)got;
	*ended = have < want;
	const size_t mark = detect(c, to, have);
	memmove(to, to + mark, have -= mark);
	if (encoding_kind(to, have))
		return refuse(path, to, have, e);
	if (c->kind != BYTES) {
		unsigned char *raw = (unsigned char *)to + n - have;
		memmove(raw, to, have);
		have = utf16_decode(c, raw, have, to, *ended);
	}
	c->cr_lines = have > 1 && !memchr(to, '\n', have) && memchr(to, '\r', have - 1);
	if (c->cr_lines)
		end_lines(to, have);
	return is_text(to, have) ? (ssize_t)have : refuse(path, to, have, e);
}

ssize_t encoding_read(struct encoding *c, struct source *s, const char *path, bool first, char *to,
		      size_t n, bool *ended, struct err *e)
{
	if (first)
		return read_first(c, s, path, to, n, ended, e);
	const ssize_t got = c->kind == BYTES ? bytes_read(s, to, n, ended, e)
					     : utf16_read(c, s, to, n, ended, e);
	if (got > 0 && c->cr_lines)
		end_lines(to, (size_t)got);
	return got;
}
