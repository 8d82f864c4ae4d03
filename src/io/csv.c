/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/csv.h"

#include <math.h>
#include <string.h>

#include "autorec/num.h"

void csv_text(FILE *out, const char *text, bool guard)
{
	const bool formula = guard && text[0] && strchr("=+-@\t\r", text[0]);
	if (!strpbrk(text, ",\"\r\n") && !formula) {
		fputs(text, out);
		return;
	}
	fputs(formula ? "\"'" : "\"", out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

void csv_real(FILE *out, double x)
{
	char text[NUM_TEXT];
	if (isfinite(x))
		fputs(num_text(x, text), out);
}

void csv_end(FILE *out)
{
	fputs("\r\n", out);
}
