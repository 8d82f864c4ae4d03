/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A set of observed ratings r_ui, seen from both sides: a sparse row per user and a sparse row per
 * item. It never changes once built, so any thread may read it. The stored entries are the observed
 * ones; a rating of 0 or below is a rating like any other. */
#ifndef AUTOREC_RATINGS_H
#define AUTOREC_RATINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/real.h"
#include "autorec/times.h"

/* Compressed rows of (column, value): row r holds entries start[r] .. start[r + 1] - 1. */
struct sparse {
	int32_t n_rows, n_cols;
	int64_t nnz;
	int64_t *start;    /* [n_rows + 1] */
	int32_t *col;      /* [nnz], ascending within a row */
	real *val;         /* [nnz], in the data's own scale */
	struct times time; /* [nnz], or none */
};

struct ratings {
	struct sparse by_user;  /* rows are users, columns items */
	struct sparse by_item;  /* rows are items, columns users */
	uint32_t *item_to_user; /* [nnz]: the place in by_user of by_item's t-th entry */
};

/* The ratings of one user (columns are items) or one item (columns are users), from which a model
 * predicts.  They need not be in any set of ratings: somebody new is a vector with row -1. */
struct rating_vector {
	const int32_t *col; /* [n], ascending */
	const real *val;    /* [n] */
	int64_t n;
	int32_t row;  /* the user or item of the training ratings that it is, or -1 */
	bool edited;  /* it is not what that row holds there */
	void *memory; /* its own memory, NULL where it borrows */
};

struct rating {
	int32_t user, item;
	float value;
};

/* Sorts n ratings into both orders. Users and items are indices below n_users and n_items. If a
 * pair is repeated, the last rating wins; *duplicates (may be NULL) counts the others. Errors:
 * ERR_NOMEM; ERR_DATA for more than 2^32 - 1 ratings. */
int ratings_new(int32_t n_users, int32_t n_items, const struct rating *list, int64_t n,
		struct ratings **out, int64_t *duplicates, struct err *e);
/* Sorts into rows of users only, for a set that is only listed. Saves memory: the list must come
 * from malloc, and it is freed and set to NULL as soon as its ratings are sorted. */
int sparse_take(int32_t n_users, int32_t n_items, struct rating **list, int64_t n,
		struct sparse **out, int64_t *duplicates, struct err *e);
/* What stands for the ratings of a repeated pair. Of the latest, the last of equal times. */
enum repeats { REPEATS_LAST, REPEATS_FIRST, REPEATS_MEAN, REPEATS_LATEST };
#define REPEATS_NAMES "last first mean latest"
/* The same for ratings with times. *time [n] is freed as the list is; if it is none, the latest is
 * the last. */
int sparse_take_timed(int32_t n_users, int32_t n_items, struct rating **list, struct times *time,
		      int64_t n, enum repeats repeats, struct sparse **out, int64_t *duplicates,
		      struct err *e);
void sparse_free(struct sparse *s);
/* The union of two sets over the same users and items; no pair may be in both. */
int ratings_join(const struct ratings *a, const struct ratings *b, struct ratings **out,
		 struct err *e);
void ratings_free(struct ratings *r);

/* Change the number of users and items.  Rows and columns are added or removed at the end; those
 * that go must be empty, and no thread may read the set meanwhile. */
int sparse_resize(struct sparse *s, int32_t n_rows, int32_t n_cols, struct err *e);
int ratings_resize(struct ratings *r, int32_t n_users, int32_t n_items, struct err *e);

int64_t ratings_count(const struct ratings *r); /* NULL has none */
int64_t sparse_count(const struct sparse *s);   /* NULL has none */
/* The entry of (row, col), or -1 if it is not observed. */
int64_t sparse_find(const struct sparse *s, int32_t row, int32_t col);
/* The first entry of the row at or after column col; the row's end if there is none. */
int64_t sparse_from(const struct sparse *s, int32_t row, int32_t col);
int64_t sparse_row_size(const struct sparse *s, int32_t row);
/* The time of an entry; NO_TIME if the set has none. */
int64_t sparse_time(const struct sparse *s, int64_t entry);
/* A row as it is; it borrows the memory of s. */
struct rating_vector sparse_vector(const struct sparse *s, int32_t row);
void rating_vector_done(struct rating_vector *v);
/* Least and greatest value; left unchanged if there is no rating. */
void sparse_range(const struct sparse *s, float *min, float *max);
/* Mean of all values, in double; 0 without ratings. */
double ratings_mean(const struct ratings *r);
/* A hash that tells one set of ratings from another. */
uint64_t sparse_hash(const struct sparse *x);

#endif
