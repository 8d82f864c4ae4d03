/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/kernel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/dense.h"
#include "autorec/text.h"

extern const struct kernels kernels_v2;
#ifdef __x86_64__
extern const struct kernels kernels_v3, kernels_v4;
#endif

static bool machine_runs(const struct kernels *k)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
		  __builtin_cpu_supports("bmi2");
	if (k == &kernels_v3)
		return v3;
	if (k == &kernels_v4)
		return v3 && __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vl");
#endif
	return k == &kernels_v2;
}

static const struct kernels *const all[] = {
#ifdef __x86_64__
	&kernels_v4,
	&kernels_v3,
#endif
	&kernels_v2,
};
enum { N_ALL = sizeof all / sizeof all[0] };

/* Chosen once, before any worker starts: the best, unless kernel_select names another. */
static const struct kernels *chosen;
static pthread_once_t choose_once = PTHREAD_ONCE_INIT;

const struct kernels *kernel_best(void)
{
	for (int i = 0; i < N_ALL; i++)
		if (machine_runs(all[i]))
			return all[i];
	return &kernels_v2;
}

static void kernel_choose_once(void)
{
	if (!chosen)
		chosen = kernel_best();
	dense_start(kernel_best()->name);
}

const struct kernels *kernel_use(void)
{
	pthread_once(&choose_once, kernel_choose_once);
	return chosen;
}

bool kernel_select(const char *name)
{
	kernel_use();
	for (int i = 0; i < N_ALL; i++)
		if (!strcmp(all[i]->name, name) && machine_runs(all[i])) {
			chosen = all[i];
			return true;
		}
	return false;
}

int kernel_choose(struct err *e)
{
	static const char variable[] = "AUTOREC_KERNELS";
	const char *const name = getenv(variable);
	struct text choices = { 0 };
	if (!name || !*name || kernel_select(name))
		return 0;
	for (int i = N_ALL; i-- > 0;)
		if (machine_runs(all[i]))
			text_addf(&choices, " %s", all[i]->name);
	err_set(e, ERR_USAGE, variable, "\"%.*s\" is not one of the kernels of this processor:%s",
		text_head(name, ERR_WORD), name, choices.bytes);
	text_done(&choices);
	return ERR_USAGE;
}
