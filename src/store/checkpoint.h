/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What packing and reading a checkpoint share. */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "autorec/checkpoint.h"

#define KEY(name) "autorec." name

#define REAL_TYPE (sizeof(real) == sizeof(float) ? SAFETENSORS_F32 : SAFETENSORS_F64)

/* The curve's columns, which are doubles in struct epoch_record but for these: whole numbers. */
#define CURVE_NAMES                                                                                \
	"epoch loss train_rmse valid_rmse test_rmse seconds elapsed unit_mean unit_sd saturated "  \
	"dead norm_in norm_out"
enum { CURVE_COLUMNS = 13 };

static inline enum safetensors_type state_type(const struct state_array *a)
{
	static const enum safetensors_type types[] = { REAL_TYPE, SAFETENSORS_F64, SAFETENSORS_I64,
						       SAFETENSORS_U8 };
	return types[a->type];
}

/* Between a tensor's place in theta of an epoch, or in an array like it, of `size` bytes an
 * element, and its rows one behind the other. */
void tensor_copy_out(const struct model *m, int tensor, int64_t epoch, const void *theta,
		     size_t size, void *rows);
void tensor_copy_in(const struct model *m, int tensor, int64_t epoch, void *theta, size_t size,
		    const void *rows);

#endif
