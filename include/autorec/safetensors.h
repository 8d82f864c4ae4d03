/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Named arrays of numbers in a file, as safetensors lays them out, which every tool of the field
 * reads:
 *
 *     8 bytes            N, little-endian: the length of the header
 *     N bytes            JSON: {"__metadata__": {key: text}, name: {"dtype", "shape",
 * "data_offsets": [begin, end]}, ...} the rest           the arrays, little-endian, one behind the
 * other
 *
 * Files come from outside: a length or a place is checked before it is used, and nothing as large
 * as the file says is allocated before the whole header has proved sound.  Beyond the layout's own
 * rules this reader wants a header of at most 1 MiB, padded to a multiple of 8 bytes, at most 4
 * levels deep, without repeated keys; arrays of rank 4 at most that follow each other without gaps
 * in the header's order; finite numbers; and, in the metadata, the file's checksum.
 *
 * One thread at a time may use a struct safetensors. */
#ifndef AUTOREC_SAFETENSORS_H
#define AUTOREC_SAFETENSORS_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autorec/err.h"

/* The metadata's key of the checksum: XXH128 over the whole file with these 32 hexadecimal digits
 * as zeros. */
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

size_t safetensors_size(enum safetensors_type type); /* bytes a number */
const char *safetensors_type_name(enum safetensors_type type);

/* ---- reading ------------------------------------------------------------ */

struct safetensors {
	char path[PATH_MAX];     /* for messages: clean text */
	struct safetensor *list; /* [n], as they follow each other in the file */
	size_t n;
	json_t *header, *metadata; /* metadata: borrowed from header, an object of strings */
	int fd;
	char *head; /* [head_bytes]: the file's bytes in front of the arrays */
	size_t head_bytes;
	uint64_t bytes; /* of all arrays */
	void *memory;   /* theirs */
};

/* Reads and checks all but the arrays.  safetensors_close frees, also after a failure.  Errors:
 * ERR_IO when the system refuses, ERR_DATA when the file is not as it should be, both with the path
 * as their place. */
int safetensors_open(struct safetensors *f, const char *path, struct err *e);
/* Reads the arrays, checks the sum and that every number is finite.  ERR_NOMEM when there is no
 * room. */
int safetensors_read(struct safetensors *f, struct err *e);
/* Checks the sum without keeping the arrays. */
int safetensors_check(struct safetensors *f, struct err *e);
void safetensors_close(struct safetensors *f);

const struct safetensor *safetensors_find(const struct safetensors *f,
					  const char *name); /* NULL: there is none */
const char *safetensors_text(const struct safetensors *f,
			     const char *key); /* of the metadata; NULL: there is none */

/* ---- writing ------------------------------------------------------------ */

struct safetensors_times {
	double written, synchronised; /* seconds until all was handed to the system; from then until
					 it was on the disk */
	int64_t bytes;
};

/* Is shown the new file before it takes the name; a negative answer keeps it from that. */
struct safetensors_judge {
	int (*accept)(const void *ctx, const char *path, struct err *e);
	const void *ctx;
};

/* Writes the n arrays in this order, those with the largest numbers first, so that each begins at a
 * multiple of its numbers' size, as a new file in the old one's place, which stays beside it
 * (file_previous).  `metadata`: an object of strings.  `judge`, `times` may be NULL.  Errors:
 * ERR_IO; ERR_FAILED for a header that would be too long, or a number that is not finite: no file
 * that would not open is written.  The old file is then as it was. */
int safetensors_write(const char *path, const struct safetensor *list, size_t n,
		      const json_t *metadata, const struct safetensors_judge *judge,
		      struct safetensors_times *times, struct err *e);

#endif
