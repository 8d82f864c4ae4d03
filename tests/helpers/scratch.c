/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/text.h"
#include "check.h"

char scratch[64];

const char *scratch_path(const char *name, char *out, size_t size)
{
	snprintf(out, size, "%s/%s", scratch, name);
	return out;
}

char *scratch_read(const char *name, size_t *length)
{
	char path[512], block[BUFSIZ];
	struct text t = { 0 };
	const bool elsewhere = name[0] == '/' || !strncmp(name, "./", 2);
	FILE *f = fopen(elsewhere ? name : scratch_path(name, path, sizeof path), "rb");
	if (!f)
		fail_msg("%s cannot be read", name);
	size_t n;
	do {
		n = fread(block, 1, sizeof block, f);
		text_add(&t, block, n);
	} while (n > 0);
	fclose(f);
	assert_false(t.failed);
	if (length)
		*length = t.length;
	return t.bytes;
}

const char *scratch_text(const char *name)
{
	static char *last;
	free(last);
	return last = scratch_read(name, NULL);
}

void scratch_write(const char *name, const char *content, size_t length)
{
	char path[512];
	FILE *f = fopen(scratch_path(name, path, sizeof path), "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
}

int scratch_make(void **state)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(scratch, sizeof scratch, "%.40s/autorec-XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(scratch) ? chmod(scratch, 0755) : -1;
}

static int scratch_remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

int scratch_remove(void **state)
{
	return nftw(scratch, scratch_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_empty(void)
{
	scratch_remove(NULL);
	assert_int_equal(mkdir(scratch, 0755), 0);
}
