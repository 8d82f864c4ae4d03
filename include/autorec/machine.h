/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What computes here: the processor, and the kernels that were chosen for it. */
#ifndef AUTOREC_MACHINE_H
#define AUTOREC_MACHINE_H

struct machine {
	char processor[128];  /* its name as the system has it */
	const char *kernels;  /* the instruction set of ours: "v3" (see struct kernels) */
	const char *known_as; /* what its makers call that: "AVX2" */
	const char *blas;     /* OpenBLAS's core type: "Haswell" */
};

void machine_look(struct machine *m);

#endif
