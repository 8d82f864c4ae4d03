/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "autorec/text.h"

static void put_line(char *out, size_t size, const char *text)
{
	text_tame(&text, text + strlen(text), false, out, size);
}

int err_set(struct err *e, int code, const char *where, const char *format, ...)
{
	if (!e)
		return code;
	char message[sizeof e->message +
		     4]; /* one longer, so that put_line cuts at a whole character */
	va_list ap;
	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	e->code = code;
	put_line(e->where, sizeof e->where, where ? where : "");
	put_line(e->message, sizeof e->message, message);
	return code;
}

const char *err_text(const struct err *e, char *out, unsigned long size)
{
	char whole[sizeof e->where + sizeof e->message + 2];
	snprintf(whole, sizeof whole, "%s%s%s", e->where, e->where[0] ? ": " : "", e->message);
	put_line(out, size, whole);
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
