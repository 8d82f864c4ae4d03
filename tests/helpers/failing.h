/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Allocations that fail: failing_after(n) lets n allocations of this thread succeed and refuses the
 * next one; failing_stop ends that.  The allocators of the sanitizers cannot be replaced, so
 * FAILING_SKIP skips a test in those builds.  The code is in a header because the linker would use
 * a malloc from an archive in every test. */
#ifndef FAILING_H
#define FAILING_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static _Thread_local long failing_left = -1; /* allocations that still succeed; negative: all do */

static inline void failing_after(long n)
{
	failing_left = n;
}

/* Returns whether an allocation was refused. */
static inline bool failing_stop(void)
{
	const bool refused = failing_left < 0;
	failing_left = -1;
	return refused;
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define FAILING_SKIP() skip()
#else
#define FAILING_SKIP() ((void)0)

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
	*__libc_memalign(size_t, size_t);

static inline bool failing_now(void)
{
	if (failing_left < 0 || failing_left-- > 0)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return failing_now() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return failing_now() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return failing_now() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t unit, size_t size)
{
	return failing_now() ? NULL : __libc_memalign(unit, size);
}
#endif

#endif
