/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file is read in blocks of whole lines. A few blocks at a time are parsed, one thread
 * each, while the next few are read. During parsing the maps of ids do not grow. An id that is
 * missing is noted in its block, and added when the blocks are taken in the order of the file.
 * So the list is the same as with one thread. Threads wait only for new ids, which are rare
 * except at the beginning. */
#include "rating_file.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "format.h"
#include "rating_line.h"

enum {
	BAD_LINES_FREE = 1, /* accepted even in a short file: perhaps a header of unknown words */
	BAD_LINES_PER_HUNDRED = 1,
	BLOCKS_PER_THREAD =
		4, /* read at a time: threads finish together, and little memory is touched */
	BYTES_PER_ID = 128,           /* estimate for the maps */
	SMALL_BLOCKS_PER_THREAD = 64, /* limit if files end before their blocks are full */
};

/* The users or the items of a block. */
struct block_ids {
	/* Of the previous line, with its index: files are often sorted by one of the two. */
	struct field last;
	int32_t last_index;
	struct new_id {
		const char *text; /* in the block */
		uint32_t length;
		int32_t index; /* once it is added */
	} * list;              /* [n]: in the order of the file, possibly repeated */
	size_t n, capacity;
};

/* The item of a rating whose section began in an earlier block. */
enum { INHERITED = INT32_MIN };

struct block {
	char *buffer;
	struct lines lines;
	struct rating *list; /* [n]; user or item ~i is the i-th new one */
	/* The item of the current line; at the end, of the first lines of the next block. */
	int32_t section;
	int32_t inherited; /* the item of its INHERITED ratings */
	size_t n, capacity;
	size_t place; /* of these ratings in the file's list */
	struct block_ids users, items;
	int64_t rejected;
	struct err bad; /* the first rejected line: message and place */
	int64_t bad_line;
	size_t bad_offset;
	int status;
};

struct batch {
	struct block *block; /* [n] are in use */
	int n;
};

static int find_id(struct block_ids *b, const struct ids *known, const struct field *id,
		   int32_t *index)
{
	if (id->length == b->last.length && !memcmp(id->text, b->last.text, id->length)) {
		*index = b->last_index;
		return 0;
	}
	*index = ids_find(known, id->text, id->length);
	if (*index < 0) {
		if (mem_grow(&b->list, &b->capacity, b->n + 1, sizeof *b->list, NULL) < 0)
			return ERR_NOMEM;
		b->list[b->n] = (struct new_id){ .text = id->text, .length = (uint32_t)id->length };
		*index = ~(int32_t)b->n++;
	}
	b->last = *id;
	b->last_index = *index;
	return 0;
}

/* Takes a line such as "7:". If it is bad, the ratings below it belong to no known item. */
static int take_section(struct block *b, struct rating_line *l, const struct ids *items)
{
	int status = rating_line_section(l, &b->bad);
	return status == 0 ? find_id(&b->items, items, &l->item, &b->section) : status;
}

/* Takes one line. A bad line is ERR_DATA and adds no user or item. */
static int rating_file_take_line(struct block *b, struct rating_line *l,
				 const struct rating_file *file, const struct load_options *o,
				 const struct ids *users, const struct ids *items)
{
	struct rating *r;
	int status = rating_line_parse(l, &file->layout, o, b->rejected == 0 ? &b->bad : NULL);
	if (status < 0)
		return status;
	if (mem_grow(&b->list, &b->capacity, b->n + 1, sizeof *b->list, NULL) < 0)
		return ERR_NOMEM;
	r = &b->list[b->n++];
	r->value = l->value;
	r->item = b->section;
	status = find_id(&b->users, users, &l->user, &r->user);
	return status == 0 && !file->layout.sections ? find_id(&b->items, items, &l->item, &r->item)
						     : status;
}

static int parse_line(struct block *b, struct rating_line *l, const struct rating_file *file,
		      const struct load_options *o, const struct ids *users,
		      const struct ids *items)
{
	bool section = file->layout.sections && layout_section(l->text, l->length, &l->item);
	int status = section ? take_section(b, l, items)
			     : rating_file_take_line(b, l, file, o, users, items);
	if (status != ERR_DATA)
		return status;
	if (section || b->rejected++ == 0) {
		b->bad_line = b->lines.number;
		b->bad_offset = (size_t)(l->bad - l->text);
	}
	return section ? status : 0;
}

static void parse_block(struct block *b, const struct rating_file *file,
			const struct load_options *o, const struct ids *users,
			const struct ids *items)
{
	struct rating_line l;
	b->n = b->users.n = b->items.n = 0;
	b->users.last.length = b->items.last.length = 0; /* matches no id */
	b->section = INHERITED;
	b->rejected = 0;
	b->status = 0;
	while (b->status == 0 && lines_next(&b->lines, &l.text, &l.length))
		b->status = parse_line(b, &l, file, o, users, items);
}

static int add_ids(struct block_ids *b, struct ids *ids, struct err *e)
{
	for (size_t i = 0; i < b->n; i++) {
		b->list[i].index = ids_add(ids, b->list[i].text, b->list[i].length, e);
		if (b->list[i].index < 0)
			return b->list[i].index;
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
	if (b->n > 0 && b->list[0].item == INHERITED && file->section < 0)
		return err_set(
			e, ERR_DATA, file->path,
			"has ratings before its first item, expected a line such as \"7:\" first");
	if (file->rejected == 0 && b->rejected > 0)
		place_bad(file, b, &file->first_rejected);
	file->rejected += b->rejected;
	file->lines += b->lines.number;
	file->line += b->lines.number;
	b->place = file->n;
	file->n += b->n;
	int status = add_ids(&b->users, users, e);
	if (status == 0)
		status = add_ids(&b->items, items, e);
	b->inherited = file->section;
	if (b->section != INHERITED)
		file->section = b->section < 0 ? b->items.list[~b->section].index : b->section;
	return status;
}

static void copy_ratings(struct rating *to, const struct block *b)
{
	for (size_t t = 0; t < b->n; t++) {
		struct rating r = b->list[t];
		if (r.user < 0)
			r.user = b->users.list[~r.user].index;
		if (r.item < 0)
			r.item = r.item == INHERITED ? b->inherited : b->items.list[~r.item].index;
		to[b->place + t] = r;
	}
}

/* Checks that there is memory for what a batch adds. */
static int check_room(const struct rating_file *file, const struct batch *batch, struct err *e)
{
	uint64_t n = file->n, ids = 0;
	for (int i = 0; i < batch->n; i++) {
		n += batch->block[i].n;
		ids += batch->block[i].users.n + batch->block[i].items.n;
	}
	const uint64_t list = n > file->capacity ? (n + n / 2) * sizeof *file->list : 0,
		       need = list + ids * BYTES_PER_ID;
	char what[64];
	snprintf(what, sizeof what, "%llu ratings and their ids need", (unsigned long long)n);
	return mem_check(need, batch->block[0].lines.path, what, e);
}

static int admit_batch(struct rating_file *file, struct batch *batch, struct ids *users,
		       struct ids *items, struct err *e)
{
	int status = check_room(file, batch, e);
	for (int i = 0; status == 0 && i < batch->n; i++)
		status = admit(file, &batch->block[i], users, items, e);
	if (status == 0)
		status = mem_grow(&file->list, &file->capacity, file->n, sizeof *file->list, e);
	if (status < 0)
		return status;
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int i = 0; i < batch->n; i++)
		copy_ratings(file->list, &batch->block[i]);
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
		bytes += (size_t)(b->lines.end - b->lines.at);
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
		free(b->users.list);
		free(b->items.list);
	}
	free(batch->block);
}

/* Parses a batch and meanwhile reads the next one. */
static int parse_batch(struct rating_file *file, struct batch *now, struct reader *r,
		       struct batch *next, int room, const struct ids *users,
		       const struct ids *items, struct err *e)
{
	int status = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int i = -1; i < now->n; i++) {
		if (i < 0)
			status = read_batch(r, next, room, e);
		else
			parse_block(&now->block[i], file, r->options, users, items);
	}
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
	if (status == 0 && file->layout.header) {
		struct rating_line header;
		lines_next(&now.block[0].lines, &header.text, &header.length);
	}
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

static int judge(const struct rating_file *file, const char *path, struct err *e)
{
	int64_t good = (int64_t)file->n, bad = file->rejected;
	if (good + bad == 0)
		return err_set(e, ERR_DATA, path, "has no ratings, only a header");
	if (good > 0 &&
	    (bad <= BAD_LINES_FREE || bad * 100 <= (good + bad) * BAD_LINES_PER_HUNDRED))
		return 0;
	return err_set(e, ERR_DATA, file->first_rejected.where,
		       "%s (%lld of %lld lines are bad; this is the first)",
		       file->first_rejected.message, (long long)bad, (long long)(good + bad));
}

int rating_file_read(struct rating_file *f, char *const *paths, size_t n,
		     const struct load_options *options, struct ids *users, struct ids *items,
		     struct err *e)
{
	struct reader r;
	struct layout_hint hint = { .separator = f->format ? f->format->separator : NULL,
				    .columns = options->columns };
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
	return status < 0 ? status : judge(f, paths[0], e);
}

void rating_file_done(struct rating_file *f)
{
	free(f->list);
	f->list = NULL;
}
