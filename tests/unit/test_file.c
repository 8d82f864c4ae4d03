/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "autorec/file.h"
#include "check.h"
#include "scratch.h"

static const char *path_in(const char *name)
{
	static char path[4096];
	return scratch_path(name, path, sizeof path);
}

static int count_files(void)
{
	DIR *folder = opendir(scratch);
	int n = 0;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(folder);
	return n;
}

static void expect_content(const char *path, const char *want)
{
	assert_string_equal(scratch_text(path), want);
}

static void write_file(const char *path, const char *content)
{
	struct file f;
	struct err e;
	if (file_begin(&f, path, FILE_OR_DEVICE, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
	fputs(content, f.stream);
	if (file_commit(&f, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
}

static void the_name_appears_at_the_commit(void **state)
{
	struct file f;
	const char *path = path_in("a.csv");
	assert_int_equal(file_begin(&f, path, FILE_OR_DEVICE, NULL), 0);
	fputs("one\n", f.stream);
	fflush(f.stream);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(file_commit(&f, NULL), 0);
	expect_content(path, "one\n");
	assert_int_equal(count_files(), 1);
}

static void an_abandoned_file_leaves_nothing(void **state)
{
	struct file f;
	const char *path = path_in("a.csv");
	write_file(path, "old");
	assert_int_equal(file_begin(&f, path, FILE_OR_DEVICE, NULL), 0);
	fputs("new", f.stream);
	file_abandon(&f);
	expect_content(path, "old");
	assert_int_equal(count_files(), 1);
}

static void permissions_of_the_old_file_stay(void **state)
{
	struct stat found;
	const char *path = path_in("a.csv");
	mode_t mask = umask(027);
	write_file(path, "old");
	umask(mask);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0640);
	assert_int_equal(chmod(path, 0604), 0);
	write_file(path, "new");
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0604);
	expect_content(path, "new");
}

static void a_link_stays_a_link(void **state)
{
	char target[4096];
	struct stat found;
	snprintf(target, sizeof target, "%s", path_in("target"));
	write_file(target, "old");
	const char *link = path_in("link");
	assert_int_equal(symlink("target", link), 0);
	write_file(link, "new");
	assert_int_equal(lstat(link, &found), 0);
	assert_true(S_ISLNK(found.st_mode));
	expect_content(target, "new");
}

static void left_over_files_of_a_killed_run_are_removed(void **state)
{
	char of_us[64], of_another[64], in_use[64];
	snprintf(of_us, sizeof of_us, ".autorec.%ld.0.tmp", (long)getpid());
	snprintf(of_another, sizeof of_another, ".autorec.%ld.3.tmp", (long)getpid() + 1);
	snprintf(in_use, sizeof in_use, ".autorec.%ld.1.tmp", (long)getpid() + 1);
	scratch_write(of_us, "left over", 9);
	scratch_write(of_another, "left over", 9);
	scratch_write(in_use, "being written", 13);
	scratch_write(".autorec.notes.tmp", "of somebody", 11);
	int writer = open(path_in(in_use), O_WRONLY);
	assert_int_equal(flock(writer, LOCK_EX), 0);
	write_file(path_in("a"), "content");
	assert_int_equal(access(path_in(of_us), F_OK), -1);
	assert_int_equal(access(path_in(of_another), F_OK), -1);
	expect_content(path_in(in_use), "being written");
	expect_content(path_in(".autorec.notes.tmp"), "of somebody");
	close(writer);
	write_file(path_in("a"), "content");
	assert_int_equal(access(path_in(in_use), F_OK), -1);
	assert_int_equal(count_files(), 2);
}

/* Programs that write to one folder at a time do not take each other's files for left over. */
static void programs_that_write_side_by_side_do_no_harm(void **state)
{
	enum { PROGRAMS = 4, FILES = 60 };
	pid_t child[PROGRAMS];
	for (int p = 0; p < PROGRAMS; p++) {
		child[p] = fork();
		if (child[p] > 0)
			continue;
		char name[8] = { (char)('a' + p), 0 };
		for (int i = 0; i < FILES; i++) {
			struct file f;
			if (file_begin(&f, path_in(name), FILE_ONLY, NULL) < 0)
				_exit(1);
			f.keep_old = i % 2;
			fputs("content", f.stream);
			if (file_commit(&f, NULL) < 0)
				_exit(2);
		}
		_exit(0);
	}
	for (int p = 0; p < PROGRAMS; p++) {
		int status;
		assert_int_equal(waitpid(child[p], &status, 0), child[p]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_files(), 2 * PROGRAMS);
}

static void a_link_to_nothing_makes_its_target(void **state)
{
	char target[4096], link[4096];
	struct stat found;
	struct file f;
	struct err e;
	assert_int_equal(mkdir(path_in("folder"), 0755), 0);
	snprintf(target, sizeof target, "%s", path_in("folder/target"));
	snprintf(link, sizeof link, "%s", path_in("folder/link"));
	for (int absolute = 0; absolute < 2; absolute++) {
		assert_int_equal(symlink(absolute ? target : "target", link), 0);
		assert_int_equal(symlink("folder/link", path_in("link")), 0);
		write_file(path_in("link"), "new");
		expect_content(target, "new");
		assert_int_equal(lstat(link, &found), 0);
		assert_true(S_ISLNK(found.st_mode));
		unlink(target);
		unlink(link);
		unlink(path_in("link"));
	}
	assert_int_equal(symlink("no/such/folder", link), 0);
	assert_int_equal(file_begin(&f, link, FILE_OR_DEVICE, &e), ERR_IO);
	assert_string_equal(
		e.message,
		"cannot write the file: No such file or directory; make its folder first");
	unlink(link);
	assert_int_equal(symlink("link", link), 0);
	assert_int_equal(file_begin(&f, link, FILE_OR_DEVICE, &e), ERR_IO);
	assert_string_equal(e.message, "cannot write the file: Too many levels of symbolic links");
}

static void the_longest_name_can_be_written(void **state)
{
	char name[256];
	memset(name, 'x', 255);
	name[255] = 0;
	write_file(path_in(name), "content");
	expect_content(path_in(name), "content");
}

static void a_full_device_is_an_error(void **state)
{
	struct file f;
	struct err e;
	struct stat found;
	for (int lines = 1; lines < 200000;
	     lines += 100000) { /* found when closing, found when writing */
		assert_int_equal(file_begin(&f, "/dev/full", FILE_OR_DEVICE, &e), 0);
		for (int i = 0; i < lines; i++)
			fputs("some text\n", f.stream);
		assert_int_equal(file_commit(&f, &e), ERR_IO);
		assert_string_equal(e.where, "/dev/full");
		assert_string_equal(e.message, "cannot write the file: No space left on device; "
					       "make room or choose another place");
	}
	assert_int_equal(stat("/dev/full", &found), 0);
	assert_true(S_ISCHR(found.st_mode));
}

static void a_pipe_is_written_to_directly(void **state)
{
	const char *path = path_in("pipe");
	struct stat found;
	char text[10] = "";
	assert_int_equal(mkfifo(path, 0600), 0);
	int reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	write_file(path, "content");
	assert_int_equal(read(reader, text, sizeof text - 1), 7);
	assert_string_equal(text, "content");
	close(reader);
	assert_int_equal(lstat(path, &found), 0);
	assert_true(S_ISFIFO(found.st_mode));
}

static void what_is_no_file_is_refused_where_it_may_wait(void **state)
{
	struct file f;
	struct err e;
	assert_int_equal(mkfifo(path_in("pipe"), 0600), 0);
	assert_int_equal(file_begin(&f, path_in("pipe"), FILE_ONLY, &e), ERR_IO);
	assert_string_equal(e.message, "is a pipe, expected a file");
	assert_int_equal(file_begin(&f, "/dev/null", FILE_ONLY, &e), ERR_IO);
	assert_string_equal(e.message, "is a device, expected a file");
	assert_int_equal(file_begin(&f, path_in("pipe"), FILE_OR_DEVICE, &e), ERR_IO);
	assert_string_equal(e.message, "is a pipe that nobody reads; start its reader first");
}

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A limit on the size of files stands for a disk that fills up half way, and then may have room
 * again. */
static void a_failed_write_leaves_the_old_file(void **state)
{
	const char *path = path_in("a.csv");
	write_file(path, "old");
	signal(SIGXFSZ, SIG_IGN);
	for (int room_again = 0; room_again < 2; room_again++) {
		struct file f;
		struct err e;
		assert_int_equal(file_begin(&f, path, FILE_OR_DEVICE, NULL), 0);
		limit_file_size(10000);
		for (int i = 0; i < 100000; i++)
			fputs("some text\n", f.stream);
		if (room_again)
			limit_file_size(RLIM_INFINITY);
		int status = file_commit(&f, &e);
		limit_file_size(RLIM_INFINITY);
		assert_int_equal(status, ERR_IO);
		assert_string_equal(e.where, path);
		assert_string_equal(e.message, "cannot write the file: File too large");
		expect_content(path, "old");
		assert_int_equal(count_files(), 1);
	}
}

static void what_cannot_be_written_is_refused_at_once(void **state)
{
	static char too_long[6000];
	memset(too_long, 'x', sizeof too_long - 1);
	const struct {
		const char *path, *message;
	} cases[] = {
		{ "", "the file's name is empty" },
		{ "/nonexistent/folder/a",
		  "cannot write the file: No such file or directory; make its folder first" },
		{ "/dev/null/a", "cannot write the file: Not a directory" },
		{ scratch, "cannot write the file: Is a directory" },
		{ too_long, "cannot write the file: File name too long" },
	};
	struct file f;
	struct err e;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		assert_true(file_begin(&f, cases[c].path, FILE_OR_DEVICE, &e) < 0);
		assert_string_equal(e.message, cases[c].message);
	}
	assert_int_equal(count_files(), 0);
}

static void an_unwritable_folder_is_an_error(void **state)
{
	struct file f;
	struct err e;
	if (geteuid() == 0) {
		/* Root may write to any folder but those of the kernel. */
		assert_int_equal(file_begin(&f, "/proc/a.csv", FILE_OR_DEVICE, &e), ERR_IO);
		assert_string_equal(e.where, "/proc/a.csv");
		return;
	}
	assert_int_equal(chmod(scratch, 0500), 0);
	int status = file_begin(&f, path_in("a.csv"), FILE_ONLY, &e);
	assert_int_equal(chmod(scratch, 0700), 0);
	assert_int_equal(status, ERR_IO);
	assert_string_equal(
		e.message,
		"cannot write the file: Permission denied; choose a place where you may write");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

/* ---- system calls of these tests, which may fail, and watch ------------- */

static bool no_second_names, interrupted;
static char watched[2][4200]; /* the files that are never missing */

static void watch(void)
{
	for (int i = 0; i < 2; i++)
		if (watched[i][0] && access(watched[i], R_OK) < 0)
			fail_msg("%s is missing", watched[i]);
}

int link(const char *from, const char *to)
{
	if (no_second_names) {
		errno = EPERM;
		return -1;
	}
	const int status = linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
	watch();
	return status;
}

int rename(const char *from, const char *to)
{
	const int status = renameat(AT_FDCWD, from, AT_FDCWD, to);
	watch();
	return status;
}

int unlink(const char *path)
{
	const int status = unlinkat(AT_FDCWD, path, 0);
	watch();
	return status;
}

/* Every other one is interrupted before it has written, and those between write only a part. */
ssize_t write(int fd, const void *bytes, size_t n)
{
	static int turn;
	if (interrupted && turn++ % 2 == 0) {
		errno = EINTR;
		return -1;
	}
	return syscall(SYS_write, fd, bytes, interrupted && n > 3 ? 3 : n);
}

static void write_version(const char *path, char version)
{
	struct file f;
	struct err e;
	if (file_begin(&f, path, FILE_OR_DEVICE, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
	f.keep_old = true;
	assert_int_equal(file_put(&f, "-", 1, NULL), 0);
	assert_int_equal(file_put(&f, "x", 1, NULL), 0);
	assert_int_equal(file_put_at(&f, &version, 1, 0, NULL), 0);
	if (file_commit(&f, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
}

static void the_old_file_is_kept_beside(void **state)
{
	for (no_second_names = false;; no_second_names = true) {
		char kept[4200];
		const char *path = path_in(no_second_names ? "copied.csv" : "linked.csv");
		struct stat found;
		snprintf(kept, sizeof kept, "%s.prev", path);
		write_version(path, '0');
		assert_int_equal(chmod(path, 0640), 0);
		write_version(path, '1');
		snprintf(watched[0], sizeof watched[0], "%s", path);
		snprintf(watched[1], sizeof watched[1], "%s", kept);
		write_version(path, '2');
		expect_content(path, "2x");
		expect_content(kept, "1x");
		assert_int_equal(stat(kept, &found), 0);
		assert_int_equal(found.st_mode & 0777, 0640);
		watched[0][0] = watched[1][0] = 0;
		if (no_second_names)
			break;
	}
	no_second_names = false;
	assert_int_equal(count_files(), 4);
}

/* A program that was killed between its two renames leaves both names with the same file. */
static void both_names_may_be_of_the_same_file(void **state)
{
	char kept[4200];
	snprintf(kept, sizeof kept, "%s.prev", path_in("a.csv"));
	write_version(path_in("a.csv"), '0');
	assert_int_equal(link(path_in("a.csv"), kept), 0);
	write_version(path_in("a.csv"), '1');
	expect_content(path_in("a.csv"), "1x");
	expect_content(kept, "0x");
	assert_int_equal(count_files(), 2);
}

static void what_cannot_be_kept_stays(void **state)
{
	struct file f;
	struct err e;
	write_version(path_in("a.csv"), '0');
	assert_int_equal(mkdir(path_in("a.csv.prev"), 0755), 0);
	assert_int_equal(file_begin(&f, path_in("a.csv"), FILE_OR_DEVICE, &e), 0);
	f.keep_old = true;
	fputs("new", f.stream);
	assert_int_equal(file_commit(&f, &e), ERR_IO);
	assert_string_equal(e.message,
			    "cannot keep the file's previous version beside it: Is a directory");
	expect_content(path_in("a.csv"), "0x");
	assert_int_equal(count_files(), 2);
}

static void the_longest_names_have_previous_versions(void **state)
{
	char one[256], other[256], kept[2][PATH_MAX + 8];
	for (int length = 245; length <= 255; length++) {
		memset(one, 'x', 255);
		one[length] = 0;
		strcpy(other, one);
		other[length - 1] = 'y';
		write_version(path_in(one), '0');
		write_version(path_in(one), '1');
		write_version(path_in(other), '2');
		write_version(path_in(other), '3');
		file_previous(path_in(one), kept[0]);
		file_previous(path_in(other), kept[1]);
		expect_content(kept[0], "0x");
		expect_content(kept[1], "2x");
		scratch_empty();
	}
}

static void signals_do_not_disturb(void **state)
{
	char text[40001];
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = 0;
	for (int stream = 0; stream < 2; stream++) {
		struct file f;
		struct stat found;
		assert_int_equal(file_begin(&f, path_in("a"), FILE_OR_DEVICE, NULL), 0);
		interrupted = true;
		if (stream)
			fputs(text, f.stream);
		else
			assert_int_equal(file_put(&f, text, sizeof text - 1, NULL), 0);
		const int status = file_commit(&f, NULL);
		interrupted = false;
		assert_int_equal(status, 0);
		assert_int_equal(stat(path_in("a"), &found), 0);
		assert_int_equal(found.st_size, sizeof text - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(the_name_appears_at_the_commit),
		IN_FOLDER(an_abandoned_file_leaves_nothing),
		IN_FOLDER(permissions_of_the_old_file_stay),
		IN_FOLDER(a_link_stays_a_link),
		IN_FOLDER(left_over_files_of_a_killed_run_are_removed),
		IN_FOLDER(programs_that_write_side_by_side_do_no_harm),
		IN_FOLDER(a_link_to_nothing_makes_its_target),
		IN_FOLDER(the_longest_name_can_be_written),
		IN_FOLDER(a_full_device_is_an_error),
		IN_FOLDER(a_pipe_is_written_to_directly),
		IN_FOLDER(what_is_no_file_is_refused_where_it_may_wait),
		IN_FOLDER(a_failed_write_leaves_the_old_file),
		IN_FOLDER(what_cannot_be_written_is_refused_at_once),
		IN_FOLDER(an_unwritable_folder_is_an_error),
		IN_FOLDER(the_old_file_is_kept_beside),
		IN_FOLDER(both_names_may_be_of_the_same_file),
		IN_FOLDER(what_cannot_be_kept_stays),
		IN_FOLDER(the_longest_names_have_previous_versions),
		IN_FOLDER(signals_do_not_disturb),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
