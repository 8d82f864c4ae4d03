/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers from text and back, independent of the locale. The whole text must be the number: no
 * blanks, nothing after it, no hexadecimal, no "inf" or "nan". */
#ifndef AUTOREC_NUM_H
#define AUTOREC_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool num_parse_real(const char *text, size_t length, double *out); /* 3, -0.5, 1e0, .5 */
bool num_parse_int(const char *text, size_t length, int64_t *out); /* 3, -12; not 1e6 */

enum { NUM_TEXT = 32 };
/* Writes x with the fewest digits, but at least 6, that read back as x. A float's value needs to
 * read back as that float only. Whole numbers up to 2^53 have no exponent. Returns out. */
const char *num_text(double x, char out[NUM_TEXT]);
/* Writes n with commas between thousands, as in 100,000. Returns out. */
const char *num_grouped(int64_t n, char out[NUM_TEXT]);

#endif
