/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cmocka with the headers that it needs, and checks that many tests make. */
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
/* How often the part stands in the text. */
int count_in(const char *text, const char *part);

#endif
