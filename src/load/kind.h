/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text that is no list of ratings, although it may contain one: drawn tables, JSON of other shapes,
 * Python dictionaries. The error names the kind and a command that converts it. */
#ifndef LOAD_KIND_H
#define LOAD_KIND_H

#include "reader.h"
#include "sample.h"

/* ERR_DATA if the first lines are of such a kind, by their beginning. */
int kind_refuse(const struct lines *at, const struct sample *s, struct err *e);
/* The same for JSON objects of which no line has the wanted keys. */
int kind_refuse_objects(const struct lines *at, struct err *e);

#endif
