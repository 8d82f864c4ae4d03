/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finished runs, one JSON object per line. Lines are only ever appended. A line that was cut off or
 * that another program wrote is skipped. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "autorec/campaign.h"
#include "autorec/runs.h"
#include "autorec/home.h"
#include "autorec/input.h"

static double real_of(const json_t *line, const char *key)
{
	const json_t *value = json_object_get(line, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int64_t count_of(const json_t *line, const char *key)
{
	return json_integer_value(json_object_get(line, key));
}

static FILE *open_file(const char *path)
{
	const int fd = input_open(path, NULL, NULL);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	if (fd >= 0 && !f)
		close(fd);
	return f;
}

bool runs_find(const char *file, const char *key, struct outcome *out)
{
	FILE *f = open_file(file);
	char *text = NULL;
	size_t room = 0;
	bool found = false;
	if (!f)
		return false;
	while (getline(&text, &room, f) >= 0) {
		json_t *line = json_loads(text, 0, NULL);
		const char *of = json_string_value(json_object_get(line, "run"));
		const bool is_it = of && !strcmp(of, key);
		found |= is_it;
		if (is_it) /* the last one counts */
			*out = (struct outcome){ .state = RUN_DONE,
						 .found = true,
						 .at = count_of(line, "at"),
						 .seed = out->seed,
						 .epochs = count_of(line, "epochs"),
						 .valid_rmse = real_of(line, "valid_rmse"),
						 .rmse = real_of(line, "rmse"),
						 .mae = real_of(line, "mae"),
						 .cold = count_of(line, "cold"),
						 .seconds = real_of(line, "seconds") };
		json_decref(line);
	}
	free(text);
	fclose(f);
	return found;
}

/* Does the file end within a line? Then the next run starts a new line. */
static bool ends_within_line(FILE *f)
{
	return fseek(f, -1, SEEK_END) == 0 && fgetc(f) != '\n';
}

int runs_append(const char *file, const char *key, const struct outcome *r, struct err *e)
{
	json_t *line = json_pack("{s:s, s:I, s:I, s:f}", "run", key, "at", (json_int_t)time(NULL),
				 "epochs", (json_int_t)r->epochs, "valid_rmse", r->valid_rmse);
	bool made = line != NULL;
	if (isfinite(r->rmse))
		made &= json_object_update_new(line,
					       json_pack("{s:f, s:f, s:I}", "rmse", r->rmse, "mae",
							 r->mae, "cold", (json_int_t)r->cold)) == 0;
	made &= json_object_set_new(line, "seconds", json_real(r->seconds)) == 0;
	if (!made) {
		json_decref(line);
		return err_set(e, ERR_NOMEM, file, "out of memory: a finished run was not saved");
	}
	struct stat s;
	if (stat(file, &s) == 0 && !S_ISREG(s.st_mode)) {
		json_decref(line);
		return err_set(e, ERR_IO, file, "is %s, expected a file for finished runs",
			       input_kind(s.st_mode));
	}
	home_make_folders(file);
	FILE *f = fopen(file, "a+e");
	bool written = f && (!ends_within_line(f) || fputc('\n', f) != EOF) &&
		       json_dumpf(line, f, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0 &&
		       fputc('\n', f) != EOF;
	int why = errno;
	if (f && fclose(f) != 0)
		written = false, why = errno;
	json_decref(line);
	return written ? 0
		       : err_set(e, ERR_IO, file,
				 "a finished run cannot be saved: %s; choose another place with "
				 "file=PATH",
				 strerror(why));
}
