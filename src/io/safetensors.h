/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading and writing share: where the checksum's digits stand, how they are printed, and
 * which numbers may be there. */
#ifndef IO_SAFETENSORS_H
#define IO_SAFETENSORS_H

#include <xxhash.h>

#include "autorec/safetensors.h"

enum { SAFETENSORS_DIGITS = 32 };

/* The digits' place in the head of n bytes, NULL when they are not there. */
char *safetensors_digits(char *head, size_t n);
/* digits: [SAFETENSORS_DIGITS + 1] */
void safetensors_print_sum(XXH128_hash_t sum, char *digits);
/* No number is infinite or none. */
bool safetensors_is_finite(const struct safetensor *t);

#endif
