/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *e, int code, const char *where, const char *format, ...)
{
	if (!e)
		return code;
	e->code = code;
	snprintf(e->where, sizeof e->where, "%s", where ? where : "");
	va_list ap;
	va_start(ap, format);
	vsnprintf(e->message, sizeof e->message, format, ap);
	va_end(ap);
	return code;
}

const char *err_text(const struct err *e, char *out, unsigned long size)
{
	snprintf(out, size, "%s%s%s", e->where, e->where[0] ? ": " : "", e->message);
	return out;
}

int err_exit_status(int code)
{
	switch (code) {
	case 0: return 0;
	case ERR_USAGE: return 2;
	case ERR_DATA: return 3;
	default: return 1;
	}
}
