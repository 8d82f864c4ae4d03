/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A data set as text, for comparisons. */
#ifndef DESCRIBED_H
#define DESCRIBED_H

#include "autorec/dataset.h"
#include "autorec/text.h"

/* Writes users in the order of their indices, then titles, then the test ratings. */
void describe(const struct dataset *d, struct text *out);

#endif
