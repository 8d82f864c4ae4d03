/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A checkpoint on its way to a file. */
#ifndef AUTOREC_PACKAGE_H
#define AUTOREC_PACKAGE_H

#include "autorec/checkpoint.h"

/* A checkpoint as tensors, ready to write. It shares the memory of the ratings but copies what
 * training changes, so a held moment may be released. */
struct package {
	struct safetensor *list; /* [n], in the order of the file */
	size_t n, capacity;
	void **owned; /* [n_owned] */
	size_t n_owned, owned_capacity;
	json_t *metadata;
	bool failed; /* memory ran out for some of the metadata */
	const struct checkpoint *of;
};

/* Borrows c and everything in it. Errors: ERR_NOMEM, before any allocation if the machine lacks
 * memory for the copies. */
int package_init(struct package *p, const struct checkpoint *c, struct err *e);
void package_done(struct package *p);
/* Writes the file. The new file takes its name only after checking that checkpoint_read
 * would accept it. */
int package_write(const struct package *p, const char *path, struct safetensors_times *times,
		  struct err *e);

#endif
