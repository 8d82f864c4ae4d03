/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing: first the header, whose length is known in advance, with zeros for the checksum; then
 * the arrays, hashed while they are in the cache; last the checksum in its place. */
#include <stdlib.h>
#include <string.h>

#include "autorec/clock.h"
#include "autorec/file.h"
#include "autorec/mem.h"
#include "safetensors.h"

enum { PIECE = 1 << 20 };

/* Returns NULL if memory runs out. */
static json_t *describe(const struct safetensor *t, uint64_t begin)
{
	json_t *shape = json_array();
	const uint64_t end = begin + (uint64_t)t->n * safetensors_size(t->type);
	for (int i = 0; i < t->rank; i++)
		if (json_array_append_new(shape, json_integer(t->shape[i])) < 0) {
			json_decref(shape);
			return NULL;
		}
	return json_pack("{s:s, s:o, s:[I, I]}", "dtype", safetensors_type_name(t->type), "shape",
			 shape, "data_offsets", (json_int_t)begin, (json_int_t)end);
}

/* Returns NULL if memory runs out. */
static json_t *make_header(const struct safetensor *list, size_t count, const json_t *metadata)
{
	json_t *header = json_object(), *texts = json_object();
	uint64_t begin = 0;
	bool failed = json_object_update(texts, (json_t *)metadata) < 0;
	failed |= json_object_set_new(texts, SAFETENSORS_CHECKSUM,
				      json_string("00000000000000000000000000000000")) < 0;
	failed |= json_object_set_new(header, "__metadata__", texts) < 0;
	for (size_t i = 0; !failed && i < count; i++) {
		failed = json_object_set_new(header, list[i].name, describe(&list[i], begin)) < 0;
		begin += (uint64_t)list[i].n * safetensors_size(list[i].type);
	}
	if (!failed)
		return header;
	json_decref(header);
	return NULL;
}

/* The bytes before the arrays, *n of them. The caller frees them. */
static char *make_head(const struct safetensor *list, size_t count, const json_t *metadata,
		       size_t *n, struct err *e)
{
	json_t *header = make_header(list, count, metadata);
	char *json = header ? json_dumps(header, JSON_COMPACT) : NULL;
	if (json && mem_failed()) { /* without memory, jansson silently leaves out a name */
		free(json);
		json = NULL;
	}
	const size_t length = json ? strlen(json) : 0, padded = (length + 7) / 8 * 8;
	json_decref(header);
	char *head = json ? malloc(8 + padded + 1) : NULL;
	if (!head) {
		err_set(e, ERR_NOMEM, NULL, "out of memory for the file's header");
	} else {
		for (int i = 0; i < 8; i++)
			head[i] = (char)(padded >> 8 * i);
		memcpy(head + 8, json, length);
		memset(head + 8 + length, ' ', padded - length);
		head[8 + padded] = 0;
	}
	free(json);
	*n = 8 + padded;
	return head;
}

static int put_arrays(struct file *f, const struct safetensor *list, size_t count,
		      XXH3_state_t *sum, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const char *p = list[i].data;
		for (size_t left = (size_t)list[i].n * safetensors_size(list[i].type); left > 0;) {
			const size_t n = left < PIECE ? left : PIECE;
			XXH3_128bits_update(sum, p, n);
			if (file_put(f, p, n, e) < 0)
				return e->code;
			p += n;
			left -= n;
		}
	}
	return 0;
}

static int put_all(struct file *f, char *head, size_t n, const struct safetensor *list,
		   size_t count, struct err *e)
{
	char digits[SAFETENSORS_DIGITS + 1];
	XXH3_state_t *sum = XXH3_createState();
	if (!sum)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	XXH3_128bits_reset(sum);
	XXH3_128bits_update(sum, head, n);
	int status = file_put(f, head, n, e);
	if (status == 0)
		status = put_arrays(f, list, count, sum, e);
	safetensors_print_sum(XXH3_128bits_digest(sum), digits);
	if (status == 0)
		status = file_put_at(f, digits, SAFETENSORS_DIGITS,
				     safetensors_digits(head, n) - head, e);
	XXH3_freeState(sum);
	return status;
}

static int write_show(const struct safetensors_judge *judge, const struct file *f, struct err *e)
{
	struct err why;
	const int status = judge->accept(judge->ctx, f->temporary, &why);
	return status < 0 ? err_set(e, status, f->path,
				    "is unchanged; the new file would not open: %s", why.message)
			  : 0;
}

int safetensors_write(const char *path, const struct safetensor *list, size_t count,
		      const json_t *metadata, const struct safetensors_judge *judge,
		      struct safetensors_times *times, struct err *e)
{
	const double began = clock_seconds();
	struct file f;
	size_t n;
	char *head = make_head(list, count, metadata, &n, e);
	int status = head ? 0 : ERR_NOMEM;
	if (status == 0 && n - 8 > SAFETENSORS_MAX_HEADER)
		status = err_set(e, ERR_FAILED, path,
				 "would need a header of %zu bytes, but at most %d are allowed",
				 n - 8, SAFETENSORS_MAX_HEADER);
	for (size_t i = 0; status == 0 && i < count; i++)
		if (!safetensors_is_finite(&list[i]))
			status = err_set(e, ERR_FAILED, path,
					 "was not written: tensor %s has a number that is infinite "
					 "or NaN, so the file would not open",
					 list[i].name);
	if (status == 0)
		status = file_begin(&f, path, FILE_ONLY, e);
	if (status < 0) {
		free(head);
		return status;
	}
	f.keep_old = true;
	status = put_all(&f, head, n, list, count, e);
	if (status == 0 && judge && f.temporary[0])
		status = write_show(judge, &f, e);
	const double written = clock_seconds();
	if (status < 0)
		file_abandon(&f);
	else
		status = file_commit(&f, e);
	free(head);
	if (times) {
		*times = (struct safetensors_times){ .written = written - began,
						     .synchronized = clock_seconds() - written,
						     .bytes = (int64_t)n };
		for (size_t i = 0; i < count; i++)
			times->bytes += list[i].n * (int64_t)safetensors_size(list[i].type);
	}
	return status;
}
