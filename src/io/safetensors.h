/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading and writing share: where the checksum's digits stand, and how they are printed. */
#ifndef IO_SAFETENSORS_H
#define IO_SAFETENSORS_H

#include <stddef.h>
#include <xxhash.h>

enum { SAFETENSORS_DIGITS = 32 };

/* The digits' place in the head of n bytes, NULL when they are not there. */
char *safetensors_digits(char *head, size_t n);
/* digits: [SAFETENSORS_DIGITS + 1] */
void safetensors_print_sum(XXH128_hash_t sum, char *digits);

#endif
