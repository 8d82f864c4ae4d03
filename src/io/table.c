/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/table.h"

#include <stdlib.h>

#include "autorec/csv.h"
#include "autorec/file.h"
#include "autorec/mem.h"

json_t *table_rows(const json_t *table)
{
	json_t *rows = json_is_array(table) ? (json_t *)table : json_object_get(table, "rows");
	return json_is_array(rows) ? rows : NULL;
}

static void write_cell(const json_t *value, FILE *out, bool guard)
{
	char *nested;
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING: csv_text(out, json_string_value(value), guard); break;
	case JSON_INTEGER: fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
	case JSON_REAL: csv_real(out, json_real_value(value)); break;
	case JSON_TRUE: fputs("true", out); break;
	case JSON_FALSE: fputs("false", out); break;
	case JSON_NULL: break;
	default:
		nested = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
		csv_text(out, nested ? nested : "", guard);
		free(nested);
	}
}

int table_write_csv(const json_t *table, FILE *out, bool guard, struct err *e)
{
	json_t *rows = table_rows(table), *row, *columns = json_object();
	const json_t *unused;
	const char *name;
	size_t i, n = 0;
	int status = columns ? 0 : -1;
	json_array_foreach (rows, i, row)
		if (json_object_update_missing(columns, row) < 0)
			status = -1;
	json_object_foreach (columns, name, unused) {
		fputs(n++ ? "," : "", out);
		csv_text(out, name, guard);
	}
	csv_end(out);
	json_array_foreach (rows, i, row) {
		n = 0;
		json_object_foreach (columns, name, unused) {
			fputs(n++ ? "," : "", out);
			write_cell(json_object_get(row, name), out, guard);
		}
		csv_end(out);
	}
	json_decref(columns);
	return status < 0 || mem_failed()
		       ? err_set(e, ERR_NOMEM, NULL, "out of memory for the table")
		       : 0;
}

int table_write_json(const json_t *table, FILE *out, struct err *e)
{
	const bool failed = json_dumpf(table, out, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) < 0 &&
			    !ferror(out);
	if (failed || mem_failed()) /* without memory, jansson silently leaves out a name */
		return err_set(e, ERR_NOMEM, NULL, "out of memory for the table's JSON");
	putc('\n', out);
	return 0;
}

int table_save(const char *path, const json_t *table, bool guard, struct err *e)
{
	const bool csv = file_has_ending(path, ".csv");
	struct file f;
	if (!csv && !file_has_ending(path, ".json"))
		return err_set(
			e, ERR_USAGE, path,
			"is not a name for a table; expected one that ends in .csv or .json");
	int status = file_begin(&f, path, FILE_ONLY, e);
	if (status < 0)
		return status;
	status = csv ? table_write_csv(table, f.stream, guard, e)
		     : table_write_json(table, f.stream, e);
	if (status < 0) {
		file_abandon(&f);
		return status;
	}
	return file_commit(&f, e);
}
