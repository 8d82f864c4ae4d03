/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Named arrays of numbers in a file, in the common safetensors layout:
 *
 *     8 bytes    N, little-endian: the length of the header
 *     N bytes    JSON: {"__metadata__": {key: text},
 *                name: {"dtype", "shape", "data_offsets": [begin, end]}, ...}
 *     the rest   the arrays, little-endian, end to end
 *
 * Files come from outside. Every length and place is checked before it is used, and nothing is
 * allocated by the file's word until the whole header is valid. This reader has stricter rules than
 * the layout. The header has at most 1 MiB, is padded to a multiple of 8 bytes, has at most 4
 * levels and no repeated keys. Arrays have rank 4 at most and follow each other without gaps in the
 * order of the header. Numbers are finite. The metadata holds the file's checksum.
 *
 * Only one thread at a time may use a struct safetensors. */
#ifndef AUTOREC_SAFETENSORS_H
#define AUTOREC_SAFETENSORS_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"
#include "autorec/progress.h"

/* The metadata key of the checksum: XXH128 of the whole file, computed with zeros in place of these
 * 32 hexadecimal digits. */
#define SAFETENSORS_CHECKSUM "autorec.xxh128"

enum { SAFETENSORS_MAX_RANK = 4, SAFETENSORS_MAX_HEADER = 1 << 20, SAFETENSORS_MAX_NAME = 64 };
enum safetensors_type {
	SAFETENSORS_F32,
	SAFETENSORS_F64,
	SAFETENSORS_I32,
	SAFETENSORS_I64,
	SAFETENSORS_U8
};

struct safetensor {
	char name[SAFETENSORS_MAX_NAME];
	enum safetensors_type type;
	int rank;
	int64_t shape[SAFETENSORS_MAX_RANK]; /* [rank] */
	int64_t n;                           /* numbers: the product of shape */
	void *data;                          /* [n]; NULL until safetensors_read */
};

size_t safetensors_size(enum safetensors_type type); /* bytes per number */
const char *safetensors_type_name(enum safetensors_type type);

/* ---- reading ------------------------------------------------------------ */

struct safetensors {
	char path[PATH_MAX];     /* for messages: clean text */
	struct safetensor *list; /* [n], in the order of the file */
	size_t n;
	json_t *header, *metadata; /* metadata: an object of strings, borrowed from header */
	int fd;
	char *head; /* [head_bytes]: the bytes before the arrays */
	size_t head_bytes;
	uint64_t bytes; /* of all arrays */
	void *memory;   /* of the arrays */
};

/* Reads and checks everything but the arrays. Call safetensors_close even after a failure.
 * Errors: ERR_IO if the system reports one, ERR_DATA if the file is invalid; both have the
 * path as the place. */
int safetensors_open(struct safetensors *f, const char *path, struct err *e);
/* Reads the arrays; checks the checksum and that every number is finite. ERR_NOMEM;
 * ERR_INTERRUPTED if progress (NULL: none) stops it. */
int safetensors_read(struct safetensors *f, const struct progress *progress, struct err *e);
/* Checks the checksum without keeping the arrays. */
int safetensors_check(struct safetensors *f, struct err *e);
void safetensors_close(struct safetensors *f);

const struct safetensor *safetensors_find(const struct safetensors *f,
					  const char *name); /* Returns NULL if there is none. */
const char *safetensors_text(const struct safetensors *f,
			     const char *key); /* A text of the metadata; NULL if there is none. */

/* ---- writing ------------------------------------------------------------ */

struct safetensors_times {
	/* Seconds to hand everything to the system, and from then until it was on the disk. */
	double written, synchronized;
	int64_t bytes;
};

/* Inspects the new file before it takes its name. A negative answer rejects it. */
struct safetensors_judge {
	int (*accept)(const void *ctx, const char *path, struct err *e);
	const void *ctx;
};

/* Writes n arrays in this order as a new file that replaces the old one, which is kept beside it
 * (file_previous). Arrays with larger numbers come first, so that each array is aligned to its
 * number size. `metadata` is an object of strings; `judge` and `times` may be NULL. Errors: ERR_IO;
 * ERR_FAILED for a header that is too long or a number that is not finite, since such a file could
 * not be opened. After an error the old file is unchanged. */
int safetensors_write(const char *path, const struct safetensor *list, size_t n,
		      const json_t *metadata, const struct safetensors_judge *judge,
		      struct safetensors_times *times, struct err *e);

#endif
