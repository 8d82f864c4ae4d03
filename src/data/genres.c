/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/genres.h"

#include <stdlib.h>
#include <string.h>

#include "autorec/dataset.h"
#include "autorec/mem.h"
#include "autorec/text.h"

void genres_done(struct genres *g)
{
	for (int i = 0; i < g->n; i++)
		free(g->names[i]);
	free(g->of_item);
	*g = (struct genres){ 0 };
}

/* Does a name begin with a text, in any case? */
static bool begins_with(const char *name, const char *text)
{
	return text_find(name, text) == name;
}

static bool is_same(const char *a, const char *b)
{
	return begins_with(a, b) && begins_with(b, a);
}

int genres_add(struct genres *g, const char *name, struct err *e)
{
	for (int i = 0; i < g->n; i++) /* most are spelled alike */
		if (!strcmp(g->names[i], name))
			return i;
	for (int i = 0; i < g->n; i++)
		if (is_same(g->names[i], name))
			return i;
	if (g->n == MOST_GENRES)
		return MOST_GENRES;
	g->names[g->n] = mem_text(name, e);
	return g->names[g->n] ? g->n++ : ERR_NOMEM;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static int unknown_genre(const struct genres *g, const char *text, bool several, struct err *e)
{
	const char *sorted[MOST_GENRES];
	struct text names = { 0 };
	char shown[128];
	memcpy(sorted, g->names, (size_t)g->n * sizeof *sorted);
	qsort(sorted, (size_t)g->n, sizeof *sorted, by_name);
	for (int i = 0; i < g->n; i++)
		text_addf(&names, "%s%s", i > 0 ? ", " : "", sorted[i]);
	text_clean(text, text_cut(text, strlen(text), 40), true, shown, sizeof shown);
	err_set(e, ERR_FAILED, "genre", "\"%s\" %s: %s", shown,
		several ? "matches more than one of" : "is not one of",
		names.bytes ? names.bytes : "");
	text_done(&names);
	return ERR_FAILED;
}

int genres_find(const struct genres *g, const char *text, int *genre, struct err *e)
{
	int found = -1, n = 0;
	for (int i = 0; i < g->n; i++) {
		if (is_same(g->names[i], text)) {
			*genre = i;
			return 0;
		}
		if (text[0] && begins_with(g->names[i], text)) {
			found = i;
			n++;
		}
	}
	if (n != 1)
		return unknown_genre(g, text, n > 1, e);
	*genre = found;
	return 0;
}

int genres_commonest(const struct genres *g, const int32_t *items, int n, int *count)
{
	int best = -1;
	*count = 0;
	for (int genre = 0; genre < g->n; genre++) {
		int have = 0;
		for (int i = 0; i < n; i++)
			have += g->of_item[items[i]] >> genre & 1;
		if (have > *count) {
			*count = have;
			best = genre;
		}
	}
	return best;
}

bool item_filter_takes(const struct item_filter *f, const struct dataset *d,
		       const struct sparse *ratings, int32_t item)
{
	const struct genres *g = &d->genres;
	if (f->genre && !(g->n > 0 && (g->of_item[item] & f->genre)))
		return false;
	if (f->least > 0 && sparse_row_size(ratings, item) < f->least)
		return false;
	const int year = f->last_year ? dataset_year(d, item) : 0;
	return !f->last_year || (year >= f->first_year && year <= f->last_year);
}

void item_filter_describe(const struct item_filter *f, const struct dataset *d, struct text *out)
{
	for (int g = 0; g < d->genres.n; g++) {
		if (!(f->genre >> g & 1))
			continue;
		text_addf(out, " genre=");
		if (strcspn(d->genres.names[g], " \"'\\") < strlen(d->genres.names[g]))
			text_add_quoted(out, d->genres.names[g]);
		else
			text_addf(out, "%s", d->genres.names[g]);
	}
	if (f->last_year)
		text_addf(out, " year=%d", f->first_year);
	if (f->last_year > f->first_year)
		text_addf(out, "..%d", f->last_year);
	if (f->least > 0)
		text_addf(out, " min=%lld", (long long)f->least);
}
