/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/machine.h"

#include <stdio.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/kernel.h"

/* On Linux, /proc/cpuinfo has a line "model name : NAME" for each core. */
static void read_name(char *out, size_t size)
{
	char line[256];
	FILE *f = fopen("/proc/cpuinfo", "re");
	snprintf(out, size, "unknown");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "model name", 10) && strchr(line, ':')) {
			line[strcspn(line, "\n")] = 0;
			const char *name = strchr(line, ':') + 1;
			snprintf(out, size, "%s", name + strspn(name, " "));
			break;
		}
	if (f)
		fclose(f);
}

void machine_look(struct machine *m)
{
	const char *const set = kernel_use()->name;
	read_name(m->processor, sizeof m->processor);
	m->kernels = set;
	m->known_as = !strcmp(set, "v4") ? "AVX-512" : !strcmp(set, "v3") ? "AVX2" : "baseline";
	m->blas = dense_core();
}
