/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The hidden units as a sorted table, and the card of one unit: the items and users that it
 * responds to. On the encoded side (items for i-autorec) the strongest are those that activate it
 * most. On the other side they are those with the largest output weight W in absolute value, or the
 * largest effect on the prediction if weights are not comparable (RBM). */
#ifndef AUTOREC_UNIT_CARD_H
#define AUTOREC_UNIT_CARD_H

#include "autorec/param.h"
#include "autorec/units.h"

#define UNIT_SORT_LIST(ROW)                                                                        \
	ROW(UNIT_BY_INDEX, "unit")                                                                 \
	ROW(UNIT_BY_MEAN, "mean")                                                                  \
	ROW(UNIT_BY_SD, "sd")                                                                      \
	ROW(UNIT_BY_SATURATED, "saturated")                                                        \
	ROW(UNIT_BY_DEAD, "dead")                                                                  \
	ROW(UNIT_BY_NORM_IN, "norm-in")                                                            \
	ROW(UNIT_BY_NORM_OUT, "norm-out")                                                          \
	ROW(UNIT_BY_EFFECT, "effect")
enum unit_sort { UNIT_SORT_LIST(PARAM_CONSTANT) };
#define UNIT_SORTS PARAM_WORDS(UNIT_SORT_LIST(PARAM_WORD))

struct unit_table {
	int32_t k;
	struct unit *units; /* [k] */
	double *effect;     /* [k]: as in ablation.h; NULL: not measured */
	int32_t *order;     /* [k]: units, largest value first; by index: smallest first */
	struct unit_summary summary;
	double low, high;             /* of the histogram */
	int64_t histogram[UNIT_BINS]; /* of all activations */
	int64_t epoch;
};
/* effect: [k], which is copied, or NULL. */
int unit_table_measure(const struct model *m, const struct weights *w, const double *effect,
		       enum unit_sort sort, bool reverse, struct unit_table *out, struct err *e);
void unit_table_done(struct unit_table *t);

enum { STRONGEST = 12 };
/* The users or items at one end of a unit's order, the extreme one first. */
struct strongest {
	int n;
	int32_t index[STRONGEST];
	float value[STRONGEST];
	float distinct[STRONGEST]; /* what they are ordered by */
};

/* Both ends.  An activation is ordered by how far it lies above the mean activation of the same
 * vector over all units that are not dead: without that, the same few vectors, whose units are all
 * saturated, are strongest for most units.  Weights and effects are ordered as they are. */
struct strengths {
	enum {
		STRENGTH_ACTIVATION,
		STRENGTH_WEIGHT,
		STRENGTH_EFFECT
	} kind; /* what value is; effects come from model_ops.unit_effects */
	struct strongest top, bottom;
};

struct unit_card {
	struct unit unit;
	double mu;        /* its bias */
	double low, high; /* of the histogram */
	int64_t histogram[UNIT_BINS];
	struct strengths items, users;
	int64_t epoch;
};
int unit_card_measure(const struct model *m, const struct weights *w, int32_t unit,
		      struct unit_card *out, struct err *e);

/* The items at the top of a unit's order: index [n].  Returns how many, 0 if a unit belongs to no
 * item (llorma) or memory is short. */
int unit_top_items(const struct model *m, const struct weights *w, int32_t unit, int n,
		   int32_t *index);

#endif
