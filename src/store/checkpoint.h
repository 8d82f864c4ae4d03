/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What packing and reading a checkpoint share. */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "autorec/checkpoint.h"

#define KEY(name) "autorec." name

/* The format of a file without newcomers. */
enum { FORMAT_OF_MOST = 2 };

#define REAL_TYPE (sizeof(real) == sizeof(float) ? SAFETENSORS_F32 : SAFETENSORS_F64)

/* The curve's columns: name and member of struct epoch_record.  In the file an RMSE that there is
 * not is -1. */
#define CURVE(COLUMN)                                                                              \
	COLUMN(CURVE_EPOCH, "epoch", epoch)                                                        \
	COLUMN(CURVE_LOSS, "loss", loss)                                                           \
	COLUMN(CURVE_TRAIN_RMSE, "train_rmse", train_rmse)                                         \
	COLUMN(CURVE_VALID_RMSE, "valid_rmse", valid_rmse)                                         \
	COLUMN(CURVE_TEST_RMSE, "test_rmse", test_rmse)                                            \
	COLUMN(CURVE_SECONDS, "seconds", seconds)                                                  \
	COLUMN(CURVE_ELAPSED, "elapsed", elapsed)                                                  \
	COLUMN(CURVE_UNIT_MEAN, "unit_mean", units.mean)                                           \
	COLUMN(CURVE_UNIT_SD, "unit_sd", units.sd)                                                 \
	COLUMN(CURVE_SATURATED, "saturated", units.saturated)                                      \
	COLUMN(CURVE_DEAD, "dead", units.dead)                                                     \
	COLUMN(CURVE_NORM_IN, "norm_in", units.norm_in)                                            \
	COLUMN(CURVE_NORM_OUT, "norm_out", units.norm_out)

#define CURVE_CONSTANT(constant, name, member) constant,
#define CURVE_NAME(constant, name, member)     " " name
enum { CURVE(CURVE_CONSTANT) CURVE_COLUMNS };
#define CURVE_NAMES PARAM_WORDS(CURVE(CURVE_NAME))

static inline enum safetensors_type state_type(const struct state_array *a)
{
	static const enum safetensors_type types[] = { REAL_TYPE, SAFETENSORS_F64, SAFETENSORS_I64,
						       SAFETENSORS_U8 };
	return types[a->type];
}

/* Copy between the place of a tensor, in theta of an epoch or in an array of the same shape with
 * elements of `size` bytes, and its rows stored end to end. */
void tensor_copy_out(const struct model *m, int tensor, int64_t epoch, const void *theta,
		     size_t size, void *rows);
void tensor_copy_in(const struct model *m, int tensor, int64_t epoch, void *theta, size_t size,
		    const void *rows);

#endif
