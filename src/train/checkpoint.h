/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What packing and reading a checkpoint share. */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "autorec/checkpoint.h"

#define KEY(name) "autorec." name

#define REAL_TYPE (sizeof(real) == sizeof(float) ? SAFETENSORS_F32 : SAFETENSORS_F64)

/* The curve's columns, which are doubles in struct epoch_record but for these: whole numbers. */
#define CURVE_NAMES "epoch loss train_rmse valid_rmse test_rmse seconds elapsed unit_mean unit_sd saturated dead norm_in norm_out"
enum { CURVE_COLUMNS = 13 };

/* How state of the program's own layout is cut; a file with another cut cannot be continued. */
#define LAYOUT_FORMAT "lanes %d strip %d"

static inline enum safetensors_type state_type(const struct state_array *a)
{
	return a->type == STATE_REAL ? REAL_TYPE : a->type == STATE_F64 ? SAFETENSORS_F64 : a->type == STATE_I64 ? SAFETENSORS_I64 : SAFETENSORS_U8;
}

#endif
