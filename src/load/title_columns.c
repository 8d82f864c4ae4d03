/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "title_columns.h"

#include <string.h>

#include "autorec/genres.h"
#include "genre_cells.h"

static const double OF_AN_ID = 0.2; /* how much "tt0114709" or "01-Jan-1995" is like a title */
static const double CLEARLY = 1.1;  /* a later column must be this much better */

/* How much is it like a title? Titles have letters, but are no addresses; a word with digits is
 * more often an id or a date. 0 to 1. */
static double cell_is_title(const struct field *f)
{
	bool letters = false, digits = false;
	if (memmem(f->text, f->length, "://", 3))
		return 0;
	for (size_t i = 0; i < f->length; i++) {
		const unsigned char c = (unsigned char)f->text[i];
		letters = letters || c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		digits = digits || (c >= '0' && c <= '9');
	}
	if (!letters)
		return 0;
	return digits && !memchr(f->text, ' ', f->length) ? OF_AN_ID : 1;
}

/* Sums how much the different cells of a column are like titles: genres repeat, titles do not. */
static double column_is_titles(const struct table *t, int column, int first_row)
{
	double sum = 0;
	for (int i = first_row; i < t->n_rows; i++)
		if (table_is_new(t, i, column, first_row))
			sum += cell_is_title(table_cell(t, i, column));
	return sum;
}

static int guess_title(const struct table *t, int item, int first_row)
{
	int best = item == 1 ? 0 : 1;
	double most = 0;
	const int n = t->n_columns < MAX_COLUMNS ? t->n_columns : MAX_COLUMNS;
	for (int i = 1; i <= n; i++) { /* the first one, which is usually the id, comes last */
		const int j = i % n;
		const double found = j == item ? 0 : column_is_titles(t, j, first_row);
		if (found > CLEARLY * most) {
			most = found;
			best = j;
		}
	}
	return best;
}

void title_columns_guess(struct layout *l, const struct table *t, const struct names *names)
{
	const int first = names->header;
	memcpy(l->column, names->column, sizeof l->column);
	if (l->column[ITEM] < 0 && l->column[TITLE] < 0 && t->separator[0] == ' ') {
		l->column[ITEM] = 0; /* blanks are within titles, too */
		l->column[TITLE] = 1;
		l->open_ended = true;
		return;
	}
	if (l->column[TITLE] < 0)
		l->column[TITLE] = guess_title(t, l->column[ITEM], first);
	if (l->column[ITEM] < 0)
		l->column[ITEM] = l->column[TITLE] == 0 ? 1 : 0;
}

/* ---- genres ------------------------------------------------------------- */

enum { MOST_WORDS = 512 };

/* The words of a column, as genres_next_word cuts them. */
struct words {
	struct field word[MOST_WORDS];
	int n, different;
	bool cut; /* some cells have several */
};

static bool is_new(const struct words *w, const struct field *word)
{
	for (int i = 0; i < w->n; i++)
		if (w->word[i].length == word->length &&
		    !memcmp(w->word[i].text, word->text, word->length))
			return false;
	return true;
}

static bool has_digit(const struct field *f)
{
	for (size_t i = 0; i < f->length; i++)
		if (f->text[i] >= '0' && f->text[i] <= '9')
			return true;
	return false;
}

/* False if a word is not like a genre. */
static bool column_words(const struct table *t, int column, int first_row, struct words *w)
{
	*w = (struct words){ 0 };
	for (int i = first_row; i < t->n_rows; i++) {
		struct field rest = *table_cell(t, i, column), word;
		for (int k = 0; genre_next(&rest, &word) && w->n < MOST_WORDS; k++) {
			if (cell_is_title(&word) < 1 || has_digit(&word))
				return false;
			w->cut = w->cut || k > 0;
			w->different += is_new(w, &word);
			w->word[w->n++] = word;
		}
	}
	return w->n > 0;
}

/* Three words in four may be different if cells have several; else one in five. */
static bool are_genres(const struct words *w)
{
	return w->different <= MOST_GENRES &&
	       (w->cut ? 4 * w->different <= 3 * w->n : 5 * w->different <= w->n);
}

static bool is_flags(const struct table *t, int column, int first_row)
{
	const struct column_values v = table_column(t, column, first_row);
	return v.numbers > 0 && v.numbers == v.filled && v.whole == v.numbers && v.min >= 0 &&
	       v.max <= 1;
}

static void find_flags(struct layout *l, const struct table *t)
{
	enum { LEAST_FLAGS = 8 };
	int first = t->n_columns;
	while (first > l->needed && is_flags(t, first - 1, l->header))
		first--;
	if (t->n_columns - first < LEAST_FLAGS || t->n_columns - first > MOST_GENRES ||
	    t->n_columns > MAX_COLUMNS)
		return;
	l->first_flag = first;
	l->n_flags = t->n_columns - first;
}

void title_columns_find_genres(struct layout *l, const struct table *t)
{
	const int n = t->n_columns < MAX_COLUMNS ? t->n_columns : MAX_COLUMNS;
	int most = 0;
	if (l->column[GENRES] >= 0 || l->open_ended)
		return;
	for (int j = 0; j < n && !l->header; j++) {
		struct words w;
		if (j != l->column[ITEM] && j != l->column[TITLE] && column_words(t, j, 0, &w) &&
		    are_genres(&w) && w.n > most) {
			most = w.n;
			l->column[GENRES] = j;
		}
	}
	if (l->column[GENRES] < 0)
		find_flags(l, t);
}
