/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A checkpoint on its way to a file. */
#ifndef AUTOREC_PACKAGE_H
#define AUTOREC_PACKAGE_H

#include "autorec/checkpoint.h"

/* A checkpoint as tensors, ready to be written: it shares the ratings' memory and has copies of
 * what training changes, so a held moment may be released. */
struct package {
	struct safetensor *list; /* [n], in the order of the file */
	size_t n, capacity;
	void **owned; /* [n_owned] */
	size_t n_owned, owned_capacity;
	json_t *metadata;
	bool failed; /* there was no memory for some of the metadata */
	const struct checkpoint *of;
};

/* Borrows c and all of it.  Errors: ERR_NOMEM, before anything is taken when the machine has not
 * the memory for the copies. */
int package_init(struct package *p, const struct checkpoint *c, struct err *e);
void package_done(struct package *p);
/* The new file takes the name once it has proved that checkpoint_read would take it. */
int package_write(const struct package *p, const char *path, struct safetensors_times *times,
		  struct err *e);

#endif
