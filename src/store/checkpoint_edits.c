/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The what-if edits of a checkpoint, and its newcomers. */
#include <inttypes.h>
#include <string.h>

#include "autorec/mem.h"
#include "reading.h"

/* The tensors of the edits, [n]. */
struct edit_columns {
	const int32_t *user, *item;
	const float *value;
	const uint8_t *has;
	int64_t n;
};

static int find_columns(const struct reading *r, struct edit_columns *out, struct err *e)
{
	const struct safetensor *user = reading_want(r, "edits.user", SAFETENSORS_I32, -1, 0, e),
				*item = NULL, *value = NULL, *has = NULL;
	if (user)
		item = reading_want(r, "edits.item", SAFETENSORS_I32, user->n, 0, e);
	if (item)
		value = reading_want(r, "edits.value", SAFETENSORS_F32, user->n, 0, e);
	if (value)
		has = reading_want(r, "edits.has", SAFETENSORS_U8, user->n, 0, e);
	if (!has)
		return ERR_DATA;
	*out = (struct edit_columns){ user->data, item->data, value->data, has->data, user->n };
	return 0;
}

/* ---- newcomers ---------------------------------------------------------- */

/* The newcomers who are there have the last ids, in their order. */
static int check_names(const struct reading *r, const struct overlay *o, struct err *e)
{
	const struct dataset *d = r->out->data;
	for (size_t i = 0; i < o->n_newcomers; i++) {
		const struct newcomer *x = &o->newcomers[i];
		if (x->there &&
		    strcmp(x->name, ids_name(x->is_item ? d->items : d->users, x->index)))
			return reading_bad(r, e,
					   "tensor newcomers.name: number %zu is not the id that "
					   "it has",
					   i);
	}
	return 0;
}

static int read_newcomers(const struct reading *r, struct overlay *o, struct err *e)
{
	struct texts t;
	const char *text;
	size_t length;
	int32_t there[2] = { 0 };
	if (!safetensors_find(&r->file, "newcomers.kind"))
		return 0;
	const struct safetensor *kind = reading_want(r, "newcomers.kind", SAFETENSORS_U8, -1, 0, e);
	if (!kind || reading_want_texts(r, "newcomers.name", kind->n, &t, e) < 0)
		return ERR_DATA;
	o->newcomers = mem_array((size_t)kind->n, sizeof *o->newcomers, e);
	if (!o->newcomers)
		return ERR_NOMEM;
	o->room = (size_t)kind->n;
	for (int64_t i = 0; i < kind->n; i++) {
		char name[ID_LONGEST + 1];
		const uint8_t k = ((const uint8_t *)kind->data)[i];
		if (reading_next_text(r, &t, i, ID_LONGEST, &text, &length, e) < 0)
			return ERR_DATA;
		if (k > 3)
			return reading_bad(r, e,
					   "tensor newcomers.kind: number %" PRId64
					   " is %d, expected 0 to 3",
					   i, k);
		memcpy(name, text, length);
		name[length] = '\0';
		struct newcomer *x = &o->newcomers[o->n_newcomers];
		x->name = mem_text(name, e);
		if (!x->name)
			return ERR_NOMEM;
		o->n_newcomers++;
		x->is_item = k & 1;
		x->there = k & 2;
		there[x->is_item] += x->there;
	}
	if (there[0] >= o->known_users || there[1] >= o->known_items)
		return reading_bad(r, e, "tensor newcomers.kind: there are too many newcomers");
	o->known_users -= there[0];
	o->known_items -= there[1];
	int32_t next[2] = { o->known_users, o->known_items };
	for (size_t i = 0; i < o->n_newcomers; i++)
		if (o->newcomers[i].there)
			o->newcomers[i].index = next[o->newcomers[i].is_item]++;
	return check_names(r, o, e);
}

/* ---- edits -------------------------------------------------------------- */

/* Is it the index of somebody?  away: of a newcomer of this kind who is not there counts, too. */
static bool is_index(const struct overlay *o, bool is_item, int32_t index)
{
	if (index >= 0)
		return index < overlay_count(o, is_item);
	return index < NOBODY && (size_t)(NOBODY - 1 - index) < o->n_newcomers &&
	       overlay_newcomer(o, is_item, index)->is_item == is_item;
}

/* Does the edit add or remove a newcomer? */
static bool is_marker(const struct overlay *o, int32_t user, int32_t item)
{
	return (item == NOBODY && is_index(o, false, user) && overlay_newcomer(o, false, user)) ||
	       (user == NOBODY && is_index(o, true, item) && overlay_newcomer(o, true, item));
}

/* Makes the edit again, so that it finds what it changes. */
static int make_edit(const struct reading *r, struct overlay *o, const struct edit_columns *c,
		     int64_t i, struct err *e)
{
	const int32_t user = c->user[i], item = c->item[i];
	if (c->has[i] > 1)
		return reading_bad(r, e,
				   "tensor edits.has: number %" PRId64 " is %d, expected 0 or 1", i,
				   c->has[i]);
	if (is_marker(o, user, item))
		return overlay_apply(o,
				     (struct edit){ .user = user,
						    .item = item,
						    .had = !c->has[i],
						    .has = c->has[i] },
				     NULL, e);
	if (!is_index(o, false, user) || !is_index(o, true, item))
		return reading_bad(r, e,
				   "tensor edits.user: edit %" PRId64
				   " names user %d and item %d, but there are only %d and %d",
				   i, (int)user, (int)item, (int)overlay_count(o, false),
				   (int)overlay_count(o, true));
	if (c->has[i])
		return overlay_rate(o, user, item, c->value[i], NULL, e);
	if (overlay_unrate(o, user, item, NULL, e) < 0)
		return reading_bad(r, e,
				   "tensor edits.has: edit %" PRId64
				   " removes a rating that does not exist",
				   i);
	return 0;
}

int reading_edits(const struct reading *r, const struct ratings *base, struct err *e)
{
	struct overlay *o = &r->out->overlay;
	struct edit_columns c;
	int64_t applied;
	int status = find_columns(r, &c, e);
	if (status == 0)
		status = reading_int(r, KEY("edits"), 0, c.n, &applied, e);
	overlay_init(o, base);
	if (status == 0)
		status = read_newcomers(r, o, e);
	for (int64_t i = 0; status == 0 && i < c.n; i++)
		status = make_edit(r, o, &c, i, e);
	if (status < 0)
		return status;
	o->applied = (size_t)applied;
	const int32_t users = overlay_count(o, false), items = overlay_count(o, true);
	overlay_seat(o);
	if (users != overlay_count(o, false) || items != overlay_count(o, true))
		return reading_bad(r, e, "tensor newcomers.kind: the edits say otherwise");
	return check_names(r, o, e);
}
