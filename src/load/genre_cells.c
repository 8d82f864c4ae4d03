/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "genre_cells.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"

/* ---- words -------------------------------------------------------------- */

/* Removes blanks, and the quotes and brackets of a list such as ['Comedy', 'Drama']. */
static void trim_word(struct field *f)
{
	static const char margins[] = " \t\r\n[]'\"";
	while (f->length > 0 && strchr(margins, f->text[0]))
		f->text++, f->length--;
	while (f->length > 0 && strchr(margins, f->text[f->length - 1]))
		f->length--;
}

/* Does it say that the genre is not known? Parts of JSON objects are no names either. */
static bool says_nothing(const struct field *f)
{
	static const char *const words[] = {
		"unknown", "(no genres listed)", "none", "nan", "n/a", "null", "\\n"
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (f->length == strlen(words[i]) && !strncasecmp(f->text, words[i], f->length))
			return true;
	return f->length == 0 || memchr(f->text, '{', f->length) || memchr(f->text, '}', f->length);
}

bool genre_next(struct field *rest, struct field *word)
{
	while (rest->length > 0) {
		const char *marks = memchr(rest->text, '|', rest->length) ? "|" : ",;";
		size_t n = 0;
		while (n < rest->length && !strchr(marks, rest->text[n]))
			n++;
		*word = (struct field){ .text = rest->text, .length = n };
		n += n < rest->length;
		rest->text += n;
		rest->length -= n;
		trim_word(word);
		if (!says_nothing(word))
			return true;
	}
	return false;
}

/* ---- the names of flags ------------------------------------------------- */

/* The index of a name as it is in a file; -1 if it is not kept. */
static int add_name(struct genre_cells *g, const struct field *name, struct err *e)
{
	char clean[3 * GENRE_LONGEST + 1];
	const bool utf8 = text_is_utf8(name->text, name->length);
	const size_t n = utf8 ? text_cut(name->text, name->length, GENRE_LONGEST)
			 : name->length < GENRE_LONGEST ? name->length
							: GENRE_LONGEST;
	if (text_clean(name->text, n, utf8, clean, sizeof clean) == 0)
		return -1;
	const int genre = genres_add(&g->genres, clean, e);
	g->too_many = g->too_many || genre == MOST_GENRES;
	return genre == MOST_GENRES ? -1 : genre;
}

static int name_flag(struct genre_cells *g, struct field name, int64_t flag, struct err *e)
{
	trim_word(&name);
	const int genre = says_nothing(&name) ? -1 : add_name(g, &name, e);
	if (genre == ERR_NOMEM)
		return ERR_NOMEM;
	g->of_flag[flag] = genre;
	return 0;
}

/* Reads lines such as "Action|1": the name of a genre and its place among the columns. */
static int read_names(struct genre_cells *g, int n_flags, const char *path,
		      const struct load_options *options, struct err *e)
{
	struct reader r;
	char *line, *paths[] = { (char *)path };
	size_t length;
	int64_t flag;
	int status = reader_open(&r, paths, 1, options, e);
	if (status < 0)
		return status;
	while (status == 0 && (status = reader_next(&r, &line, &length, e)) > 0) {
		char *bar = memchr(line, '|', length);
		const size_t n = bar ? (size_t)(bar - line) : length;
		status = bar && num_parse_int(bar + 1, length - n - 1, &flag) && flag >= 0 &&
					 flag < n_flags
				 ? name_flag(g, (struct field){ line, n, false }, flag, e)
				 : 0;
	}
	reader_close(&r);
	return status;
}

int genre_cells_begin(struct genre_cells *g, const struct layout *l, const char *path,
		      const struct field *header, const struct load_options *options,
		      int32_t n_items, struct err *e)
{
	char names[PATH_MAX];
	struct err why = { 0 };
	int status = 0;
	for (int i = 0; i < MOST_GENRES; i++)
		g->of_flag[i] = -1;
	if (l->column[GENRES] < 0 && l->n_flags == 0)
		return 0;
	g->genres.of_item = mem_array((size_t)n_items, sizeof *g->genres.of_item, e);
	if (!g->genres.of_item)
		return ERR_NOMEM;
	for (int i = 0; header && status == 0 && i < l->n_flags; i++)
		status = name_flag(g, header[l->first_flag + i], i, e);
	if (status < 0 || header || l->n_flags == 0 ||
	    snprintf(names, sizeof names, "%.*su.genre", (int)(path_base(path) - path), path) >=
		    (int)sizeof names)
		return status;
	status = read_names(g, l->n_flags, names, options, &why);
	if (status != ERR_NOMEM && status != ERR_INTERRUPTED)
		return 0; /* titles can be used without genres */
	*e = why;
	return status;
}

/* ---- lines -------------------------------------------------------------- */

int genre_cells_take(struct genre_cells *g, const struct layout *l, const struct field *fields,
		     int n, int32_t item, struct err *e)
{
	struct field rest = { .text = NULL }, word;
	if (l->column[GENRES] >= 0 && l->column[GENRES] < n)
		rest = fields[l->column[GENRES]];
	if (rest.quoted)
		field_unquote(&rest);
	while (genre_next(&rest, &word)) {
		const int genre = add_name(g, &word, e);
		if (genre == ERR_NOMEM)
			return ERR_NOMEM;
		if (genre >= 0)
			g->genres.of_item[item] |= (uint64_t)1 << genre;
	}
	for (int i = 0; i < l->n_flags && l->first_flag + i < n; i++) {
		const struct field *f = &fields[l->first_flag + i];
		if (g->of_flag[i] >= 0 && f->length == 1 && f->text[0] == '1')
			g->genres.of_item[item] |= (uint64_t)1 << g->of_flag[i];
	}
	return 0;
}

void genre_cells_end(struct genre_cells *g, struct genres *out)
{
	if (g->too_many || g->genres.n == 0) {
		genres_done(&g->genres);
		return;
	}
	*out = g->genres;
	g->genres = (struct genres){ 0 };
}
