/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests of how the program starts, stops and handles interrupts, and of how fast it answers with
 * much data. */
#include <math.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <zlib.h>

#include "autorec/clock.h"
#include "check.h"
#include "explorer.h"
#include "scratch.h"

/* Returns the default settings of a terminal. */
static struct termios untouched(void)
{
	struct termios settings;
	int master, slave;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_int_equal(tcgetattr(slave, &settings), 0);
	close(master);
	close(slave);
	return settings;
}

static bool same_settings(const struct pty *p, const struct termios *expected)
{
	struct termios now = { 0 };
	assert_int_equal(tcgetattr(p->fd, &now), 0);
	return now.c_iflag == expected->c_iflag && now.c_oflag == expected->c_oflag &&
	       now.c_cflag == expected->c_cflag && now.c_lflag == expected->c_lflag &&
	       !memcmp(now.c_cc, expected->c_cc, sizeof now.c_cc);
}

/* The program refuses a file that would block forever, and the prompt continues. */
static void a_name_that_waits_is_refused(void **state)
{
	static const char *const commands[] = {
		"load %s",       "source %s", "open %s",           "export curve %s format=csv",
		"screenshot %s", "save %s",   "history export %s",
	};
	struct pty p;
	char path[128], line[256];
	if (mkfifo(scratch_path("pipe.csv", path, sizeof path), 0600) < 0)
		fail_msg("no pipe could be made");
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "training ended");
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		snprintf(line, sizeof line, commands[i], path);
		explorer_type(&p, line);
		pty_wait(&p, "pipe.csv: is ");
		explorer_type(&p, "get k");
		pty_wait(&p, "k is 20");
		snprintf(line, sizeof line, commands[i], "/dev/tty");
		explorer_type(&p, line);
		pty_wait(&p, "/dev/tty: is ");
		explorer_type(&p, "get k");
		pty_wait(&p, "k is 20");
	}
	explorer_quit(&p);
}

static bool given_back(struct pty *p, const char *unused)
{
	return !p->other_screen && p->cursor_shown;
}

/* Reads all output of a program that is ending. */
static void read_all(struct pty *p)
{
	for (double end = clock_seconds() + pty_patience; !p->eof && clock_seconds() < end;)
		pty_read(p, end - clock_seconds());
}

static void signals_end_it_and_give_the_terminal_back(void **state)
{
	const int signals[] = { SIGTERM,  SIGHUP,  SIGUSR1, SIGUSR2, SIGALRM,   SIGVTALRM,
				SIGPROF,  SIGXCPU, SIGPOLL, SIGPWR,  SIGSTKFLT, SIGRTMIN,
				SIGRTMAX, SIGQUIT, SIGTRAP, SIGSYS,  SIGABRT };
	const struct termios before = untouched();
	struct pty p;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		print_message("# signal %d\n", signals[i]);
		explorer_start(&p, 24, 80, TRAINING);
		pty_wait(&p, "RUNNING");
		assert_true(p.other_screen);
		assert_false(same_settings(&p, &before));
		kill(p.pid, signals[i]);
		read_all(&p);
		assert_true(given_back(&p, NULL));
		assert_true(same_settings(&p, &before));
		assert_int_equal(pty_end(&p), 128 + signals[i]);
	}
}

static void stopping_and_going_on(void **state)
{
	const struct termios before = untouched();
	struct pty p;
	int status;
	explorer_start(&p, 24, 80, TRAINING, "-c", "user 7");
	pty_wait(&p, "USER 7");
	for (int i = 0; i < 3; i++) {
		pty_send(&p, CTRL_Z);
		pty_wait_until(&p, given_back, "the screen is not given back", "");
		assert_int_equal(waitpid(p.pid, &status, WUNTRACED), p.pid);
		assert_true(WIFSTOPPED(status));
		assert_true(same_settings(&p, &before));
		pty_resize(&p, 20 + i, 90);
		kill(p.pid, SIGCONT);
		pty_wait(&p, "USER 7");
		assert_false(same_settings(&p, &before));
		explorer_type(&p, "get k");
		pty_wait(&p, "k is 20");
		explorer_type(&p, "view user");
		pty_wait_gone(&p, "name k");
	}
	explorer_quit(&p);
}

static void the_ends_of_it_are_clean(void **state)
{
	const struct termios before = untouched();
	struct pty p;
	explorer_start(&p, 24, 80, TRAINING);
	pty_wait(&p, "RUNNING");
	pty_send(&p, CTRL_D);
	read_all(&p);
	assert_true(given_back(&p, NULL));
	assert_true(same_settings(&p, &before));
	assert_int_equal(pty_end(&p), 0);
}

/* Writes two gigabytes of ratings as a small file that repeats one gzipped megabyte. */
static void write_long_file(const char *path)
{
	static char text[6 << 16], packed[1 << 16];
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = "1,2,3\n"[i % 6];
	gzFile gz = gzopen(path, "wb");
	assert_int_equal(gzwrite(gz, text, sizeof text), sizeof text);
	assert_int_equal(gzclose(gz), Z_OK);
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	const size_t n = fread(packed, 1, sizeof packed, f);
	assert_in_range(n, 100, sizeof packed - 1);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(fwrite(packed, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void reading_shows_progress_and_can_be_stopped(void **state)
{
	char path[128], line[256];
	struct pty p;
	write_long_file(scratch_path("long.csv", path, sizeof path));
	explorer_start(&p, 24, 80, TRAINED, "-c", "user 7");
	pty_wait(&p, "USER 7");
	snprintf(line, sizeof line, "load %s", path);
	explorer_type(&p, line);
	pty_wait(&p, "reading");
	pty_wait(&p, "ETA ");
	pty_send(&p, CTRL_C);
	pty_wait(&p, "stopped; nothing was loaded");
	explorer_type(&p, "user 8");
	pty_wait(&p, "USER 8");
	pty_wait_gone(&p, "reading");
	explorer_type(&p, line);
	pty_wait(&p, "reading");
	kill(p.pid, SIGTERM);
	read_all(&p);
	assert_true(given_back(&p, NULL));
	assert_int_equal(pty_end(&p), 128 + SIGTERM);
}

static void a_model_is_prepared_beside_the_screen(void **state)
{
	struct pty p;
	explorer_start(&p, 24, 80, TRAINED);
	pty_wait(&p, "epoch 60");
	explorer_type(&p, "model i-autorec k=30000");
	pty_wait(&p, "preparing the model");
	pty_send(&p, CTRL_C);
	pty_wait(&p, "model: stopped; nothing has changed");
	pty_wait(&p, "dead 0/20 ");
	explorer_type(&p, "model i-autorec k=30000");
	pty_wait(&p, "preparing the model");
	explorer_type(&p, "quit"); /* quit does not wait for the command */
	read_all(&p);
	assert_int_equal(pty_end(&p), 0);
}

/* Trains a large model, saves it and leaves.  Types `then` during the wait for the save. */
static int leave_while_saving(const char *path, const char *then)
{
	struct pty p;
	char line[300];
	snprintf(line, sizeof line, "save %s", path);
	explorer_start(&p, 24, 80, "-c", "load sample", "-c", "model i-autorec k=10000", "-c",
		       "train 100000");
	pty_wait_match(&p, "RUNNING  epoch [1-9]");
	explorer_type(&p, line);
	explorer_type(&p, "quit");
	pty_wait(&p, "leaving once the file is written (Ctrl-C leaves now and keeps the old file)");
	pty_send(&p, then);
	return pty_end(&p);
}

static void leaving_tells_of_a_save_and_waits_for_it(void **state)
{
	char path[128];
	assert_int_equal(leave_while_saving(scratch_path("left", path, sizeof path), ""), 0);
	assert_int_equal(access(path, F_OK), 0);
	/* Ctrl-C may come after the epoch, while the file is being written. */
	const int status = leave_while_saving(scratch_path("given-up", path, sizeof path), CTRL_C);
	assert_in_range(status, 0, 1);
	assert_int_equal(access(path, F_OK), status == 0 ? 0 : -1);
}

static void terminals_that_will_not_do(void **state)
{
	static const struct {
		const char *term, *says;
	} cases[] = {
		{ "no-such-terminal", "\"no-such-terminal\" is an unknown kind of terminal" },
		{ "dumb", "\"dumb\" is a terminal that cannot place its cursor" },
		{ "", "TERM: is not set" },
	};
	struct pty p;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		setenv("PTY_TERM", cases[i].term, 1);
		pty_start(&p, 24, 120, (char *[]){ getenv("AUTOREC"), NULL });
		unsetenv("PTY_TERM");
		pty_wait(&p, cases[i].says);
		assert_int_equal(pty_end(&p), 1);
	}
}

/* ---- MovieLens 1M ------------------------------------------------------- */

static void need_movielens(void)
{
	char path[512];
	snprintf(path, sizeof path, "%.400s/ml-1m/ratings.dat",
		 getenv("AUTOREC_DATA") ? getenv("AUTOREC_DATA") : "");
	if (access(path, R_OK) < 0) {
		print_message("# skipped: AUTOREC_DATA names no folder with ml-1m\n");
		skip();
	}
}

/* Sends keys and returns the seconds until the screen shows the text. */
static double answer_time(struct pty *p, const char *keys, const char *shows)
{
	const double began = clock_seconds();
	pty_send(p, keys);
	pty_wait(p, shows);
	return clock_seconds() - began;
}

/* Reads the id in the first row of a list. */
static void first_row(const struct pty *p, char id[8])
{
	for (int x = 0; x < 7; x++)
		id[x] = (char)pty_cell(p, 4, x).chars[0];
	id[7] = 0;
}

static bool has_scrolled(struct pty *p, const char *from)
{
	char id[8];
	first_row(p, id);
	return strcmp(id, from);
}

static void thousands_of_rows_scroll_at_once(void **state)
{
	struct pty p;
	double slowest = 0;
	char id[8];
	need_movielens();
	explorer_start(&p, 24, 80, "-c", "load ml-1m", "-c", "model i-autorec k=10", "-c",
		       "train 1", "-c", "wait idle", "-c", "user 1 sort=index");
	pty_wait(&p, "USER 1");
	for (int page = 0; page < 50; page++) {
		const double began = clock_seconds();
		first_row(&p, id);
		pty_send(&p, KEY_PAGE_DOWN);
		pty_wait_until(&p, has_scrolled, "the first row is still", id);
		slowest = fmax(slowest, clock_seconds() - began);
	}
	print_message("# the slowest of 50 pages stood after %.1f ms\n", slowest * 1e3);
	assert_true(is_sanitised() || slowest < 1);
	explorer_quit(&p);
}

static void answers_come_while_it_trains(void **state)
{
	struct pty p;
	need_movielens();
	explorer_start(&p, 24, 80, "-c", "load ml-1m", "-c", "model i-autorec k=500 lambda=280",
		       "-c", "train 300 patience=20");
	pty_wait_match(&p, "RUNNING  epoch [1-9]");
	const double user = answer_time(&p, "user 1\r", "USER 1"),
		     item = answer_time(&p, "item 1\r", "ITEM 1 Toy Story"),
		     units = answer_time(&p, "2", "500 units");
	print_message("# while ML-1M trains with k=500: user %.1f, item %.1f, units %.1f ms\n",
		      user * 1e3, item * 1e3, units * 1e3);
	assert_true(is_sanitised() ||
		    (user < 1 && item < 1 && units < 1)); /* the promise is 0.1 s */
	explorer_quit(&p);
}

/* The autosave of a killed program is offered at the next start.  It opens paused, with its curve,
 * and is deleted when that next program ends. */
static void a_crash_is_not_the_end_of_the_work(void **state)
{
	struct pty p;
	char path[512];
	setenv("XDG_STATE_HOME", scratch_path("crash", path, sizeof path), 1);
	explorer_start(&p, 24, 80, "-c", "set autosave 0.001", TRAINING);
	pty_wait_match(&p, "RUNNING  epoch [1-9][0-9]");
	explorer_type(&p, "save /dev/full");
	pty_wait(&p, "/dev/full: is a device");
	kill(p.pid, SIGKILL);
	read_all(&p);
	pty_end(&p);

	explorer_start(&p, 24, 80, NULL);
	pty_wait(&p, "an autosave of sample-data, i-autorec, epoch ");
	explorer_type(&p, "open autosave");
	pty_wait_match(&p, "PAUSED  epoch [1-9]");
	explorer_type(&p, "resume");
	pty_wait_match(&p, "RUNNING  epoch [1-9]");
	explorer_quit(&p);

	explorer_start(&p, 24, 80, NULL);
	explorer_type(&p, "open autosave");
	pty_wait(&p, "there is no autosave to open");
	explorer_quit(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_waits_is_refused),
		cmocka_unit_test(signals_end_it_and_give_the_terminal_back),
		cmocka_unit_test(stopping_and_going_on),
		cmocka_unit_test(the_ends_of_it_are_clean),
		cmocka_unit_test(reading_shows_progress_and_can_be_stopped),
		cmocka_unit_test(a_model_is_prepared_beside_the_screen),
		cmocka_unit_test(leaving_tells_of_a_save_and_waits_for_it),
		cmocka_unit_test(terminals_that_will_not_do),
		cmocka_unit_test(thousands_of_rows_scroll_at_once),
		cmocka_unit_test(answers_come_while_it_trains),
		cmocka_unit_test(a_crash_is_not_the_end_of_the_work),
	};
	return cmocka_run_group_tests(tests, explorer_begin, explorer_end);
}
