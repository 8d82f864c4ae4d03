/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"

void run_free(struct run *r)
{
	if (!r)
		return;
	trainer_free(r->trainer);
	ratings_free(r->joined);
	free(r);
}

static void drop_edits(struct document *d)
{
	whatif_done(&d->whatif);
	fold_done(&d->fold);
	overlay_keep_newcomers(&d->overlay);
	if (d->run)
		trainer_set_folded(d->run->trainer, NULL, NULL);
}

static void add_known(struct document *d, const struct dataset *data)
{
	overlay_done(&d->overlay);
	d->overlay.base = NULL;
	d->overlay.known_users = data ? dataset_users(data) : 0;
	d->overlay.known_items = data ? dataset_items(data) : 0;
}

/* The ids of the newcomers follow the others. */
static int seat_ids(struct ids *ids, const struct overlay *o, bool of_items, struct err *e)
{
	ids_truncate(ids, of_items ? o->known_items : o->known_users);
	for (size_t i = 0; i < o->n_newcomers; i++) {
		const struct newcomer *x = &o->newcomers[i];
		if (!x->there || x->is_item != of_items)
			continue;
		const int32_t index = ids_add(ids, x->name, strlen(x->name), e);
		if (index < 0)
			return index;
	}
	return 0;
}

/* Gives *array, of elements of `size` bytes, room for n items; those after the known ones are
 * zero. NULL stays NULL. */
static int seat_array(void **array, size_t size, int32_t known, int32_t n, struct err *e)
{
	if (!*array)
		return 0;
	void *more = mem_array((size_t)n, size, e);
	if (!more)
		return ERR_NOMEM;
	memcpy(more, *array, (size_t)known * size);
	free(*array);
	*array = more;
	return 0;
}

/* New items have no title and no genre. */
static int seat_titles(struct dataset *d, int32_t known, int32_t n, struct err *e)
{
	void *titles = d->titles, *genres = d->genres.of_item;
	int status = seat_array(&titles, sizeof *d->titles, known, n, e);
	if (status == 0)
		status = seat_array(&genres, sizeof *d->genres.of_item, known, n, e);
	d->titles = titles;
	d->genres.of_item = genres;
	return status;
}

static int resize_ratings(struct document *d, int32_t n_users, int32_t n_items, struct err *e)
{
	struct split *s = d->split;
	struct ratings *const parts[] = { s ? s->train : NULL, s ? s->valid : NULL,
					  s ? s->test : NULL, s ? s->given : NULL,
					  s ? s->asked : NULL };
	int status = sparse_resize(d->data->all, n_users, n_items, e);
	if (status == 0 && d->data->test)
		status = sparse_resize(d->data->test, n_users, n_items, e);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == 0; i++)
		if (parts[i])
			status = ratings_resize(parts[i], n_users, n_items, e);
	for (struct run *r = d->runs; r && status == 0; r = r->next)
		if (r->joined)
			status = ratings_resize(r->joined, n_users, n_items, e);
	return status;
}

/* Whether the document set aside, of the same data, has learned newcomers who lose their seats. */
static bool aside_loses_seats(const struct document *d, int32_t n_users, int32_t n_items)
{
	const struct document *aside = d->aside;
	return aside && aside->data == d->data &&
	       (aside->overlay.known_users > n_users || aside->overlay.known_items > n_items);
}

int document_seat(struct document *d, struct err *e)
{
	struct overlay *o = &d->overlay;
	overlay_seat(o);
	const int32_t n_users = overlay_count(o, false), n_items = overlay_count(o, true);
	whatif_done(&d->whatif);
	if (aside_loses_seats(d, n_users, n_items))
		document_forget_aside(d);
	int status = seat_titles(d->data, o->known_items, n_items, e);
	if (status == 0)
		status = resize_ratings(d, n_users, n_items, e);
	if (status == 0)
		status = seat_ids(d->data->users, o, false, e);
	return status < 0 ? status : seat_ids(d->data->items, o, true, e);
}

void document_drop_runs(struct document *d)
{
	drop_edits(d);
	for (struct run *r; (r = d->runs);) {
		d->runs = r->next;
		run_free(r);
	}
	d->run = NULL;
}

void document_add_run(struct document *d, struct run *run)
{
	drop_edits(d);
	run->number = ++d->n_made;
	run->next = d->runs;
	d->runs = d->run = run;
	d->overlay.base = run->joined ? run->joined : d->split->train;
	d->overlay.changes = 0;
}

void document_set_split(struct document *d, struct split *split)
{
	document_drop_runs(d);
	if (!d->aside || d->aside->split != d->split)
		split_free(d->split);
	d->split = split;
}

void document_set_data(struct document *d, struct dataset *data)
{
	document_set_split(d, NULL);
	if (!d->aside || d->aside->data != d->data)
		dataset_free(d->data);
	d->data = data;
	add_known(d, data);
}

void document_forget_aside(struct document *d)
{
	struct document *aside = d->aside;
	if (!aside)
		return;
	document_drop_runs(aside);
	overlay_done(&aside->overlay);
	if (aside->split != d->split)
		split_free(aside->split);
	if (aside->data != d->data)
		dataset_free(aside->data);
	free(aside);
	d->aside = NULL;
}

void document_set_aside(struct document *d)
{
	document_forget_aside(d);
	struct document *aside = mem_array(1, sizeof *aside, NULL);
	struct overlay kept = { 0 };
	if (aside && overlay_copy(&d->overlay, &kept, NULL) == 0) {
		*aside = *d;
	} else {
		free(aside);
		aside = NULL;
		document_drop_runs(d);
		kept = d->overlay;
	}
	overlay_keep_newcomers(&kept);
	*d = (struct document){ .data = d->data,
				.split = d->split,
				.n_made = d->n_made,
				.overlay = kept,
				.aside = aside };
}

bool document_bring_back(struct document *d)
{
	struct document *aside = d->aside;
	if (!aside)
		return false;
	const struct document now = *d;
	*d = *aside;
	d->n_made = now.n_made;
	*aside = now;
	aside->aside = NULL;
	d->aside = aside;
	return true;
}

void document_done(struct document *d)
{
	document_forget_aside(d);
	document_set_data(d, NULL);
	*d = (struct document){ 0 };
}

struct trainer *document_trainer(const struct document *d)
{
	return d->run ? d->run->trainer : NULL;
}

uint64_t document_run_number(const struct document *d)
{
	return d->run ? d->run->number : 0;
}

bool document_joined(const struct document *d)
{
	return d->run && d->run->joined;
}

bool document_edited(const struct document *d, int32_t user, int32_t item, float *was)
{
	bool had;
	if (!overlay_differs(&d->overlay, user, item, &had, was))
		return false;
	if (!had && !split_held_out(d->split, user, item, was))
		*was = NAN;
	return true;
}
