/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What looks odd in what was loaded: a sentence each in the report's warnings. */
#ifndef LOAD_ODD_H
#define LOAD_ODD_H

#include "autorec/dataset.h"
#include "rating_file.h"

void odd_layout(struct load_report *r, const struct layout *l);
/* told: a person named the columns. */
void odd_times(struct load_report *r, const struct rating_file *f, bool told);
void odd_lines(struct load_report *r, const struct rating_file *f);
void odd_titles(struct load_report *r, const struct err *why);
/* Of a matrix, once its ratings are sorted. */
void odd_columns(struct load_report *r, const struct dataset *d, enum role rows);
void odd_ratings(struct dataset *d);

#endif
