/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "described.h"

static void add_ratings(const struct dataset *d, const struct sparse *s, struct text *out)
{
	for (int32_t u = 0; u < dataset_users(d); u++) {
		text_addf(out, "%s%s:", u > 0 ? " | " : "", ids_name(d->users, u));
		for (int64_t t = s->start[u]; t < s->start[u + 1]; t++)
			text_addf(out, " %s=%g", ids_name(d->items, s->col[t]), (double)s->val[t]);
	}
}

void describe(const struct dataset *d, struct text *out)
{
	text_clear(out);
	add_ratings(d, d->all, out);
	for (int32_t i = 0; d->titles && i < dataset_items(d); i++)
		text_addf(out, "%s%s: %s", i > 0 ? " | " : " / ", ids_name(d->items, i),
			  dataset_title(d, i));
	if (d->test) {
		text_addf(out, " / test ");
		add_ratings(d, d->test, out);
	}
}
