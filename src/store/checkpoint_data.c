/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ratings of a checkpoint, with their ids, their titles and their split. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"
#include "autorec/times.h"
#include "reading.h"

static int read_ids(const struct reading *r, const char *name, struct ids **out, struct err *e)
{
	struct texts t;
	const char *text;
	size_t length;
	if (reading_want_texts(r, name, -1, &t, e) < 0)
		return ERR_DATA;
	if (t.n == 0)
		return reading_bad(r, e, "tensor %s: it is empty", name);
	*out = ids_new(e);
	int status = *out ? 0 : ERR_NOMEM;
	for (int64_t i = 0; status == 0 && i < t.n; i++) {
		status = reading_next_text(r, &t, i, ID_LONGEST, &text, &length, e);
		const int32_t index = status == 0 ? ids_add(*out, text, length, e) : -1;
		if (index == ERR_NOMEM)
			return ERR_NOMEM;
		if (status == 0 && index != i)
			status = reading_bad(r, e,
					     "tensor %s: id %" PRId64
					     " is empty, or the same as an earlier one",
					     name, i);
	}
	return status;
}

static int data_read_titles(const struct reading *r, struct dataset *d, struct err *e)
{
	enum { LONGEST = 1 << 16 };
	const int32_t n = ids_count(d->items);
	struct texts t;
	const char *text;
	size_t length;
	if (!safetensors_find(&r->file, "items.title"))
		return 0;
	if (reading_want_texts(r, "items.title", n, &t, e) < 0)
		return ERR_DATA;
	d->titles = mem_array((size_t)n, sizeof *d->titles, e);
	if (!d->titles)
		return ERR_NOMEM;
	for (int32_t i = 0; i < n; i++) {
		if (reading_next_text(r, &t, i, LONGEST, &text, &length, e) < 0)
			return ERR_DATA;
		if (length == 0)
			continue;
		d->titles[i] = mem_room(3 * length + 1, 1, e);
		if (!d->titles[i])
			return ERR_NOMEM;
		text_clean(text, length, true, d->titles[i], 3 * length + 1);
		d->report.titled++;
	}
	return 0;
}

static int read_genre_names(const struct reading *r, struct genres *g, struct err *e)
{
	struct texts t;
	const char *text;
	size_t length;
	char name[3 * GENRE_LONGEST + 1];
	if (reading_want_texts(r, "genre.name", -1, &t, e) < 0)
		return ERR_DATA;
	if (t.n < 1 || t.n > MOST_GENRES)
		return reading_bad(r, e,
				   "tensor genre.name: it has %" PRId64 " names, expected 1 to %d",
				   t.n, MOST_GENRES);
	for (int64_t i = 0; i < t.n; i++) {
		if (reading_next_text(r, &t, i, sizeof name - 1, &text, &length, e) < 0)
			return ERR_DATA;
		text_clean(text, length, true, name, sizeof name);
		const int index = genres_add(g, name, e);
		if (index == ERR_NOMEM)
			return ERR_NOMEM;
		if (index != i || !name[0])
			return reading_bad(r, e,
					   "tensor genre.name: name %" PRId64
					   " is empty, or the same as an earlier one",
					   i);
	}
	return 0;
}

/* Older files have none. */
static int data_read_genres(const struct reading *r, struct dataset *d, struct err *e)
{
	struct genres *g = &d->genres;
	const int32_t n = ids_count(d->items);
	if (!safetensors_find(&r->file, "items.genres"))
		return 0;
	const struct safetensor *t = reading_want(r, "items.genres", SAFETENSORS_I64, n, 0, e);
	int status = t ? read_genre_names(r, g, e) : ERR_DATA;
	if (status < 0)
		return status;
	g->of_item = mem_array((size_t)n, sizeof *g->of_item, e);
	if (!g->of_item)
		return ERR_NOMEM;
	memcpy(g->of_item, t->data, (size_t)n * sizeof *g->of_item);
	for (int32_t i = 0; i < n; i++)
		if (g->n < MOST_GENRES && g->of_item[i] >> g->n)
			return reading_bad(r, e,
					   "tensor items.genres: number %d has a bit beyond the %d "
					   "genres",
					   (int)i, g->n);
	return 0;
}

/* Appends the times of a set of `count` ratings to the n that there are. If training has none,
 * there are none at all; a given test set may lack them alone. */
static int list_times(const struct reading *r, const char *set, struct times *time, int64_t n,
		      int64_t count, struct err *e)
{
	char name[16];
	snprintf(name, sizeof name, "%s.time", set);
	const bool have = safetensors_find(&r->file, name);
	const struct safetensor *found = have ? reading_want(r, name, SAFETENSORS_I64, count, 0, e)
					      : NULL;
	const int64_t *ms = found ? found->data : NULL;
	bool wide = false;
	if (have && !found)
		return ERR_DATA;
	if (n == 0 ? !have : !times_any(time))
		return 0;
	for (int64_t t = 0; ms && !wide && t < count; t++)
		wide = !time_fits(ms[t]);
	if (times_grow(time, (size_t)n, (size_t)(n + count), wide, e) < 0)
		return ERR_NOMEM;
	for (int64_t t = 0; t < count; t++)
		times_set(time, (size_t)(n + t), ms ? ms[t] : NO_TIME);
	return 0;
}

/* Appends the ratings of a set to the list, and their times. */
static int list_set(const struct reading *r, const char *set, struct rating *list,
		    struct times *time, int64_t *n, struct err *e)
{
	const int32_t n_users = dataset_users(r->out->data), n_items = dataset_items(r->out->data);
	char name[3][16];
	snprintf(name[0], sizeof name[0], "%s.user", set);
	snprintf(name[1], sizeof name[1], "%s.item", set);
	snprintf(name[2], sizeof name[2], "%s.value", set);
	const int64_t count = safetensors_find(&r->file, name[0])->n;
	const struct safetensor *items = reading_want(r, name[1], SAFETENSORS_I32, count, 0, e);
	const struct safetensor *values = items ? reading_want(r, name[2], REAL_TYPE, count, 0, e)
						: NULL;
	if (!values)
		return ERR_DATA;
	const int32_t *user = safetensors_find(&r->file, name[0])->data, *item = items->data;
	const real *value = values->data;
	const int status = list_times(r, set, time, *n, count, e);
	if (status < 0)
		return status;
	for (int64_t t = 0; t < count; t++) {
		if (user[t] < 0 || user[t] >= n_users || item[t] < 0 || item[t] >= n_items)
			return reading_bad(
				r, e,
				"tensor %s: rating %" PRId64
				" names user %d and item %d, but there are only %d and %d",
				name[0], t, (int)user[t], (int)item[t], (int)n_users, (int)n_items);
		list[(*n)++] = (struct rating){ user[t], item[t], (float)value[t] };
	}
	return 0;
}

/* The parts of a split in a file; the last two only if users are set aside. */
enum { PARTS = 5, LEAST_PARTS = 3 };
static const char *const part_names[PARTS] = { "train", "valid", "test", "given", "asked" };

static int n_parts(const struct reading *r)
{
	return safetensors_find(&r->file, "given.user") && safetensors_find(&r->file, "asked.user")
		       ? PARTS
		       : LEAST_PARTS;
}

/* Builds the parts of the split, and the set of all ratings that may be split again. */
static int data_deal(const struct reading *r, struct rating **list, struct times *time,
		     const int64_t ends[PARTS], struct err *e)
{
	struct dataset *d = r->out->data;
	struct split *s = r->out->split;
	const int32_t n_users = dataset_users(d), n_items = dataset_items(d);
	struct ratings **const parts[PARTS] = { &s->train, &s->valid, &s->test, &s->given,
						&s->asked };
	const int n = n_parts(r);
	int64_t repeated, from = 0;
	for (int i = 0; i < n; i++) {
		if (ratings_new(n_users, n_items, *list + from, ends[i] - from, parts[i], NULL, e) <
		    0)
			return e->code;
		from = ends[i];
	}
	if (s->test_given) {
		struct rating *test = mem_room((size_t)(ends[2] - ends[1]), sizeof *test, e);
		if (!test)
			return ERR_NOMEM;
		memcpy(test, *list + ends[1], (size_t)(ends[2] - ends[1]) * sizeof *test);
		int status = sparse_take(n_users, n_items, &test, ends[2] - ends[1], &d->test,
					 &repeated, e);
		free(test);
		if (status < 0)
			return status;
	}
	if (sparse_take_timed(n_users, n_items, list, time, s->test_given ? ends[1] : ends[n - 1],
			      REPEATS_LAST, &d->all, &repeated, e) < 0)
		return e->code;
	if (sparse_count(d->all) + sparse_count(d->test) != ends[n - 1])
		return reading_bad(r, e, "tensors train, valid, test: a user rates an item twice");
	return s->train->by_user.nnz > 0
		       ? 0
		       : reading_bad(r, e, "tensor train.user: there are no ratings to train on");
}

static int data_read_ratings(const struct reading *r, struct err *e)
{
	const int parts = n_parts(r);
	int64_t total = 0;
	for (int i = 0; i < parts; i++) {
		char name[16];
		snprintf(name, sizeof name, "%s.user", part_names[i]);
		const struct safetensor *user = reading_want(r, name, SAFETENSORS_I32, -1, 0, e);
		if (!user)
			return ERR_DATA;
		total += user->n;
	}
	struct rating *list = mem_room((size_t)total, sizeof *list, e);
	struct times time = { 0 };
	int64_t n = 0, ends[PARTS];
	int status = list ? 0 : ERR_NOMEM;
	for (int i = 0; status == 0 && i < parts; i++) {
		status = list_set(r, part_names[i], list, &time, &n, e);
		ends[i] = n;
	}
	if (status == 0)
		status = data_deal(r, &list, &time, ends, e);
	free(list);
	times_done(&time);
	return status;
}

static void report(const struct reading *r, struct dataset *d)
{
	struct load_report *p = &d->report;
	snprintf(p->path, sizeof p->path, "%.*s", text_head(r->file.path, sizeof p->path - 1),
		 r->file.path);
	snprintf(p->format, sizeof p->format, "saved model");
	snprintf(p->encoding, sizeof p->encoding, "%s", d->titles ? "UTF-8" : "");
	p->ratings = sparse_count(d->all);
	p->test_ratings = sparse_count(d->test);
	p->users = dataset_users(d);
	p->items = dataset_items(d);
}

static int read_scale(const struct reading *r, struct dataset *d, struct err *e)
{
	char text[96], *comma;
	double least, greatest;
	if (reading_text(r, KEY("data.scale"), text, sizeof text, e) < 0)
		return ERR_DATA;
	comma = strchr(text, ',');
	if (!comma || !num_parse_real(text, (size_t)(comma - text), &least) ||
	    !num_parse_real(comma + 1, strlen(comma + 1), &greatest) || least > greatest)
		return reading_bad(r, e,
				   "metadata: " KEY("data.scale") " is \"%s\", expected the lowest "
								  "and the highest rating",
				   text);
	d->min = (float)least;
	d->max = (float)greatest;
	/* Older files do not tell. Then all models have this scale, as when they were saved. */
	int64_t told = 1;
	if (safetensors_text(&r->file, KEY("data.scale_told")) &&
	    reading_int(r, KEY("data.scale_told"), 0, 1, &told, e) < 0)
		return ERR_DATA;
	d->scale_told = told;
	return 0;
}

int reading_data(const struct reading *r, struct err *e)
{
	char name[96];
	struct checkpoint *c = r->out;
	struct dataset *d = c->data = mem_array(1, sizeof *d, e);
	struct split *s = c->split = mem_array(1, sizeof *s, e);
	int64_t seed, given, refit, by = SPLIT_RANDOM, last = 1;
	if (!d || !s)
		return ERR_NOMEM;
	if (reading_text(r, KEY("data.name"), name, sizeof name, e) < 0 ||
	    read_scale(r, d, e) < 0 || reading_real(r, KEY("split.holdout"), &s->holdout, e) < 0 ||
	    reading_real(r, KEY("split.valid"), &s->valid_share, e) < 0 ||
	    reading_int(r, KEY("split.seed"), 0, INT64_MAX, &seed, e) < 0 ||
	    reading_int(r, KEY("split.test_given"), 0, 1, &given, e) < 0 ||
	    reading_int(r, KEY("refit"), 0, 1, &refit, e) < 0)
		return ERR_DATA;
	/* Older files do not tell: they split at random. */
	if (safetensors_text(&r->file, KEY("split.by")) &&
	    (reading_int(r, KEY("split.by"), 0, SPLIT_USER, &by, e) < 0 ||
	     reading_int(r, KEY("split.last"), 1, 1000000, &last, e) < 0))
		return ERR_DATA;
	if (!(s->holdout >= 0 && s->holdout < 1) || !(s->valid_share >= 0 && s->valid_share < 1))
		return reading_bad(r, e,
				   "metadata: " KEY("split.holdout") " and " KEY(
					   "split.valid") " are %g and %g, expected shares below 1",
				   s->holdout, s->valid_share);
	if (safetensors_text(&r->file, KEY("split.foldin")) &&
	    reading_real(r, KEY("split.foldin"), &s->foldin, e) < 0)
		return ERR_DATA;
	s->seed = (uint64_t)seed;
	s->by = (enum split_by)by;
	s->last = (int32_t)last;
	s->test_given = given;
	d->name = mem_text(name, e);
	if (!d->name)
		return ERR_NOMEM;
	int status = read_ids(r, "users.id", &d->users, e);
	if (status == 0)
		status = read_ids(r, "items.id", &d->items, e);
	if (status == 0)
		status = data_read_titles(r, d, e);
	if (status == 0)
		status = data_read_genres(r, d, e);
	if (status == 0)
		status = data_read_ratings(r, e);
	if (status < 0)
		return status;
	split_count_cold(s);
	report(r, d);
	return refit ? ratings_join(s->train, s->valid, &c->joined, e) : 0;
}
