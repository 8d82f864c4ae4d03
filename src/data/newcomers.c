/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Newcomers of an overlay.  The edits in force say who is there.  A newcomer who leaves keeps the
 * place in the list, so an undo brings back the same one, with the ratings that were given then. */
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/overlay.h"

/* The index of a newcomer who is not there; NOBODY is none of these. */
static int32_t away(size_t place)
{
	return NOBODY - 1 - (int32_t)place;
}

static struct newcomer *find(const struct overlay *o, bool is_item, int32_t index)
{
	if (index < NOBODY)
		return &o->newcomers[NOBODY - 1 - index];
	for (size_t i = 0; i < o->n_newcomers; i++) {
		struct newcomer *x = &o->newcomers[i];
		if (x->there && x->is_item == is_item && x->index == index)
			return x;
	}
	return NULL;
}

const struct newcomer *overlay_newcomer(const struct overlay *o, bool is_item, int32_t index)
{
	return find(o, is_item, index);
}

int32_t overlay_count(const struct overlay *o, bool of_items)
{
	int32_t n = of_items ? o->known_items : o->known_users;
	for (size_t i = 0; i < o->n_newcomers; i++)
		n += o->newcomers[i].there && o->newcomers[i].is_item == of_items;
	return n;
}

static struct edit marker(bool is_item, int32_t index, bool comes)
{
	return (struct edit){ .user = is_item ? NOBODY : index,
			      .item = is_item ? index : NOBODY,
			      .had = !comes,
			      .has = comes };
}

int overlay_join(struct overlay *o, bool is_item, const char *name, struct err *e)
{
	if (mem_grow(&o->newcomers, &o->room, o->n_newcomers + 1, sizeof *o->newcomers, e) < 0)
		return ERR_NOMEM;
	char *copy = mem_text(name, e);
	if (!copy)
		return ERR_NOMEM;
	const struct edit comes = marker(is_item, away(o->n_newcomers), true);
	o->newcomers[o->n_newcomers++] = (struct newcomer){ .name = copy, .is_item = is_item };
	return overlay_apply(o, comes, NULL, e);
}

int overlay_leave(struct overlay *o, bool is_item, int32_t index, struct err *e)
{
	return overlay_apply(o, marker(is_item, index, false), NULL, e);
}

/* The newcomer on one side of an edit becomes the new index. */
static void renumber(const struct overlay *o, bool is_item, bool go, int32_t *index)
{
	const struct newcomer *x = *index == NOBODY ? NULL : find(o, is_item, *index);
	if (x)
		*index = go || !x->there ? away((size_t)(x - o->newcomers)) : x->index;
}

static void renumber_all(struct overlay *o, bool go)
{
	for (size_t t = 0; t < o->n_edits; t++) {
		renumber(o, false, go, &o->edits[t].user);
		renumber(o, true, go, &o->edits[t].item);
	}
}

static bool is_marker(const struct edit *edit)
{
	return edit->user == NOBODY || edit->item == NOBODY;
}

void overlay_seat(struct overlay *o)
{
	int32_t next[2] = { o->known_users, o->known_items };
	renumber_all(o, true);
	for (size_t i = 0; i < o->n_newcomers; i++)
		o->newcomers[i].there = false;
	for (size_t t = 0; t < o->applied; t++)
		if (is_marker(&o->edits[t]))
			find(o, false,
			     o->edits[t].user == NOBODY ? o->edits[t].item : o->edits[t].user)
				->there = o->edits[t].has;
	for (size_t i = 0; i < o->n_newcomers; i++)
		if (o->newcomers[i].there)
			o->newcomers[i].index = next[o->newcomers[i].is_item]++;
	renumber_all(o, false);
}

/* Is it about a newcomer who is there, and nobody else that is not? */
static bool stays(const struct overlay *o, const struct edit *edit)
{
	if (is_marker(edit))
		return edit->has && (edit->user >= 0 || edit->item >= 0);
	return edit_counts(edit) && (edit->user >= o->known_users || edit->item >= o->known_items);
}

void overlay_keep_newcomers(struct overlay *o)
{
	size_t n = 0;
	for (size_t t = 0; t < o->applied; t++)
		if (stays(o, &o->edits[t]))
			o->edits[n++] = o->edits[t];
	if (o->n_edits > 0)
		o->changes++;
	o->n_edits = o->applied = n;
}

int overlay_copy(const struct overlay *o, struct overlay *out, struct err *e)
{
	struct overlay copy = *o;
	copy.edits = mem_array(o->n_edits, sizeof *copy.edits, e);
	copy.newcomers = mem_array(o->n_newcomers, sizeof *copy.newcomers, e);
	copy.capacity = copy.n_edits;
	copy.room = o->n_newcomers;
	int status = copy.edits && copy.newcomers ? 0 : ERR_NOMEM;
	if (status < 0)
		copy.n_newcomers = 0;
	else if (o->n_edits > 0)
		memcpy(copy.edits, o->edits, o->n_edits * sizeof *copy.edits);
	for (size_t i = 0; i < copy.n_newcomers; i++) {
		copy.newcomers[i] = o->newcomers[i];
		copy.newcomers[i].name = mem_text(o->newcomers[i].name, e);
		if (!copy.newcomers[i].name)
			status = ERR_NOMEM;
	}
	if (status < 0)
		overlay_done(&copy);
	*out = copy;
	return status;
}
