/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks that the limits leave room for the program to start.  OpenBLAS creates threads and
 * allocates memory before main, when it is loaded, and waits forever if a limit denies it memory.
 * OpenMP's runtime creates its threads soon after.  So the check runs first, in a function that the
 * dynamic linker calls before those of any library. */
#include <malloc.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
	__has_feature(memory_sanitizer)
#define SANITISED
#endif
#endif

#if !defined(SANITISED) && !defined(__SANITIZE_ADDRESS__) &&                                       \
	!defined(__SANITIZE_THREAD__) /* sanitizers reserve terabytes of addresses */

enum {
	LIBRARIES_MIB = 192, /* code, data, and the heap of a small session */
	BUFFER_MIB = 128,    /* OpenBLAS's buffer for each thread that calls it */
	MOST_BUFFERS = 48,   /* the most that dense_reserve reserves */
	/* Teams of threads: one for the screen, two for trainers and one for a save. */
	TEAMS = 4,
	LEAST_STACK_KIB = 1024, /* of each thread, including the main thread */
	STACK_MIB = 2,          /* of each thread, if the stack has no limit */
};

static void check_stack(const struct rlimit *stack)
{
	char text[160];
	if (stack->rlim_cur >= (rlim_t)LEAST_STACK_KIB << 10)
		return;
	const int n = snprintf(text, sizeof text,
			       "autorec: the stack is limited to %lu KiB, but %d KiB are needed; "
			       "run ulimit -s 8192\n",
			       (unsigned long)(stack->rlim_cur >> 10), LEAST_STACK_KIB);
	_exit(write(STDERR_FILENO, text, (size_t)n) == n ? 1 : 2);
}

static void limits_check_memory(const struct rlimit *memory, uint64_t stack_mib)
{
	char text[200];
	cpu_set_t cores;
	const uint64_t n_cores = sched_getaffinity(0, sizeof cores, &cores) == 0
					 ? (uint64_t)CPU_COUNT(&cores)
					 : 1;
	const uint64_t buffers = n_cores + 1 < MOST_BUFFERS ? n_cores + 1 : MOST_BUFFERS;
	const uint64_t needed = LIBRARIES_MIB + BUFFER_MIB * buffers + stack_mib * TEAMS * n_cores;
	if (memory->rlim_cur == RLIM_INFINITY)
		return;
	mallopt(M_ARENA_MAX, 1); /* otherwise each thread reserves 64 MiB for its heap */
	if (memory->rlim_cur >> 20 >= needed)
		return;
	const int n = snprintf(text, sizeof text,
			       "autorec: memory is limited to %lu MiB, but %lu MiB are needed with "
			       "%lu cores; run ulimit -v %lu\n",
			       (unsigned long)(memory->rlim_cur >> 20), (unsigned long)needed,
			       (unsigned long)n_cores, (unsigned long)needed << 10);
	_exit(write(STDERR_FILENO, text, (size_t)n) == n ? 1 : 2);
}

static void check_limits(int argc, char **argv, char **environment)
{
	struct rlimit memory, stack;
	if (getrlimit(RLIMIT_STACK, &stack) < 0 || getrlimit(RLIMIT_AS, &memory) < 0)
		return;
	check_stack(&stack);
	limits_check_memory(&memory,
			    stack.rlim_cur == RLIM_INFINITY ? STACK_MIB : stack.rlim_cur >> 20);
}

__attribute__((section(".preinit_array"),
	       used)) static void (*const before_libraries)(int, char **, char **) = check_limits;

#endif
