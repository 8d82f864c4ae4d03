/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading. First the header is checked, in this order: its length, its JSON, the type, shape
 * and place of each array, their total. Then the arrays are read and the checksum of the whole
 * file is checked. */
#include "autorec/safetensors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "autorec/input.h"
#include "autorec/mem.h"
#include "autorec/text.h"
#include "safetensors.h"

enum {
	MAX_DEPTH = 4,
	PIECE = 1 << 20 /* bytes read at a time, and hashed while they are in the cache */
};

static const struct {
	const char *name;
	size_t size;
} types[] = {
	[SAFETENSORS_F32] = { "F32", 4 }, [SAFETENSORS_F64] = { "F64", 8 },
	[SAFETENSORS_I32] = { "I32", 4 }, [SAFETENSORS_I64] = { "I64", 8 },
	[SAFETENSORS_U8] = { "U8", 1 },
};
enum { N_TYPES = sizeof types / sizeof types[0] };

size_t safetensors_size(enum safetensors_type type)
{
	return types[type].size;
}

const char *safetensors_type_name(enum safetensors_type type)
{
	return types[type].name;
}

/* ---- the header --------------------------------------------------------- */

/* Reads n bytes from the current place. ERR_DATA if the file ends before them. */
static int safetensors_read_all(const struct safetensors *f, void *to, size_t n, struct err *e)
{
	for (char *p = to; n > 0;) {
		const ssize_t done = read(f->fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set(e, ERR_IO, f->path, "cannot be read: %s", strerror(errno));
		if (done == 0)
			return err_set(e, ERR_DATA, f->path, "is cut off: it ends %zu bytes early",
				       n);
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Reads the header and its length; *size receives the size of the file. */
static int read_head(struct safetensors *f, uint64_t *size, struct err *e)
{
	struct stat s;
	unsigned char length[8];
	uint64_t n = 0;
	if (fstat(f->fd, &s) < 0)
		return err_set(e, ERR_IO, f->path, "cannot be read: %s", strerror(errno));
	*size = (uint64_t)s.st_size;
	if (*size < sizeof length)
		return err_set(e, ERR_DATA, f->path,
			       "is %llu bytes long; a saved model begins with 8 bytes that give "
			       "the length of its header",
			       (unsigned long long)*size);
	int status = safetensors_read_all(f, length, sizeof length, e);
	if (status < 0)
		return status;
	for (int i = 7; i >= 0; i--)
		n = n << 8 | length[i];
	if (n > SAFETENSORS_MAX_HEADER)
		return err_set(e, ERR_DATA, f->path,
			       "begins with a header of %llu bytes, expected at most %d: this is "
			       "not a saved model",
			       (unsigned long long)n, SAFETENSORS_MAX_HEADER);
	if (n == 0 || n % 8)
		return err_set(e, ERR_DATA, f->path,
			       "begins with a header of %llu bytes, expected a multiple of 8",
			       (unsigned long long)n);
	if (n > *size - sizeof length)
		return err_set(e, ERR_DATA, f->path,
			       "is cut off: its header has %llu bytes, but the file ends after "
			       "%llu of them",
			       (unsigned long long)n, (unsigned long long)(*size - sizeof length));
	f->head_bytes = sizeof length + n;
	f->head = mem_room(f->head_bytes, 1, e);
	if (!f->head)
		return ERR_NOMEM;
	memcpy(f->head, length, sizeof length);
	return safetensors_read_all(f, f->head + sizeof length, n, e);
}

/* Is the header nested deeper than MAX_DEPTH? Looks at the bytes, so that such a header
 * is never parsed. */
static bool too_deep(const char *bytes, size_t n)
{
	int depth = 0;
	bool in_text = false;
	for (size_t i = 0; i < n; i++) {
		if (in_text && bytes[i] == '\\')
			i++;
		else if (bytes[i] == '"')
			in_text = !in_text;
		else if (!in_text && (bytes[i] == '{' || bytes[i] == '['))
			depth++;
		else if (!in_text && (bytes[i] == '}' || bytes[i] == ']'))
			depth--;
		if (depth > MAX_DEPTH)
			return true;
	}
	return false;
}

static int parse_json(struct safetensors *f, struct err *e)
{
	const char *json = f->head + 8;
	const size_t n = f->head_bytes - 8;
	json_error_t error;
	if (json[0] != '{')
		return err_set(
			e, ERR_DATA, f->path,
			"has a header that does not begin with {: this is not a saved model");
	if (too_deep(json, n))
		return err_set(e, ERR_DATA, f->path,
			       "has a header with more than %d levels of brackets", MAX_DEPTH);
	f->header = json_loadb(json, n, JSON_REJECT_DUPLICATES, &error);
	if (f->header)
		return 0;
	if (json_error_code(&error) == json_error_out_of_memory || mem_failed())
		return err_set(e, ERR_NOMEM, f->path, "out of memory for its header");
	if (json_error_code(&error) == json_error_duplicate_key)
		return err_set(e, ERR_DATA, f->path,
			       "has a header in which a name is repeated, at byte %d",
			       8 + error.position);
	return err_set(e, ERR_DATA, f->path, "has a header that is not JSON, at byte %d",
		       8 + error.position);
}

static int check_metadata(struct safetensors *f, struct err *e)
{
	const char *key;
	json_t *value;
	f->metadata = json_object_get(f->header, "__metadata__");
	if (!json_is_object(f->metadata))
		return err_set(e, ERR_DATA, f->path,
			       "has no __metadata__: it was not saved by this program");
	json_object_foreach (f->metadata, key, value)
		if (!json_is_string(value))
			return err_set(e, ERR_DATA, f->path, "has metadata that are not strings");
	return 0;
}

/* ---- the arrays' descriptions ------------------------------------------- */

static int bad_tensor(const struct safetensors *f, const struct safetensor *t, struct err *e,
		      const char *what)
{
	return err_set(e, ERR_DATA, f->path, "tensor %s: %s", t->name, what);
}

static int take_type(const struct safetensors *f, struct safetensor *t, const json_t *entry,
		     struct err *e)
{
	const char *type = json_string_value(json_object_get(entry, "dtype"));
	for (int i = 0; type && i < N_TYPES; i++)
		if (!strcmp(type, types[i].name)) {
			t->type = (enum safetensors_type)i;
			return 0;
		}
	return bad_tensor(f, t, e, "its dtype is not one of F32, F64, I32, I64, U8");
}

/* Reads the shape and n, and checks that the number of bytes does not overflow. */
static int take_shape(const struct safetensors *f, struct safetensor *t, const json_t *entry,
		      struct err *e)
{
	const json_t *shape = json_object_get(entry, "shape");
	int64_t bytes;
	if (!json_is_array(shape))
		return bad_tensor(f, t, e, "it has no shape");
	if (json_array_size(shape) > SAFETENSORS_MAX_RANK)
		return bad_tensor(f, t, e, "its shape has more than 4 dimensions");
	t->rank = (int)json_array_size(shape);
	t->n = 1;
	for (int i = 0; i < t->rank; i++) {
		const json_t *side = json_array_get(shape, (size_t)i);
		t->shape[i] = json_integer_value(side);
		if (!json_is_integer(side) || t->shape[i] < 0)
			return bad_tensor(f, t, e,
					  "its shape is not a list of whole numbers from 0 up");
		if (__builtin_mul_overflow(t->n, t->shape[i], &t->n))
			return bad_tensor(f, t, e, "its shape is too large");
	}
	if (__builtin_mul_overflow(t->n, (int64_t)types[t->type].size, &bytes))
		return bad_tensor(f, t, e, "its shape is too large");
	return 0;
}

/* Reads the place, which must be where the previous array ended. */
static int take_place(const struct safetensors *f, struct safetensor *t, const json_t *entry,
		      uint64_t *end, struct err *e)
{
	const json_t *place = json_object_get(entry, "data_offsets");
	const json_t *from = json_array_get(place, 0), *to = json_array_get(place, 1);
	if (json_array_size(place) != 2 || !json_is_integer(from) || !json_is_integer(to))
		return bad_tensor(f, t, e, "its data_offsets are not two whole numbers");
	const int64_t begin = json_integer_value(from), behind = json_integer_value(to);
	if (begin < 0 || (uint64_t)begin != *end)
		return err_set(e, ERR_DATA, f->path,
			       "tensor %s: it begins at byte %lld, expected %llu, the end of the "
			       "previous tensor",
			       t->name, (long long)begin, (unsigned long long)*end);
	if (behind < begin || behind - begin != t->n * (int64_t)types[t->type].size)
		return err_set(e, ERR_DATA, f->path,
			       "tensor %s: it ends at byte %lld, but its shape and dtype say %lld",
			       t->name, (long long)behind,
			       (long long)(begin + t->n * (int64_t)types[t->type].size));
	if ((uint64_t)begin % types[t->type].size)
		return err_set(e, ERR_DATA, f->path,
			       "tensor %s: it begins at byte %lld, expected a multiple of %zu",
			       t->name, (long long)begin, types[t->type].size);
	*end = (uint64_t)behind;
	return 0;
}

static int take_tensor(struct safetensors *f, const char *name, const json_t *entry, uint64_t *end,
		       struct err *e)
{
	struct safetensor *t = &f->list[f->n++];
	char clean[3 * SAFETENSORS_MAX_NAME + 1];
	const size_t length = strlen(name);
	if (length == 0 || length >= SAFETENSORS_MAX_NAME ||
	    text_clean(name, length, true, clean, sizeof clean) != length || strcmp(name, clean))
		return err_set(e, ERR_DATA, f->path,
			       "has a tensor whose name is not a string of 1 to %d bytes",
			       SAFETENSORS_MAX_NAME - 1);
	strcpy(t->name, name);
	if (!json_is_object(entry) || json_object_size(entry) != 3)
		return bad_tensor(f, t, e,
				  "it does not have exactly dtype, shape and data_offsets");
	int status = take_type(f, t, entry, e);
	if (status == 0)
		status = take_shape(f, t, entry, e);
	return status < 0 ? status : take_place(f, t, entry, end, e);
}

/* `size`: of the file. */
static int take_tensors(struct safetensors *f, uint64_t size, struct err *e)
{
	const char *name;
	json_t *entry;
	uint64_t end = 0;
	f->list = mem_array(json_object_size(f->header), sizeof *f->list, e);
	if (!f->list)
		return ERR_NOMEM;
	json_object_foreach (f->header, name, entry)
		if (strcmp(name, "__metadata__") && take_tensor(f, name, entry, &end, e) < 0)
			return ERR_DATA;
	const uint64_t there = size - f->head_bytes;
	if (there < end)
		return err_set(e, ERR_DATA, f->path,
			       "is cut off: its tensors need %llu bytes, but only %llu are there",
			       (unsigned long long)end, (unsigned long long)there);
	if (there > end)
		return err_set(e, ERR_DATA, f->path, "has %llu bytes after its last tensor",
			       (unsigned long long)(there - end));
	f->bytes = end;
	return 0;
}

int safetensors_open(struct safetensors *f, const char *path, struct err *e)
{
	uint64_t size = 0;
	*f = (struct safetensors){ 0 };
	text_clean(path, strlen(path), true, f->path, sizeof f->path);
	f->fd = input_open(path, NULL, e);
	int status = f->fd < 0 ? f->fd : read_head(f, &size, e);
	if (status == 0)
		status = parse_json(f, e);
	if (status == 0)
		status = check_metadata(f, e);
	return status < 0 ? status : take_tensors(f, size, e);
}

/* ---- the arrays --------------------------------------------------------- */

char *safetensors_digits(char *head, size_t n)
{
	static const char key[] = "\"" SAFETENSORS_CHECKSUM "\":\"";
	char *at = memmem(head, n, key, sizeof key - 1);
	if (!at)
		return NULL;
	at += sizeof key - 1;
	return head + n - at > SAFETENSORS_DIGITS && at[SAFETENSORS_DIGITS] == '"' ? at : NULL;
}

void safetensors_print_sum(XXH128_hash_t sum, char *digits)
{
	snprintf(digits, SAFETENSORS_DIGITS + 1, "%016llx%016llx", (unsigned long long)sum.high64,
		 (unsigned long long)sum.low64);
}

/* Sums the arrays' bytes, and keeps them where there is memory for them; `piece`, [PIECE], where
 * there is none. */
static int sum_arrays(struct safetensors *f, char *piece, const struct progress *progress,
		      XXH3_state_t *sum, struct err *e)
{
	char *p = piece ? piece : f->memory;
	for (uint64_t left = f->bytes; left > 0;) {
		const size_t n = left < PIECE ? (size_t)left : PIECE;
		int status = safetensors_read_all(f, p, n, e);
		if (status < 0)
			return status;
		XXH3_128bits_update(sum, p, n);
		p += piece ? 0 : n;
		left -= n;
		if (!progress_go_on(progress, 1 - (double)left / (double)f->bytes))
			return err_set(e, ERR_INTERRUPTED, NULL, "stopped; nothing has changed");
	}
	return 0;
}

static void place_arrays(struct safetensors *f)
{
	char *p = f->memory;
	for (size_t i = 0; i < f->n; i++) {
		f->list[i].data = p;
		p += (size_t)f->list[i].n * types[f->list[i].type].size;
	}
}

/* An exponent of all ones means infinity or NaN. */
bool safetensors_is_finite(const struct safetensor *t)
{
	unsigned bad = 0;
	if (t->type == SAFETENSORS_F32) {
		const uint32_t *bits = t->data;
#pragma omp simd reduction(| : bad)
		for (int64_t i = 0; i < t->n; i++)
			bad |= (bits[i] & 0x7f800000u) == 0x7f800000u;
	} else if (t->type == SAFETENSORS_F64) {
		const uint64_t *bits = t->data;
#pragma omp simd reduction(| : bad)
		for (int64_t i = 0; i < t->n; i++)
			bad |= (bits[i] & 0x7ff0000000000000u) == 0x7ff0000000000000u;
	}
	return !bad;
}

static int check_sum(struct safetensors *f, char *piece, const struct progress *progress,
		     XXH3_state_t *sum, struct err *e)
{
	char digits[SAFETENSORS_DIGITS + 1], *place = safetensors_digits(f->head, f->head_bytes);
	if (!place)
		return err_set(e, ERR_DATA, f->path,
			       "has no checksum (%s): it was not saved by this program",
			       SAFETENSORS_CHECKSUM);
	memcpy(digits, place, SAFETENSORS_DIGITS);
	memset(place, '0', SAFETENSORS_DIGITS);
	XXH3_128bits_reset(sum);
	XXH3_128bits_update(sum, f->head, f->head_bytes);
	memcpy(place, digits, SAFETENSORS_DIGITS);
	int status = sum_arrays(f, piece, progress, sum, e);
	if (status < 0)
		return status;
	safetensors_print_sum(XXH3_128bits_digest(sum), digits);
	if (memcmp(digits, place, SAFETENSORS_DIGITS))
		return err_set(e, ERR_DATA, f->path,
			       "is damaged: it states checksum %.8s..., but its bytes have %.8s...",
			       place, digits);
	return 0;
}

int safetensors_read(struct safetensors *f, const struct progress *progress, struct err *e)
{
	if (mem_check(f->bytes, f->path, "needs", e) < 0)
		return ERR_NOMEM;
	XXH3_state_t *sum = XXH3_createState();
	f->memory = mem_room((size_t)f->bytes, 1, e);
	int status = f->memory && sum
			     ? check_sum(f, NULL, progress, sum, e)
			     : err_set(e, ERR_NOMEM, f->path, "is too large for the memory");
	XXH3_freeState(sum);
	if (status == 0)
		place_arrays(f);
	for (size_t i = 0; status == 0 && i < f->n; i++)
		if (!safetensors_is_finite(&f->list[i]))
			status = bad_tensor(f, &f->list[i], e,
					    "it has a number that is infinite or NaN");
	return status;
}

int safetensors_check(struct safetensors *f, struct err *e)
{
	XXH3_state_t *sum = XXH3_createState();
	char *piece = mem_room(PIECE, 1, e);
	int status = piece && sum ? check_sum(f, piece, NULL, sum, e)
				  : err_set(e, ERR_NOMEM, f->path, "out of memory");
	XXH3_freeState(sum);
	free(piece);
	return status;
}

void safetensors_close(struct safetensors *f)
{
	if (f->fd >= 0)
		close(f->fd);
	json_decref(f->header);
	free(f->list);
	free(f->head);
	free(f->memory);
	*f = (struct safetensors){ .fd = -1 };
}

const struct safetensor *safetensors_find(const struct safetensors *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->list[i].name, name))
			return &f->list[i];
	return NULL;
}

const char *safetensors_text(const struct safetensors *f, const char *key)
{
	return json_string_value(json_object_get(f->metadata, key));
}
