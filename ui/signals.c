/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int pipe_fds[2] = { -1, -1 };
static struct term *volatile guarded;

static const int caught[] = { SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGTSTP, SIGCONT };
static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };

static void on_signal(int number)
{
	const unsigned char byte = (unsigned char)number;
	const int kept = errno;
	if (write(pipe_fds[1], &byte, 1) < 0)
		errno = kept; /* the pipe is full of signals that are still to be read: one more says nothing new */
	errno = kept;
}

static void on_crash(int number)
{
	term_rescue(guarded);
	signal(number, SIG_DFL);
	raise(number);
}

int signals_start(int *fd, struct err *e)
{
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(e, ERR_FAILED, NULL, "no pipe for signals: %s", strerror(errno));
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++)
		sigaction(caught[i], &act, NULL);
	struct sigaction crash = { .sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND };
	for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
		sigaction(deadly[i], &crash, NULL);
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
	for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++)
		signal(caught[i], SIG_IGN);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	pipe_fds[0] = pipe_fds[1] = -1;
}
