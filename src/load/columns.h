/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the columns of a file mean, by the names that its header gives or a person types. */
#ifndef LOAD_COLUMNS_H
#define LOAD_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "autorec/err.h"

/* COUNT is a column such as "plays". It is never taken for the rating, only offered as one. */
enum role { USER, ITEM, RATING, TIMESTAMP, TITLE, GENRES, N_ROLES, NO_ROLE = N_ROLES, COUNT };

/* What a header's name means: a single or compound word in English, German, French or Spanish, such
 * as "User-ID", "bookRating" or "note". */
struct column_name {
	enum role role;
	int strength; /* of two columns with one role, the stronger name has it */
	bool id;      /* the name ends with "id" or the like */
};
struct column_name column_name(const char *text, size_t length);

/* Is it a name such as "average", "Total score" or "n_ratings", of a number that is computed from
 * ratings? */
bool column_is_summary(const char *text, size_t length);

/* As in errors and in columns=: "user", "item", ...; "-" for NO_ROLE. */
const char *role_name(enum role role);

/* Parses columns= as a person typed it, such as "item,-,user,rating", into the column of each role;
 * -1: none. *open_ended: it ends with "...", so the last column extends to the end of the line.
 * Returns NULL, or the place of a word that is unknown or repeated. */
const char *columns_parse(const char *text, int column[N_ROLES], bool *open_ended);

#endif
