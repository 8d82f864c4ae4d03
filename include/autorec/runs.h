/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finished runs in a file of JSON Lines, found by their key. */
#ifndef AUTOREC_RUNS_H
#define AUTOREC_RUNS_H

#include "autorec/campaign.h"

bool runs_find(const char *file, const char *key, struct outcome *out);
int runs_append(const char *file, const char *key, const struct outcome *r, struct err *e);

#endif
