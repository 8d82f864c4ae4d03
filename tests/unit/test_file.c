/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "autorec/file.h"
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
	char found[100] = "";
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	found[fread(found, 1, sizeof found - 1, f)] = 0;
	fclose(f);
	assert_string_equal(found, want);
}

static void write_file(const char *path, const char *content)
{
	struct file f;
	struct err e;
	if (file_begin(&f, path, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
	fputs(content, f.stream);
	if (file_commit(&f, &e) < 0)
		fail_msg("%s: %s", e.where, e.message);
}

static void the_name_appears_at_the_commit(void **state)
{
	struct file f;
	const char *path = path_in("a.csv");
	assert_int_equal(file_begin(&f, path, NULL), 0);
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
	assert_int_equal(file_begin(&f, path, NULL), 0);
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

static void left_over_files_of_a_killed_run_do_not_matter(void **state)
{
	char name[64];
	struct file f;
	snprintf(name, sizeof name, ".autorec.%ld.0.tmp", (long)getpid());
	write_file(path_in(name), "left over");
	assert_int_equal(file_begin(&f, path_in("a"), NULL), 0);
	assert_int_equal(file_commit(&f, NULL), 0);
	expect_content(path_in(name), "left over");
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
	for (int lines = 1; lines < 200000; lines += 100000) { /* found when closing, found when writing */
		assert_int_equal(file_begin(&f, "/dev/full", &e), 0);
		for (int i = 0; i < lines; i++)
			fputs("some text\n", f.stream);
		assert_int_equal(file_commit(&f, &e), ERR_IO);
		assert_string_equal(e.where, "/dev/full");
		assert_string_equal(e.message, "cannot write the file: No space left on device; make room or choose another place");
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

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A limit on the size of files stands for a disk that fills up half way, and then may have room again. */
static void a_failed_write_leaves_the_old_file(void **state)
{
	const char *path = path_in("a.csv");
	const char *const messages[] = { "cannot write the file: File too large", "cannot write the file: Input/output error" };
	write_file(path, "old");
	signal(SIGXFSZ, SIG_IGN);
	for (int room_again = 0; room_again < 2; room_again++) {
		struct file f;
		struct err e;
		assert_int_equal(file_begin(&f, path, NULL), 0);
		limit_file_size(10000);
		for (int i = 0; i < 100000; i++)
			fputs("some text\n", f.stream);
		if (room_again)
			limit_file_size(RLIM_INFINITY);
		int status = file_commit(&f, &e);
		limit_file_size(RLIM_INFINITY);
		assert_int_equal(status, ERR_IO);
		assert_string_equal(e.where, path);
		assert_string_equal(e.message, messages[room_again]);
		expect_content(path, "old");
		assert_int_equal(count_files(), 1);
	}
}

static void what_cannot_be_written_is_refused_at_once(void **state)
{
	static char too_long[6000];
	memset(too_long, 'x', sizeof too_long - 1);
	const struct { const char *path, *message; } cases[] = {
		{ "", "the file's name is empty" },
		{ "/nonexistent/folder/a", "cannot write the file: No such file or directory; make its folder first" },
		{ "/dev/null/a", "cannot write the file: Not a directory" },
		{ scratch, "cannot write the file: Is a directory" },
		{ too_long, "cannot write the file: File name too long" },
	};
	struct file f;
	struct err e;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		assert_true(file_begin(&f, cases[c].path, &e) < 0);
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
		assert_int_equal(file_begin(&f, "/proc/a.csv", &e), ERR_IO);
		assert_string_equal(e.where, "/proc/a.csv");
		return;
	}
	assert_int_equal(chmod(scratch, 0500), 0);
	int status = file_begin(&f, path_in("a.csv"), &e);
	assert_int_equal(chmod(scratch, 0700), 0);
	assert_int_equal(status, ERR_IO);
	assert_string_equal(e.message, "cannot write the file: Permission denied; choose a place where you may write");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

static void the_old_file_is_kept_beside(void **state)
{
	struct file f;
	char kept[4200];
	const char *path = path_in("kept.csv");
	snprintf(kept, sizeof kept, "%s.prev", path);
	for (int i = 0; i < 3; i++) {
		char text[2] = { (char)('0' + i), 0 };
		assert_int_equal(file_begin(&f, path, NULL), 0);
		f.keep_old = true;
		assert_int_equal(file_put(&f, "-", 1, NULL), 0);
		assert_int_equal(file_put(&f, "x", 1, NULL), 0);
		assert_int_equal(file_put_at(&f, text, 1, 0, NULL), 0);
		assert_int_equal(file_commit(&f, NULL), 0);
	}
	expect_content(path, "2x");
	expect_content(kept, "1x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(the_name_appears_at_the_commit),
		IN_FOLDER(an_abandoned_file_leaves_nothing),
		IN_FOLDER(permissions_of_the_old_file_stay),
		IN_FOLDER(a_link_stays_a_link),
		IN_FOLDER(left_over_files_of_a_killed_run_do_not_matter),
		IN_FOLDER(the_longest_name_can_be_written),
		IN_FOLDER(a_full_device_is_an_error),
		IN_FOLDER(a_pipe_is_written_to_directly),
		IN_FOLDER(a_failed_write_leaves_the_old_file),
		IN_FOLDER(what_cannot_be_written_is_refused_at_once),
		IN_FOLDER(an_unwritable_folder_is_an_error),
		IN_FOLDER(the_old_file_is_kept_beside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
