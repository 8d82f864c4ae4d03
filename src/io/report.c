/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 12, TITLE_COLUMNS = 44 };

/* A printf format with the usual number of decimals for a value of this name. */
static const char *format_of(const char *key, double x)
{
	const double most = 1e6; /* above this, decimals tell nothing */
	static const struct {
		const char *part, *format;
	} formats[] = {
		{ "rmse", "%.4f" },      { "mae", "%.4f" },       { "seconds", "%.3f" },
		{ "latency", "%.2f" },   { "loss", "%.7g" },      { "delta", "%+.3f" },
		{ "residual", "%+.2f" }, { "predicted", "%.2f" }, { "clipped", "%.2f" },
		{ "before", "%.3f" },    { "after", "%.3f" },     { "half_width", "%.4f" },
	};
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (x > -most && x < most && strstr(key, formats[i].part))
			return formats[i].format;
	return "%.4g";
}

/* Shares are per cent for people, as on the screen. */
static void number_text(const char *key, double x, char *out, size_t size)
{
	static const char *const shares[] = { "saturated", "catalogue_share", "coverage" };
	for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++)
		if (strstr(key, shares[i])) {
			snprintf(out, size, "%.1f %%", 100 * x);
			return;
		}
	snprintf(out, size, format_of(key, x), x);
}

/* A name may contain line breaks, but still takes one line. */
static void string_text(const char *text, char *out, size_t size)
{
	text_tame(&text, text + strlen(text), false, out, size);
}

static void value_text(const char *key, const json_t *value, char *out, size_t size)
{
	switch (json_typeof(value)) {
	case JSON_STRING: string_text(json_string_value(value), out, size); break;
	case JSON_INTEGER:
		snprintf(out, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL: number_text(key, json_real_value(value), out, size); break;
	case JSON_TRUE: snprintf(out, size, "yes"); break;
	case JSON_FALSE: snprintf(out, size, "no"); break;
	default: snprintf(out, size, "-"); break;
	}
}

static bool is_table(const json_t *value)
{
	return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

/* Numbers and words stand side by side, sentences have a semicolon between them. */
static void report_list_text(const json_t *array, struct text *out)
{
	char value[300];
	const char *between = "";
	for (size_t i = 0; i < json_array_size(array); i++) {
		value_text("", json_array_get(array, i), value, sizeof value);
		text_addf(out, "%s%s", between, value);
		between = strchr(value, ' ') ? "; " : " ";
	}
}

static bool report_is_plain(const char *key, const json_t *value)
{
	return strcmp(key, "command") && strcmp(key, "text") && !json_is_object(value) &&
	       !is_table(value) && !(json_is_array(value) && json_array_size(value) == 0) &&
	       !json_is_null(value);
}

void report_line(const json_t *result, struct text *out)
{
	const char *key, *command = json_string_value(json_object_get(result, "command"));
	const json_t *value;
	bool first = true;
	char text[600];
	json_object_foreach ((json_t *)result, key, value) {
		if (!report_is_plain(key, value))
			continue;
		if (first && command)
			text_addf(out, "%s: ", command);
		text_addf(out, "%s%s ", first ? "" : "  ", key);
		if (json_is_array(value)) {
			report_list_text(value, out);
		} else {
			value_text(key, value, text, sizeof text);
			text_addf(out, "%s", text);
		}
		first = false;
	}
}

static void pad(struct text *out, int columns)
{
	for (int i = 0; i < columns; i++)
		text_add(out, " ", 1);
}

static void cell_text(const char *key, const json_t *row, char *out, size_t size)
{
	char whole[600] = "-";
	const json_t *value = json_object_get(row, key);
	if (value)
		value_text(key, value, whole, sizeof whole);
	text_fit(whole, TITLE_COLUMNS, "~", out, size);
}

static void table_text(const json_t *rows, struct text *out)
{
	const char *keys[MAX_COLUMNS], *key;
	int width[MAX_COLUMNS], n = 0;
	bool words[MAX_COLUMNS];
	const json_t *value, *row;
	char cell[300];
	size_t i;
	json_object_foreach (json_array_get(rows, 0), key, value) {
		if (n == MAX_COLUMNS)
			break;
		keys[n] = key;
		words[n] = json_is_string(value) && strcmp(key, "id");
		width[n++] = text_width(key);
	}
	json_array_foreach ((json_t *)rows, i, row)
		for (int c = 0; c < n; c++) {
			cell_text(keys[c], row, cell, sizeof cell);
			if (text_width(cell) > width[c])
				width[c] = text_width(cell);
		}
	for (size_t line = 0; line <= json_array_size(rows); line++) {
		for (int c = 0; c < n; c++) {
			if (line == 0)
				snprintf(cell, sizeof cell, "%s", keys[c]);
			else
				cell_text(keys[c], json_array_get(rows, line - 1), cell,
					  sizeof cell);
			pad(out, 2);
			int gap = width[c] - text_width(cell);
			if (!words[c])
				pad(out, gap);
			text_addf(out, "%s", cell);
			if (words[c] && c < n - 1)
				pad(out, gap);
		}
		text_addf(out, "\n");
	}
}

void report_text(const json_t *result, struct text *out)
{
	const size_t before = out->length;
	const char *key;
	const json_t *value, *text = json_object_get(result, "text");
	report_line(result, out);
	if (out->length > before)
		text_addf(out, "\n");
	if (text)
		text_addf(out, "%s", json_string_value(text));
	json_object_foreach ((json_t *)result, key, value) {
		if (!is_table(value))
			continue;
		if (strcmp(key, "rows"))
			text_addf(out, "%s\n", key);
		table_text(value, out);
	}
}

json_t *report_string(const char *text)
{
	struct text tame = { 0 };
	text_add_tame(&tame, text);
	json_t *string = tame.failed ? NULL : json_string(tame.bytes ? tame.bytes : "");
	text_done(&tame);
	return string;
}

json_t *report_real(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

json_t *report_error(const char *command, const char *where, const char *message)
{
	return json_pack("{s:s, s:s, s:s}", "command", command, "error", message, "where", where);
}

void report_markdown_cell(const char *text, struct text *out)
{
	for (; *text; text++) {
		if (*text == '|')
			text_add(out, "\\", 1);
		text_add(out, text, 1);
	}
}
