/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dataset_load: from files to a data set. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/clock.h"
#include "autorec/load.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/text.h"
#include "files.h"
#include "format.h"
#include "odd.h"
#include "rating_file.h"
#include "titles.h"

/* A name for people to read: "ml-100k" for that folder, "ratings" for ratings.csv.gz, "ml-1m"
 * for ml-1m.tar.gz. */
static char *name_of_path(const char *path, struct err *e)
{
	struct stat st;
	char *full = realpath(path, NULL), clean[3 * NAME_MAX + 1];
	const char *base = path_base(full ? full : path);
	text_clean(base, strlen(base), true, clean, sizeof clean);
	char *name = mem_text(clean, e);
	free(full);
	if (!name || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		return name;
	for (int i = 0; i < 2; i++) {
		char *dot = strrchr(name, '.');
		bool compressed = dot && !strcmp(dot, ".gz");
		if (dot && dot > name)
			*dot = 0;
		if (!compressed)
			break;
	}
	return name;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* rank[i] is the place of i among n: greatest count first, then by index. */
static int rank_by_count(const uint32_t *count, int32_t n, int32_t *rank, struct err *e)
{
	uint64_t *key = mem_array((size_t)n, sizeof *key, e);
	if (!key)
		return ERR_NOMEM;
	for (int32_t i = 0; i < n; i++)
		key[i] = (uint64_t)(UINT32_MAX - count[i]) << 32 | (uint32_t)i;
	qsort(key, (size_t)n, sizeof *key, compare_keys);
	for (int32_t i = 0; i < n; i++)
		rank[(uint32_t)key[i]] = i;
	free(key);
	return 0;
}

/* The users or the items of a data set, and their new indices. */
struct renumbering {
	struct ids *ids;
	uint32_t *count; /* [ids_count(ids)]: ratings in training */
	int32_t *rank;   /* [ids_count(ids)]: most rated in training first */
};

static int renumbering_init(struct renumbering *r, struct ids *ids, struct err *e)
{
	*r = (struct renumbering){ .ids = ids };
	r->count = mem_array((size_t)ids_count(ids), sizeof *r->count, e);
	r->rank = mem_array((size_t)ids_count(ids), sizeof *r->rank, e);
	return r->count && r->rank ? 0 : ERR_NOMEM;
}

static void renumbering_done(struct renumbering *r)
{
	free(r->count);
	free(r->rank);
}

static int renumber_ids(struct renumbering *r, struct err *e)
{
	int status = rank_by_count(r->count, ids_count(r->ids), r->rank, e);
	return status == 0 ? ids_reorder(r->ids, r->rank, e) : status;
}

static void renumber_file(struct rating_file *f, const int32_t *user_rank, const int32_t *item_rank)
{
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (size_t t = 0; t < f->n; t++) {
		f->list[t].user = user_rank[f->list[t].user];
		f->list[t].item = item_rank[f->list[t].item];
	}
}

/* Renumbers everything: most rated in training first. */
static int renumber(struct dataset *d, struct rating_file *train, struct rating_file *test,
		    struct err *e)
{
	struct renumbering users = { 0 }, items = { 0 };
	int status = renumbering_init(&users, d->users, e);
	if (status == 0)
		status = renumbering_init(&items, d->items, e);
	for (size_t t = 0; status == 0 && t < train->n; t++) {
		users.count[train->list[t].user]++;
		items.count[train->list[t].item]++;
	}
	if (status == 0)
		status = renumber_ids(&users, e);
	if (status == 0)
		status = renumber_ids(&items, e);
	if (status == 0) {
		renumber_file(train, users.rank, items.rank);
		renumber_file(test, users.rank, items.rank);
	}
	renumbering_done(&users);
	renumbering_done(&items);
	return status;
}

/* Sorts the file's list, which it frees on the way. */
static int build(struct dataset *d, struct rating_file *f, enum repeats repeats,
		 struct sparse **out, struct err *e)
{
	/* beside the list, then again in its place */
	const uint64_t need = f->n * (sizeof(int32_t) + sizeof(real) + times_size(&f->time));
	int64_t duplicates = 0;
	char what[64];
	snprintf(what, sizeof what, "%zu ratings need", f->n);
	int status = mem_check(need, NULL, what, e);
	if (status == 0)
		status = sparse_take_timed(ids_count(d->users), ids_count(d->items), &f->list,
					   &f->time, (int64_t)f->n, repeats, out, &duplicates, e);
	d->report.duplicates += duplicates;
	return status;
}

static void report_path(char out[512], const char *path)
{
	snprintf(out, 512, "%.*s", text_head(path, 511), path);
}

/* Reads the test file that was given, or one beside the ratings. */
static int read_test(struct dataset *d, const struct files *files, struct rating_file *test,
		     const struct load_options *o, struct err *e)
{
	const char *beside = access(o->test, F_OK) < 0 && o->test[0] != '/'
				     ? files_beside(files, o->test)
				     : NULL;
	char *path = mem_text(beside ? beside : o->test, e);
	int status = path ? rating_file_read(test, &path, 1, o, d->users, d->items, e) : ERR_NOMEM;
	if (status == 0)
		report_path(d->report.test_path, path);
	free(path);
	return status;
}

static void report_rejected(struct load_report *r, const struct rating_file *f)
{
	if (r->rejected == 0 && f->rejected > 0)
		err_text(&f->first_rejected, r->first_rejected, sizeof r->first_rejected);
	r->rejected += f->rejected;
	r->missing += f->missing;
}

static void report_files(struct load_report *r, const struct files *files,
			 const struct rating_file *f)
{
	report_path(r->path, files->ratings[0]);
	snprintf(r->format, sizeof r->format, "%s%s", f->format->label,
		 f->layout.header ? " with header" : "");
	struct layout layout = f->layout;
	if (f->times_dropped)
		layout.column[TIMESTAMP] = -1;
	layout_describe(&layout, r->columns, sizeof r->columns);
	r->files = (int64_t)files->n_ratings;
	if (!files->named) {
		struct text others = { 0 };
		files_others(files, &others);
		const char *text = others.bytes ? others.bytes : "";
		snprintf(r->others, sizeof r->others, "%.*s", text_head(text, sizeof r->others - 1),
			 text);
		text_done(&others);
	}
	r->lines = f->lines;
}

static int load_read_ratings(struct dataset *d, const struct files *files,
			     struct rating_file *train, struct rating_file *test,
			     const struct load_options *o, struct err *e)
{
	int status = rating_file_read(train, files->ratings, files->n_ratings, o, d->users,
				      d->items, e);
	if (status == 0 && o->test)
		status = read_test(d, files, test, o, e);
	if (status == 0 && o->repeats == REPEATS_LATEST && !times_any(&train->time))
		status = err_set(
			e, ERR_DATA, files->ratings[0],
			"has no times, which repeats=latest needs; expected a column such as "
			"timestamp, or repeats=last");
	if (status == 0)
		status = renumber(d, train, test, e);
	if (status < 0)
		return status;
	report_files(&d->report, files, train);
	report_rejected(&d->report, train);
	report_rejected(&d->report, test);
	odd_layout(&d->report, &train->layout);
	odd_times(&d->report, train, o->columns != NULL);
	odd_lines(&d->report, train);
	status = build(d, train, o->repeats, &d->all, e);
	if (status == 0 && train->layout.shape == MATRIX)
		odd_columns(&d->report, d, train->layout.rows);
	return status == 0 && o->test ? build(d, test, o->repeats, &d->test, e) : status;
}

/* From the file that was told, or one beside the ratings, or a column of the ratings themselves. */
static int load_read_titles(struct dataset *d, struct files *files, const struct rating_file *train,
			    const struct load_options *o, struct err *e)
{
	const int *column = train->layout.column;
	const bool has_column = column[TITLE] >= 0 && column[TITLE] != column[ITEM];
	const char *from = o->titles ? o->titles : files_titles(files, train->format);
	const bool inside = !from && has_column && files->n_ratings == 1;
	if (inside)
		from = files->ratings[0];
	if (!from)
		return 0;
	struct err why = { 0 };
	char *path = mem_text(from, &why);
	int status = path ? titles_load(path, inside, o, d, &why) : ERR_NOMEM;
	if (status == 0)
		report_path(d->report.titles_path, path);
	free(path);
	if (status == ERR_DATA && inside) {
		odd_titles(&d->report, &why);
		return 0;
	}
	if (status == ERR_DATA && !o->titles) { /* ratings can be used without it */
		err_text(&why, d->report.no_titles, sizeof d->report.no_titles);
		return 0;
	}
	if (status < 0 && e)
		*e = why;
	return status;
}

static void load_finish(struct dataset *d, const struct load_options *o)
{
	struct load_report *r = &d->report;
	d->min = (float)o->min;
	d->max = (float)o->max;
	d->scale_told = o->min < o->max;
	if (!d->scale_told)
		sparse_range(d->all, &d->min, &d->max);
	r->ratings = sparse_count(d->all);
	r->test_ratings = sparse_count(d->test);
	r->users = ids_count(d->users);
	r->items = ids_count(d->items);
}

static int load_read_all(struct dataset *d, struct files *files, const struct load_options *o,
			 struct err *e)
{
	struct rating_file train = { 0 }, test = { 0 };
	int status = o->format ? format_by_name(o->format, &train.format, e) : 0;
	if (status == 0 && o->columns)
		status = layout_check_columns("columns", o->columns, &columns_of_ratings, e);
	if (status == 0)
		status = load_read_ratings(d, files, &train, &test, o, e);
	if (status == 0)
		status = load_read_titles(d, files, &train, o, e);
	rating_file_done(&train);
	rating_file_done(&test);
	return status;
}

static int load(struct dataset *d, const char *path, const struct load_options *o, struct err *e)
{
	struct files files;
	int status = files_find(&files, path, o, e);
	if (status == 0) {
		d->name = name_of_path(path, e);
		d->users = ids_new(e);
		d->items = ids_new(e);
		status = d->name && d->users && d->items ? load_read_all(d, &files, o, e)
							 : ERR_NOMEM;
	}
	files_done(&files);
	return status;
}

int dataset_load(const char *path, const struct load_options *options, struct dataset **out,
		 struct err *e)
{
	const struct load_options defaults = { 0 };
	double start = clock_seconds();
	struct dataset *d = mem_array(1, sizeof *d, e);
	if (!d)
		return ERR_NOMEM;
	int status = load(d, path, options ? options : &defaults, e);
	if (status < 0) {
		dataset_free(d);
		return status;
	}
	load_finish(d, options ? options : &defaults);
	odd_ratings(d);
	d->report.seconds = clock_seconds() - start;
	*out = d;
	return 0;
}
