/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A checkpoint's file while it is read. Every failure is ERR_DATA, with the file as the place and
 * what was expected as the message. */
#ifndef STORE_READING_H
#define STORE_READING_H

#include "checkpoint.h"

struct reading {
	struct safetensors file;
	struct checkpoint *out;
	const struct model_ops *ops;
	struct config config; /* the model's */
	int64_t format;       /* of the file: see CHECKPOINT_FORMAT */
	int64_t epoch;        /* of the current weights */
	bool fresh;           /* the state is that of a new optimizer */
};

int reading_bad(const struct reading *r, struct err *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Read metadata: a text, cleaned, and "" after an error; a number; the index of one of n words. */
int reading_text(const struct reading *r, const char *key, char *out, size_t size, struct err *e);
int reading_int(const struct reading *r, const char *key, int64_t least, int64_t most, int64_t *out,
		struct err *e);
int reading_real(const struct reading *r, const char *key, double *out, struct err *e);
int reading_word(const struct reading *r, const char *key, const char *const *words, int n,
		 int *out, struct err *e);

/* The tensor of this name; NULL if it has another type or shape. rows < 0: any number;
 * columns 0: a vector. */
const struct safetensor *reading_want(const struct reading *r, const char *name,
				      enum safetensors_type type, int64_t rows, int64_t columns,
				      struct err *e);

/* n texts (n < 0: any number), which reading_want_texts has found. */
struct texts {
	const char *name;
	const char *bytes;
	const int64_t *offsets; /* [n + 1] */
	int64_t n, size;
};

int reading_want_texts(const struct reading *r, const char *name, int64_t n, struct texts *out,
		       struct err *e);
/* The i-th text, cut to `longest` bytes. Call it for i = 0, 1, ... in order. */
int reading_next_text(const struct reading *r, const struct texts *t, int64_t i, size_t longest,
		      const char **text, size_t *length, struct err *e);

/* Reads the data set, its split, and the joined ratings of a refit (checkpoint_data.c). */
int reading_data(const struct reading *r, struct err *e);

/* Reads the edits and the newcomers, over the ratings that the model was trained on
 * (checkpoint_edits.c). */
int reading_edits(const struct reading *r, const struct ratings *base, struct err *e);

#endif
