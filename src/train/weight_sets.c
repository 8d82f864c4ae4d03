/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/weight_sets.h"

void weight_sets_done(struct weight_sets *s)
{
	for (int i = 0; i < MAX_WEIGHT_SETS; i++)
		weights_free(s->sets[i]);
	*s = (struct weight_sets){ 0 };
}

struct weights **weight_sets_next(struct weight_sets *s, bool in_place)
{
	struct weights **unused = NULL, **room = NULL;
	s->overwriting = in_place && s->waiting == 0 && s->current != s->best &&
			 s->current->pins == 0;
	for (int i = 0; i < MAX_WEIGHT_SETS; i++) {
		struct weights *w = s->sets[i];
		if (!w)
			room = &s->sets[i];
		else if (s->overwriting ? w == s->current
					: w != s->current && w != s->best && w != s->ablated &&
						  w->pins == 0)
			unused = &s->sets[i];
	}
	return unused ? unused : room;
}

const struct weights *weight_sets_pin(struct weight_sets *s, bool best)
{
	struct weights *w = s->ablated ? s->ablated : best && s->best ? s->best : s->current;
	w->pins++;
	return w;
}

void weight_sets_unpin(struct weight_sets *s, const struct weights *pinned)
{
	for (int i = 0; i < MAX_WEIGHT_SETS; i++)
		if (s->sets[i] == pinned)
			s->sets[i]->pins--;
}
