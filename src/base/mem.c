/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/mem.h"
#include "autorec/gate.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20, ZEROED_AT_ONCE = 8 << 20 };

static int out_of_memory(struct err *e, size_t n, size_t size)
{
	const double mib = (double)n * (double)size / (1 << 20);
	if (mib < 1)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	return err_set(e, ERR_NOMEM, NULL,
		       "out of memory: %.0f MiB needed; try a smaller k or a smaller data set",
		       mib);
}

/* Long arrays use huge pages where the system has them, because a page fault costs more than
 * reading the page. The whole allocation uses them, starting with its first page, so realloc moves
 * one mapping instead of two. */
static void use_huge_pages(void *p)
{
	const uintptr_t into = (uintptr_t)p % (uintptr_t)sysconf(_SC_PAGESIZE);
	madvise((char *)p - into, malloc_usable_size(p) + into, MADV_HUGEPAGE);
}

/* Allocates n * size bytes and sets *total to that number. */
static void *mem_take(size_t n, size_t size, size_t *total, struct err *e)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes)) {
		out_of_memory(e, n, size);
		return NULL;
	}
	const size_t unit = bytes >= HUGE_PAGE ? HUGE_PAGE : 64;
	void *p = bytes <= SIZE_MAX - unit
			  ? aligned_alloc(unit, bytes ? (bytes + unit - 1) / unit * unit : unit)
			  : NULL;
	if (!p) {
		out_of_memory(e, n, size);
		return NULL;
	}
	if (unit == HUGE_PAGE)
		use_huge_pages(p);
	*total = bytes;
	return p;
}

bool mem_zero(void *p, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += ZEROED_AT_ONCE) {
		if (!gate_pass(gate_here()))
			return false;
		memset((char *)p + at, 0,
		       bytes - at < ZEROED_AT_ONCE ? bytes - at : ZEROED_AT_ONCE);
	}
	return true;
}

void *mem_array(size_t n, size_t size, struct err *e)
{
	size_t bytes;
	void *p = mem_take(n, size, &bytes, e);
	if (!p || mem_zero(p, bytes))
		return p;
	free(p);
	err_set(e, ERR_INTERRUPTED, NULL, "stopped");
	return NULL;
}

void *mem_room(size_t n, size_t size, struct err *e)
{
	size_t bytes;
	return mem_take(n, size, &bytes, e);
}

int mem_grow(void *array, size_t *capacity, size_t need, size_t size, struct err *e)
{
	if (need <= *capacity)
		return 0;
	size_t room = *capacity + *capacity / 2 + 16, bytes;
	if (room < need)
		room = need;
	if (__builtin_mul_overflow(room, size, &bytes))
		return out_of_memory(e, room, size);
	void *old, *grown;
	memcpy(&old, array, sizeof old);
	grown = realloc(old, bytes);
	if (!grown)
		return out_of_memory(e, room, size);
	if (bytes >= HUGE_PAGE)
		use_huge_pages(grown);
	memcpy(array, &grown, sizeof grown);
	*capacity = room;
	return 0;
}

char *mem_text(const char *text, struct err *e)
{
	char *copy = strdup(text);
	if (!copy)
		out_of_memory(e, strlen(text) + 1, 1);
	return copy;
}

static _Thread_local bool noted; /* never passed to an allocator that could keep it */

/* jansson 2.14 frees a text twice if it has no memory for the small object around it. So
 * a small allocation that fails gets this reserve. The next allocation that succeeds
 * refills the reserve. */
enum { SMALL = 64 };
static _Atomic(void *) reserve;

void *mem_noting(size_t size)
{
	void *p = malloc(size);
	noted |= !p;
	if (!p && size <= SMALL)
		p = atomic_exchange(&reserve, NULL);
	else if (p && !atomic_load(&reserve))
		free(atomic_exchange(&reserve, malloc(SMALL)));
	return p;
}

void mem_note_failure(void)
{
	noted = true;
}

bool mem_failed(void)
{
	const bool failed = noted;
	noted = false;
	return failed;
}

uint64_t mem_available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	uint64_t kib = 0;
	char line[128];
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib * 1024;
}

int mem_check(uint64_t need, const char *where, const char *what, struct err *e)
{
	const uint64_t room = need > 0 ? mem_available() : 0;
	if (room == 0 || need <= room) /* 0: the system does not report it */
		return 0;
	return err_set(e, ERR_NOMEM, where, "%s %llu MiB, but the machine has only %llu MiB free",
		       what, (unsigned long long)(need >> 20), (unsigned long long)(room >> 20));
}
