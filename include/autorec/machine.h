/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The hardware that computes: the processor, and the kernels chosen for it. */
#ifndef AUTOREC_MACHINE_H
#define AUTOREC_MACHINE_H

struct machine {
	char processor[128];  /* as the system names it */
	const char *kernels;  /* our instruction set: "v3" (see struct kernels) */
	const char *known_as; /* the maker's name for it: "AVX2" */
	const char *blas;     /* OpenBLAS's core type: "Haswell" */
};

void machine_look(struct machine *m);

#endif
