/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Includes cmocka and the headers it needs.  Declares checks that many tests share. */
#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "autorec/err.h"

/* Fails with the error's own words. */
void must(int status, const struct err *e);
/* Counts the occurrences of part in text. */
int count_in(const char *text, const char *part);

#endif
