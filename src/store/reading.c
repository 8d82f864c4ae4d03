/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parts of a checkpoint need from the file: metadata as numbers and words, and tensors by
 * name and shape. */
#include "reading.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "autorec/num.h"
#include "autorec/text.h"

int reading_bad(const struct reading *r, struct err *e, const char *format, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return err_set(e, ERR_DATA, r->file.path, "%s", text);
}

/* ---- metadata ----------------------------------------------------------- */

int reading_text(const struct reading *r, const char *key, char *out, size_t size, struct err *e)
{
	const char *text = safetensors_text(&r->file, key);
	out[0] = 0;
	if (!text)
		return reading_bad(r, e, "metadata: %s is missing", key);
	text_clean(text, strlen(text), true, out, size);
	return 0;
}

int reading_int(const struct reading *r, const char *key, int64_t least, int64_t most, int64_t *out,
		struct err *e)
{
	char text[96];
	if (reading_text(r, key, text, sizeof text, e) < 0)
		return ERR_DATA;
	if (num_parse_int(text, strlen(text), out) && *out >= least && *out <= most)
		return 0;
	return reading_bad(r, e,
			   "metadata: %s is \"%s\", expected a whole number in %" PRId64
			   "..%" PRId64,
			   key, text, least, most);
}

int reading_real(const struct reading *r, const char *key, double *out, struct err *e)
{
	char text[96];
	if (reading_text(r, key, text, sizeof text, e) < 0)
		return ERR_DATA;
	return num_parse_real(text, strlen(text), out)
		       ? 0
		       : reading_bad(r, e, "metadata: %s is \"%s\", expected a number", key, text);
}

int reading_word(const struct reading *r, const char *key, const char *const *words, int n,
		 int *out, struct err *e)
{
	char text[96];
	if (reading_text(r, key, text, sizeof text, e) < 0)
		return ERR_DATA;
	for (*out = 0; *out < n; ++*out)
		if (!strcmp(words[*out], text))
			return 0;
	return reading_bad(r, e, "metadata: %s is \"%s\", which this version does not know", key,
			   text);
}

/* ---- tensors ------------------------------------------------------------ */

const struct safetensor *reading_want(const struct reading *r, const char *name,
				      enum safetensors_type type, int64_t rows, int64_t columns,
				      struct err *e)
{
	const struct safetensor *t = safetensors_find(&r->file, name);
	if (!t) {
		reading_bad(r, e, "tensor %s is missing", name);
		return NULL;
	}
	if (t->type == type && t->rank == (columns > 0 ? 2 : 1) &&
	    (rows < 0 || t->shape[0] == rows) && (columns == 0 || t->shape[1] == columns))
		return t;
	char text[64] = "", shape[64] = "";
	for (int i = 0, n = 0; i < t->rank; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "%s%" PRId64, i ? "," : "",
			      t->shape[i]);
	if (rows >= 0)
		snprintf(shape, sizeof shape, "%" PRId64, rows);
	else
		snprintf(shape, sizeof shape, "any");
	if (columns > 0)
		snprintf(shape + strlen(shape), sizeof shape - strlen(shape), ",%" PRId64, columns);
	reading_bad(r, e, "tensor %s: it is %s [%s], expected %s [%s]", name,
		    safetensors_type_name(t->type), text, safetensors_type_name(type), shape);
	return NULL;
}

int reading_want_texts(const struct reading *r, const char *name, int64_t n, struct texts *out,
		       struct err *e)
{
	char name_of_offsets[SAFETENSORS_MAX_NAME];
	snprintf(name_of_offsets, sizeof name_of_offsets, "%s.offsets", name);
	const struct safetensor *bytes = reading_want(r, name, SAFETENSORS_U8, -1, 0, e);
	const struct safetensor *offsets = bytes ? reading_want(r, name_of_offsets, SAFETENSORS_I64,
								n < 0 ? -1 : n + 1, 0, e)
						 : NULL;
	if (!offsets)
		return ERR_DATA;
	*out = (struct texts){ name, bytes->data, offsets->data, offsets->n - 1, bytes->n };
	if (out->n == 0 && out->offsets[0] != out->size)
		return reading_bad(r, e, "tensor %s: number 0 is %" PRId64 ", expected %" PRId64,
				   name_of_offsets, out->offsets[0], out->size);
	return out->n >= 0 && out->n < INT32_MAX
		       ? 0
		       : reading_bad(r, e, "tensor %s: it has no numbers, or too many",
				     name_of_offsets);
}

int reading_next_text(const struct reading *r, const struct texts *t, int64_t i, size_t longest,
		      const char **text, size_t *length, struct err *e)
{
	const int64_t from = t->offsets[i], to = t->offsets[i + 1];
	const bool begins = i > 0 || from == 0;
	if (!begins || to < from || to > t->size || (i == t->n - 1 && to != t->size))
		return reading_bad(r, e,
				   "tensor %s.offsets: number %" PRId64 " is %" PRId64
				   ", expected ascending numbers from 0 to %" PRId64,
				   t->name, begins ? i + 1 : 0, begins ? to : from, t->size);
	*text = t->bytes + from;
	*length = (size_t)(to - from);
	if (*length > longest || memchr(*text, 0, *length))
		return reading_bad(r, e,
				   "tensor %s: text %" PRId64
				   " has more than %zu bytes, or a zero byte",
				   t->name, i, longest);
	return 0;
}
