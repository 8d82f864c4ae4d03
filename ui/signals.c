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

/* How the program treats a signal, by its default action. */
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
	case SIGSYS: return DEADLY; /* these dump a core */
	case SIGKILL:
	case SIGSTOP: /* these cannot be caught */
	case SIGCHLD:
	case SIGURG:
	case SIGTTIN:
	case SIGTTOU: /* these do no harm */
	case SIGPIPE:
	case SIGXFSZ: /* these are errors of a write */ return KEPT;
	default: return TAKEN; /* these concern the screen, or end the program in an orderly way */
	}
}

/* Installs act for every signal that has this fate. */
static void handle(enum fate fate, const struct sigaction *act)
{
	for (int number = 1; number <= SIGRTMAX; number++)
		if (fate_of(number) == fate)
			sigaction(number, act,
				  NULL); /* fails for two signals that the C library reserves */
}

static void signals_on_signal(int number)
{
	const unsigned char byte = (unsigned char)number;
	const int kept = errno;
	if (write(pipe_fds[1], &byte, 1) < 0)
		errno = kept; /* a full pipe of unread signals wakes the loop anyway */
	errno = kept;
}

static void on_crash(int number)
{
	term_rescue(guarded);
	signal(number, SIG_DFL);
	raise(number);
}

/* Runs when a library ends the program, as readline does without memory. */
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
