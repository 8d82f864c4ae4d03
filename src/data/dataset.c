/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds users by id, and items by id or title. */
#include "autorec/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/text.h"

/* How well a title matches a text, from worst to best. */
enum fit { NO_FIT, CONTAINS, BEGINS, WHOLE_BUT_YEAR, WHOLE };

enum { SHOWN = 4, SHOWN_COLUMNS = 48 }; /* titles that a message names, and columns of each */

/* Articles that catalogs put after the title: "Postino, Il (1994)". */
static const char *const articles[] = { "The", "A",   "An",  "La",  "Le",  "Les", "L'",
					"Il",  "El",  "Los", "Las", "Das", "Der", "Die",
					"Un",  "Une", "Lo",  "I",   "Gli", "Det", "Den" };

void dataset_free_titles(char **titles, int32_t n)
{
	for (int32_t i = 0; titles && i < n; i++)
		free(titles[i]);
	free(titles);
}

void dataset_free(struct dataset *d)
{
	if (!d)
		return;
	if (d->titles)
		dataset_free_titles(d->titles, ids_count(d->items));
	genres_done(&d->genres);
	ids_free(d->users);
	ids_free(d->items);
	sparse_free(d->all);
	sparse_free(d->test);
	free(d->name);
	free(d);
}

void dataset_put_scale(const struct dataset *d, double *min, double *max)
{
	if (*min == *max && d->scale_told) {
		*min = (double)d->min;
		*max = (double)d->max;
	}
}

int32_t dataset_users(const struct dataset *d)
{
	return ids_count(d->users);
}

int32_t dataset_items(const struct dataset *d)
{
	return ids_count(d->items);
}

const char *dataset_title(const struct dataset *d, int32_t item)
{
	return d->titles && d->titles[item] ? d->titles[item] : "";
}

/* The length of an article at the start of text, if the title or a bracket ends after it. */
static size_t article_length(const char *text)
{
	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		size_t n = strlen(articles[i]);
		if (!strncmp(text, articles[i], n) && (!text[n] || !strncmp(text + n, " (", 2)))
			return n;
	}
	return 0;
}

/* Turns "Matrix, The (1999)" into "The Matrix (1999)". Returns false if the title has no such
 * form. */
static bool say_title(const char *title, char *out, size_t size)
{
	for (const char *comma = strstr(title, ", "); comma; comma = strstr(comma + 1, ", ")) {
		const char *article = comma + 2;
		size_t n = article_length(article);
		if (n == 0)
			continue;
		const char *gap = article[n - 1] == '\'' ? "" : " ";
		snprintf(out, size, "%.*s%s%.*s%s", (int)n, article, gap, (int)(comma - title),
			 title, article + n);
		return true;
	}
	return false;
}

static bool is_year(const char *p)
{
	int digits = 0;
	if (strncmp(p, " (", 2) != 0)
		return false;
	for (p += 2; *p >= '0' && *p <= '9'; p++)
		digits++;
	return digits == 4 && !strcmp(p, ")");
}

int dataset_year(const struct dataset *d, int32_t item)
{
	enum { YEAR_LENGTH = 7 }; /* of " (1995)" */
	const char *title = dataset_title(d, item);
	const size_t length = strlen(title);
	const char *at = length > YEAR_LENGTH ? title + length - YEAR_LENGTH : "";
	return is_year(at) ? (int)strtol(at + 2, NULL, 10) : 0;
}

static enum fit fit_form(const char *title, const char *text)
{
	const char *at = text_find(title, text), *behind = title;
	if (!at)
		return NO_FIT;
	if (at != title)
		return CONTAINS;
	while (text_next(&text)) /* changing case keeps the number of characters */
		text_next(&behind);
	if (!*behind)
		return WHOLE;
	return is_year(behind) ? WHOLE_BUT_YEAR : BEGINS;
}

static enum fit fit_title(const struct dataset *d, int32_t item, const char *text)
{
	char said[1600];
	const char *title = dataset_title(d, item);
	enum fit fit = fit_form(title, text);
	if (!say_title(title, said, sizeof said))
		return fit;
	enum fit other = fit_form(said, text);
	return other > fit ? other : fit;
}

static int unknown_id(const char *what, const struct ids *ids, const char *text, struct err *e)
{
	char shown[128], examples[256] = "";
	size_t n = 0;
	text_clean(text, strlen(text), true, shown, sizeof shown);
	for (int32_t i = 0; i < 3 && i < ids_count(ids) && n < sizeof examples; i++)
		n += (size_t)snprintf(examples + n, sizeof examples - n, "%s%.*s",
				      i > 0 ? ", " : "", text_head(ids_name(ids, i), 40),
				      ids_name(ids, i));
	return err_set(e, ERR_FAILED, what, "\"%s\" is unknown; expected one of %d ids, such as %s",
		       shown, ids_count(ids), examples);
}

int dataset_find_user(const struct dataset *d, const char *text, int32_t *user, struct err *e)
{
	int32_t found = ids_find(d->users, text, strlen(text));
	if (found < 0)
		return unknown_id("user", d->users, text, e);
	*user = found;
	return 0;
}

static int several_titles(const struct dataset *d, const char *text, const int32_t *items, int n,
			  struct err *e)
{
	char shown[128];
	struct text names = { 0 };
	text_clean(text, strlen(text), true, shown, sizeof shown);
	for (int i = 0; i < n && i < SHOWN; i++) {
		char title[SHOWN_COLUMNS * 4 + 1];
		text_fit(dataset_title(d, items[i]), SHOWN_COLUMNS, "~", title, sizeof title);
		const char *id = ids_name(d->items, items[i]);
		text_addf(&names, "%s%.*s \"%s\"", i > 0 ? ", " : "", text_head(id, 40), id, title);
	}
	err_set(e, ERR_FAILED, "item", "\"%s\" could be %s%s; give the id or more of the title",
		shown, names.bytes ? names.bytes : "", n > SHOWN ? " and more" : "");
	text_done(&names);
	return ERR_FAILED;
}

int dataset_find_item(const struct dataset *d, const char *text, int32_t *item, struct err *e)
{
	enum fit best = CONTAINS;
	int32_t found[SHOWN];
	int n = 0;
	int32_t id = ids_find(d->items, text, strlen(text));
	if (id >= 0) {
		*item = id;
		return 0;
	}
	for (int32_t i = 0; text[0] && i < dataset_items(d); i++) {
		enum fit fit = fit_title(d, i, text);
		if (fit > best) {
			best = fit;
			n = 0;
		}
		if (fit == best && n++ < SHOWN)
			found[n - 1] = i;
	}
	if (n > 1)
		return several_titles(d, text, found, n, e);
	if (n == 0)
		return unknown_id("item", d->items, text, e);
	*item = found[0];
	return 0;
}

int dataset_match_items(const struct dataset *d, const char *text, int32_t *items, int max)
{
	int n = 0;
	for (int begins = 1; begins >= 0; begins--)
		for (int32_t i = 0; n < max && i < dataset_items(d); i++) {
			enum fit fit = fit_title(d, i, text);
			if (!strncmp(ids_name(d->items, i), text, strlen(text)))
				fit = BEGINS;
			if (fit != NO_FIT && (fit >= BEGINS) == begins)
				items[n++] = i;
		}
	return n;
}
