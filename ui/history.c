/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/file.h"
#include "autorec/home.h"

enum { LARGEST_FILE = 1 << 20 }; /* of a larger one only the end is read */

static void forget(struct history *h, int i)
{
	free(h->line[i]);
	h->n--;
	memmove(h->line + i, h->line + i + 1, (size_t)(h->n - i) * sizeof *h->line);
}

void history_add(struct history *h, const char *line)
{
	char *copy = strdup(line);
	if (!copy)
		return;
	for (int i = 0; i < h->n; i++)
		if (!strcmp(h->line[i], line)) {
			forget(h, i);
			break;
		}
	if (h->n == HISTORY_LINES)
		forget(h, 0);
	h->line[h->n++] = copy;
}

void history_done(struct history *h)
{
	while (h->n > 0)
		free(h->line[--h->n]);
}

static FILE *open_end(const char *path)
{
	struct stat s;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe of this name must not stop the program */
	if (fd < 0)
		return NULL;
	FILE *f = fstat(fd, &s) == 0 && S_ISREG(s.st_mode) ? fdopen(fd, "r") : NULL;
	if (!f)
		close(fd);
	else if (s.st_size > LARGEST_FILE)
		fseek(f, -LARGEST_FILE, SEEK_END);
	return f;
}

void history_load(struct history *h, const char *path)
{
	FILE *f = open_end(path);
	char *line = NULL;
	size_t room = 0;
	if (!f)
		return;
	for (ssize_t n; (n = getline(&line, &room, f)) > 0;) {
		line[strcspn(line, "\r\n")] = 0;
		if (line[0])
			history_add(h, line);
	}
	free(line);
	fclose(f);
}

int history_append(const char *path, const char *line, struct err *e)
{
	home_make_folders(path);
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	FILE *f = fd >= 0 && fchmod(fd, 0600) == 0 ? fdopen(fd, "a") : NULL;
	bool ok = f && fprintf(f, "%s\n", line) > 0;
	int why = errno;
	if (f && fclose(f) != 0)
		ok = false, why = errno;
	if (!f && fd >= 0)
		close(fd);
	return ok ? 0 : err_set(e, ERR_IO, path, "the history cannot be kept: %s", strerror(why));
}

int history_save(const char *path, struct err *e)
{
	struct history h = { 0 };
	struct file file;
	history_load(&h, path);
	int status = file_begin(&file, path, e);
	if (status == 0) {
		for (int i = 0; i < h.n; i++)
			fprintf(file.stream, "%s\n", h.line[i]);
		status = file_commit(&file, e);
	}
	history_done(&h);
	return status;
}
