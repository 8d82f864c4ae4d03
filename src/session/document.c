/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/document.h"

#include <math.h>
#include <stdlib.h>

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
	overlay_done(&d->overlay);
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
	overlay_init(&d->overlay, run->joined ? run->joined : d->split->train);
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
}

void document_forget_aside(struct document *d)
{
	struct document *aside = d->aside;
	if (!aside)
		return;
	document_drop_runs(aside);
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
	if (aside)
		*aside = *d;
	else
		document_drop_runs(d);
	*d = (struct document){
		.data = d->data, .split = d->split, .n_made = d->n_made, .aside = aside
	};
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
