/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file is read in blocks of whole lines. A few blocks at a time are parsed, one thread
 * each, while the next few are read. During parsing the maps of ids do not grow. An id that is
 * missing is noted in its block, and added when the blocks are taken in the order of the file.
 * So the list is the same as with one thread. Threads wait only for new ids, which are rare
 * except at the beginning. */
#include "rating_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/text.h"
#include "autorec/times.h"
#include "format.h"
#include "rating_block.h"

enum {
	BAD_LINES_PER_HUNDRED = 1,
	TIMELESS_PER_HUNDRED = 10,
	BLOCKS_PER_THREAD =
		4, /* read at a time: threads finish together, and little memory is touched */
	BYTES_PER_ID = 128,           /* estimate for the maps */
	SMALL_BLOCKS_PER_THREAD = 64, /* limit if files end before their blocks are full */
};

struct batch {
	struct block *block; /* [n] are in use */
	int n;
};

static size_t lines_size(const struct lines *l)
{
	return (size_t)(l->end - l->at);
}

/* rows: lines of the matrix above the block. */
static int add_ids(struct block_ids *b, struct ids *ids, int64_t rows, struct err *e)
{
	for (size_t i = 0; i < b->n; i++) {
		struct new_id *id = &b->list[i];
		char number[24];
		const int length = id->text ? (int)id->length
					    : snprintf(number, sizeof number, "%lld",
						       (long long)(rows + id->length + 1));
		id->index = ids_add(ids, id->text ? id->text : number, (size_t)length, e);
		if (id->index < 0)
			return id->index;
	}
	return 0;
}

/* Fills in the place of the first bad line of a block. */
static void place_bad(const struct rating_file *file, const struct block *b, struct err *out)
{
	*out = b->bad;
	reader_place(file->path, file->line + b->bad_line, b->bad_offset, out->where,
		     sizeof out->where);
}

/* Counts lines or columns of a matrix that are sums and the like. */
static void leave_out(struct rating_file *file, const struct field *name, int n)
{
	if (file->n_summaries == 0)
		text_clean(name->text, name->length < 20 ? name->length : 20,
			   text_is_utf8(name->text, name->length), file->summary,
			   sizeof file->summary);
	file->n_summaries += n;
}

/* Adds a block to the list, in the order of the files. */
static int admit(struct rating_file *file, struct block *b, struct ids *users, struct ids *items,
		 struct err *e)
{
	if (b->lines.first) {
		file->path = b->lines.path;
		file->line = 0;
		file->section = -1;
	}
	if (b->status == ERR_DATA) {
		struct err bad;
		place_bad(file, b, &bad);
		return err_set(e, ERR_DATA, bad.where, "%s", bad.message);
	}
	if (b->status < 0)
		return err_set(e, b->status, file->path, "out of memory");
	if (b->n > 0 && file->section < 0 &&
	    (b->list[0].item == INHERITED || b->list[0].user == INHERITED))
		return err_set(e, ERR_DATA, file->path,
			       "has ratings before its first %s, expected a line such as \"%s\" "
			       "first",
			       role_name(file->layout.sections),
			       file->layout.sections == ITEM ? "7:" : "7|120");
	if (file->rejected == 0 && b->rejected > 0) {
		file->first_line = file->line + b->bad_line == 1;
		file->comment = b->bad_comment;
		place_bad(file, b, &file->first_rejected);
	}
	file->rejected += b->rejected;
	file->missing += b->missing;
	file->blank += b->blank;
	file->lines += b->lines.passed;
	file->line += b->lines.passed;
	if (b->n_summaries > 0)
		leave_out(file, &b->summary, b->n_summaries);
	b->place = file->n;
	file->n += b->n;
	file->untimed += b->untimed;
	int status = add_ids(&b->users, users, file->rows, e);
	if (status == 0)
		status = add_ids(&b->items, items, file->rows, e);
	const struct block_ids *named = file->layout.sections == USER ? &b->users : &b->items;
	file->rows += b->rows;
	b->inherited = file->section;
	if (b->section != INHERITED && status == 0)
		file->section = b->section < 0 ? named->list[~b->section].index : b->section;
	return status;
}

static void copy_ratings(struct rating_file *file, const struct block *b)
{
	struct rating *to = file->list;
	if (layout_timed(&file->layout))
		times_move(&file->time, b->place, &b->time, 0, b->n);
	for (size_t t = 0; t < b->n; t++) {
		struct rating r = b->list[t];
		if (r.user < 0)
			r.user = r.user == INHERITED ? b->inherited : b->users.list[~r.user].index;
		if (r.item < 0)
			r.item = r.item == INHERITED ? b->inherited : b->items.list[~r.item].index;
		to[b->place + t] = r;
	}
}

/* Checks that there is memory for what a batch adds. wide: of the times, where there are any. */
static int check_room(const struct rating_file *file, const struct batch *batch, bool timed,
		      bool wide, struct err *e)
{
	const size_t each_time = !timed ? 0 : wide ? sizeof(int64_t) : sizeof(int32_t);
	const uint64_t each = sizeof *file->list + each_time;
	uint64_t n = file->n, ids = 0;
	for (int i = 0; i < batch->n; i++) {
		n += batch->block[i].n;
		ids += batch->block[i].users.n + batch->block[i].items.n;
	}
	const bool widen = each_time > times_size(&file->time);
	const uint64_t list = n > file->capacity || widen ? (n + n / 2) * each : 0,
		       need = list + ids * BYTES_PER_ID;
	char what[64];
	snprintf(what, sizeof what, "%llu ratings and their ids need", (unsigned long long)n);
	return mem_check(need, batch->block[0].lines.path, what, e);
}

static int admit_batch(struct rating_file *file, struct batch *batch, struct ids *users,
		       struct ids *items, struct err *e)
{
	const bool timed = layout_timed(&file->layout);
	const size_t had = file->n;
	bool wide = file->time.ms;
	for (int i = 0; i < batch->n; i++)
		wide = wide || batch->block[i].time.ms;
	int status = check_room(file, batch, timed, wide, e);
	for (int i = 0; status == 0 && i < batch->n; i++)
		status = admit(file, &batch->block[i], users, items, e);
	if (status == 0)
		status = mem_grow(&file->list, &file->capacity, file->n, sizeof *file->list, e);
	if (status == 0 && timed)
		status = times_grow(&file->time, had, file->n, wide, e);
	if (status < 0)
		return status;
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int i = 0; i < batch->n; i++)
		copy_ratings(file, &batch->block[i]);
	return 0;
}

static int read_batch(struct reader *r, struct batch *batch, int room, struct err *e)
{
	const size_t enough = r->block * BLOCKS_PER_THREAD * (size_t)kernel_threads();
	size_t bytes = 0;
	int got = 1;
	batch->n = 0;
	while (batch->n < room && bytes < enough) {
		struct block *b = &batch->block[batch->n];
		got = reader_next_block(r, &b->buffer, &b->lines, e);
		if (got <= 0)
			break;
		bytes += lines_size(&b->lines);
		batch->n++;
	}
	return got < 0 ? got : 0;
}

static int batch_init(struct batch *batch, int room, struct err *e)
{
	*batch = (struct batch){ .block = mem_array((size_t)room, sizeof *batch->block, e) };
	return batch->block ? 0 : ERR_NOMEM;
}

static void batch_done(struct batch *batch, int room)
{
	for (int i = 0; batch->block && i < room; i++) {
		struct block *b = &batch->block[i];
		free(b->buffer);
		free(b->list);
		times_done(&b->time);
		free(b->users.list);
		free(b->items.list);
		free(b->fields);
	}
	free(batch->block);
}

/* Parses a batch and meanwhile reads the next one. */
static int parse_batch(struct rating_file *file, struct batch *now, struct reader *r,
		       struct batch *next, int room, const struct ids *users,
		       const struct ids *items, struct err *e)
{
	const struct context c = { file, r->options, users, items, layout_timed(&file->layout) };
	int status = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int i = -1; i < now->n; i++) {
		if (i < 0)
			status = read_batch(r, next, room, e);
		else
			rating_block_parse(&now->block[i], &c);
	}
	return status;
}

/* Takes the header, and gives each column of a matrix its user or item. Without a header they are
 * numbered from 1. */
static int take_header(struct rating_file *file, struct lines *lines, struct ids *ids,
		       struct err *e)
{
	const struct layout *l = &file->layout;
	struct field line = { 0 }, *name = NULL;
	int status = 0, found = 0;
	if (l->header)
		lines_next(lines, &line.text, &line.length);
	if (l->shape != MATRIX)
		return 0;
	const size_t room = (size_t)l->n_columns + 1;
	free(file->column);
	name = mem_array(room, sizeof *name, e);
	file->column = mem_array(room, sizeof *file->column, e);
	if (!name || !file->column)
		status = ERR_NOMEM;
	else if (l->header)
		found = fields_cut(l->separator, false, line.text, line.length, name, (int)room);
	const int shift = found == l->n_columns - 1; /* lines have ids, which have no name */
	for (int j = l->first_cell; status == 0 && j < l->n_columns; j++) {
		char number[24];
		struct field id = j - shift < found ? name[j - shift] : (struct field){ 0 };
		if (id.quoted)
			field_unquote(&id);
		if (column_is_summary(id.text, id.length)) {
			leave_out(file, &id, 1);
			file->column[j] = -1;
			continue;
		}
		if (id.length == 0) {
			id.length = (size_t)snprintf(number, sizeof number, "%d",
						     j - l->first_cell + 1);
			id.text = number;
		}
		id.length = id.length < ID_LONGEST ? id.length : ID_LONGEST;
		file->column[j] = ids_add(ids, id.text, id.length, e);
		status = file->column[j] < 0 ? file->column[j] : 0;
	}
	free(name);
	return status;
}

static int read_batches(struct rating_file *file, struct reader *r, struct ids *users,
			struct ids *items, struct err *e)
{
	const int room = kernel_threads() * SMALL_BLOCKS_PER_THREAD;
	struct batch now = { 0 }, next = { 0 };
	int status = batch_init(&now, room, e);
	if (status == 0)
		status = batch_init(&next, room, e);
	if (status == 0)
		status = read_batch(r, &now, room, e);
	if (status == 0)
		status = take_header(file, &now.block[0].lines,
				     file->layout.rows == USER ? items : users, e);
	while (status == 0 && now.n > 0) {
		status = parse_batch(file, &now, r, &next, room, users, items, e);
		if (status == 0)
			status = admit_batch(file, &now, users, items, e);
		if (status == 0)
			status = reader_tell(r, e);
		struct batch parsed = now;
		now = next;
		next = parsed;
	}
	batch_done(&now, room);
	batch_done(&next, room);
	return status;
}

/* What to type if the first bad line is no rating at all, or if all lines are bad. */
static const char *hint_of_bad(const struct rating_file *f)
{
	if (f->comment)
		return "; if it is a comment, remove such lines: grep -vE '^(#|%|//)' FILE > r.txt";
	if (f->n > 0 && f->rejected == 1 && f->first_line)
		return "; if the first line is no rating, type skip=1";
	if (f->n == 0 && f->rejected > 1 && f->layout.shape == MATRIX)
		return "; if a column holds no ratings, remove it from the file";
	if (f->n == 0 && f->rejected > 1 && f->layout.n_columns > 3 && !f->layout.header)
		return "; if the order is another, type columns=, such as "
		       "columns=item,user,-,rating";
	return "";
}

static int judge(const struct rating_file *file, const char *path, struct err *e)
{
	const int64_t good = (int64_t)file->n, bad = file->rejected;
	if (good + bad + file->missing == 0)
		return err_set(e, ERR_DATA, path, "has no ratings, only a header");
	const int64_t lines = file->layout.shape == MATRIX ? file->rows : good + bad;
	if (good > 0 && bad * 100 <= lines * BAD_LINES_PER_HUNDRED)
		return 0;
	if (bad == 0)
		return err_set(e, ERR_DATA, path, "has no ratings: all values are missing");
	return err_set(e, ERR_DATA, file->first_rejected.where,
		       "%s (%lld of %lld lines are bad; this is the first)%s",
		       file->first_rejected.message, (long long)bad, (long long)lines,
		       hint_of_bad(file));
}

/* Drops the times if more than TIMELESS_PER_HUNDRED are not understood: the column is something
 * else, or written in a way that cannot be told. */
static void judge_times(struct rating_file *f)
{
	if (!times_any(&f->time) || f->untimed * 100 <= f->n * TIMELESS_PER_HUNDRED)
		return;
	times_done(&f->time);
	f->times_dropped = true;
}

int rating_file_read(struct rating_file *f, char *const *paths, size_t n,
		     const struct load_options *options, struct ids *users, struct ids *items,
		     struct err *e)
{
	struct reader r;
	struct layout_hint hint = { .separator = f->format ? f->format->separator : NULL,
				    .columns = options->columns,
				    .matrix = f->format && f->format->matrix,
				    .rows = options->users_in_columns ? ITEM
					    : options->users_in_rows  ? USER
								      : NO_ROLE };
	int status = options->separator
			     ? layout_parse_separator(options->separator, &hint.separator, e)
			     : 0;
	if (status < 0 || (status = reader_open(&r, paths, n, options, e)) < 0)
		return status;
	status = reader_skip(&r, options->skip, e);
	if (status == 0)
		status = layout_find(&f->layout, &r, &hint, &columns_of_ratings, e);
	if (status == 0 && !f->format)
		f->format = format_of_file(paths[0], &f->layout);
	if (status == 0)
		status = read_batches(f, &r, users, items, e);
	reader_close(&r);
	judge_times(f);
	return status < 0 ? status : judge(f, paths[0], e);
}

void rating_file_done(struct rating_file *f)
{
	free(f->list);
	times_done(&f->time);
	free(f->column);
	f->list = NULL;
	f->column = NULL;
}
