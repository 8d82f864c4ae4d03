/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int pipe_fds[2] = { -1, -1 };
static struct term *volatile guarded;

/* What the program does with a signal: leaves it alone, handles it in the main loop, or restores
 * the terminal and dies. */
enum fate { KEPT, TAKEN, DEADLY };

static enum fate fate_of(int number)
{
	switch (number) {
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGABRT:
	case SIGQUIT:
	case SIGTRAP:
	case SIGSYS: return DEADLY; /* their default action dumps core */
	case SIGKILL:
	case SIGSTOP: /* nobody can catch these */
	case SIGCHLD:
	case SIGURG:
	case SIGTTIN:
	case SIGTTOU: /* their default action is harmless */
	case SIGPIPE:
	case SIGXFSZ: /* write reports these as errors */ return KEPT;
	default: return TAKEN; /* the rest concern the screen or end the program cleanly */
	}
}

/* Installs the action for every signal that has this fate. */
static void handle(enum fate fate, const struct sigaction *act)
{
	for (int number = 1; number <= SIGRTMAX; number++)
		if (fate_of(number) == fate)
			sigaction(number, act, NULL); /* fails for the C library's own two */
}

static void signals_on_signal(int number)
{
	const unsigned char byte = (unsigned char)number;
	const int kept = errno;
	if (write(pipe_fds[1], &byte, 1) < 0)
		errno = kept; /* a full pipe wakes the main loop anyway */
	errno = kept;
}

static void on_crash(int number)
{
	term_rescue(guarded);
	signal(number, SIG_DFL);
	raise(number);
}

/* Restores the terminal when a library ends the program; readline does so without memory. */
static void on_exit_anyhow(void)
{
	term_rescue(guarded);
}

int signals_start(int *fd, struct err *e)
{
	atexit(on_exit_anyhow);
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(e, ERR_FAILED, NULL, "cannot create a pipe for signals: %s",
			       strerror(errno));
	struct sigaction act = { .sa_handler = signals_on_signal, .sa_flags = SA_RESTART };
	handle(TAKEN, &act);
	struct sigaction crash = { .sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND };
	handle(DEADLY, &crash);
	signal(SIGPIPE, SIG_IGN);
	*fd = pipe_fds[0];
	return 0;
}

void signals_guard(struct term *t)
{
	guarded = t;
}

int signals_next(int fd)
{
	unsigned char byte;
	return read(fd, &byte, 1) == 1 ? byte : 0;
}

void signals_stop(void)
{
	signals_guard(NULL);
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	handle(TAKEN, &ignore);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	pipe_fds[0] = pipe_fds[1] = -1;
}
