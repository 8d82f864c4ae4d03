/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/missing.h"

#include <string.h>

#include "autorec/num.h"
#include "autorec/text.h"

/* A number, or two with ".." between them. */
static bool parse_range(struct missing *m, const char *text, size_t length)
{
	const char *dots = memmem(text, length, "..", 2);
	const size_t first = dots ? (size_t)(dots - text) : length;
	double least, most;
	if (m->n == MOST_MISSING || !num_parse_real(text, first, &least))
		return false;
	most = least;
	if (dots && !num_parse_real(dots + 2, length - first - 2, &most))
		return false;
	m->range[m->n].least = least;
	m->range[m->n++].most = most;
	return least <= most;
}

int missing_parse(struct missing *m, const char *text, struct err *e)
{
	*m = (struct missing){ 0 };
	for (const char *p = text; *p;) {
		const size_t length = strcspn(p, ",");
		if (!parse_range(m, p, length))
			return err_set(e, ERR_USAGE, "missing",
				       "\"%.*s\" is wrong at \"%.*s\", expected up to %d values or "
				       "ranges such as 0, -1,99 or -99..-1",
				       text_head(text, ERR_WORD), text, text_head(p, ERR_WORD), p,
				       MOST_MISSING);
		p += length + (p[length] == ',');
	}
	return 0;
}

bool missing_has(const struct missing *m, double value)
{
	for (int i = 0; i < m->n; i++)
		if (value >= m->range[i].least && value <= m->range[i].most)
			return true;
	return false;
}
