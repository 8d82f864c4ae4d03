/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading and writing share: the place of the checksum digits, how they are printed, and which
 * numbers are valid. */
#ifndef IO_SAFETENSORS_H
#define IO_SAFETENSORS_H

#include <xxhash.h>

#include "autorec/safetensors.h"

enum { SAFETENSORS_DIGITS = 32 };

/* The place of the digits in the head of n bytes; NULL if they are not there. */
char *safetensors_digits(char *head, size_t n);
/* digits: [SAFETENSORS_DIGITS + 1] */
void safetensors_print_sum(XXH128_hash_t sum, char *digits);
/* Is every number finite? */
bool safetensors_is_finite(const struct safetensor *t);

#endif
