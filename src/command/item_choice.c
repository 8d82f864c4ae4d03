/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "item_choice.h"

#include <string.h>

#include "autorec/num.h"
#include "autorec/text.h"

static int read_genre(const struct dataset *d, const char *text, struct item_filter *out,
		      json_t *answer, struct err *e)
{
	int genre;
	if (d->genres.n == 0)
		return err_set(e, ERR_FAILED, "genre", NO_GENRES);
	const int status = genres_find(&d->genres, text, &genre, e);
	if (status < 0)
		return status;
	out->genre = (uint64_t)1 << genre;
	json_object_set_new(answer, "genre", json_string(d->genres.names[genre]));
	return 0;
}

static bool has_years(const struct dataset *d)
{
	for (int32_t i = 0; i < dataset_items(d); i++)
		if (dataset_year(d, i) > 0)
			return true;
	return false;
}

/* "1995" or "1990..1999" */
static bool parse_years(const char *text, int *first, int *last)
{
	const char *dots = strstr(text, ".."), *second = dots ? dots + 2 : text;
	const size_t length = dots ? (size_t)(dots - text) : strlen(text);
	int64_t from, to;
	if (!num_parse_int(text, length, &from) || !num_parse_int(second, strlen(second), &to) ||
	    from < 1 || to > 9999 || from > to)
		return false;
	*first = (int)from;
	*last = (int)to;
	return true;
}

static int read_years(const struct dataset *d, const char *text, struct item_filter *out,
		      json_t *answer, struct err *e)
{
	if (!parse_years(text, &out->first_year, &out->last_year))
		return err_set(e, ERR_USAGE, "year",
			       "\"%.*s\" is not a year such as 1995, or years such as 1990..1999",
			       text_head(text, ERR_WORD), text);
	if (!has_years(d))
		return err_set(e, ERR_FAILED, "year",
			       "no years are known; they are read from titles that end with one, "
			       "as in \"Title (1995)\"");
	json_object_set_new(answer, "year",
			    out->first_year == out->last_year
				    ? json_sprintf("%d", out->first_year)
				    : json_sprintf("%d..%d", out->first_year, out->last_year));
	return 0;
}

int item_choice_read(const struct session *s, const struct args *a, struct item_filter *out,
		     json_t *answer, struct err *e)
{
	const struct value *genre = args_get(a, "genre"), *year = args_get(a, "year");
	int status = 0;
	*out = (struct item_filter){ .least = args_get(a, "min")->i };
	if (genre->given)
		status = read_genre(s->doc.data, genre->text, out, answer, e);
	if (status == 0 && year->given)
		status = read_years(s->doc.data, year->text, out, answer, e);
	if (status == 0 && args_get(a, "min")->given)
		json_object_set_new(answer, "min", json_integer(out->least));
	return status;
}
