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

enum { LARGEST_FILE = 1 << 20 }; /* bytes; only the end of a larger file is read */

static void history_forget(struct history *h, int i)
{
	free(h->line[i]);
	h->n--;
	memmove(h->line + i, h->line + i + 1, (size_t)(h->n - i) * sizeof *h->line);
}

int history_add(struct history *h, const char *line)
{
	if (strlen(line) > HISTORY_LONGEST)
		return 0;
	char *copy = strdup(line);
	if (!copy)
		return ERR_NOMEM;
	for (int i = 0; i < h->n; i++)
		if (!strcmp(h->line[i], line)) {
			history_forget(h, i);
			break;
		}
	if (h->n == HISTORY_LINES)
		history_forget(h, 0);
	h->line[h->n++] = copy;
	return 0;
}

void history_done(struct history *h)
{
	while (h->n > 0)
		free(h->line[--h->n]);
}

/* Returns NULL and sets errno on failure. */
static FILE *open_end(const char *path)
{
	struct stat s;
	int fd = open(path, O_RDONLY | O_CLOEXEC |
				    O_NONBLOCK); /* a pipe of this name must not stop the program */
	if (fd < 0)
		return NULL;
	const bool is_file = fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
	FILE *f = is_file ? fdopen(fd, "r") : NULL;
	const int why = is_file ? errno : EINVAL;
	if (!f)
		close(fd);
	errno = why;
	if (!f)
		return NULL;
	if (s.st_size > LARGEST_FILE)
		fseek(f, -LARGEST_FILE, SEEK_END);
	return f;
}

int history_load(struct history *h, const char *path)
{
	FILE *f = open_end(path);
	char *line = NULL;
	size_t room = 0;
	int status = 0;
	if (!f)
		return errno == ENOMEM ? ERR_NOMEM : 0;
	while (status == 0 && getline(&line, &room, f) > 0) {
		line[strcspn(line, "\r\n")] = 0;
		if (line[0])
			status = history_add(h, line);
	}
	if (status == 0 && !feof(f))
		status = errno == ENOMEM ? ERR_NOMEM : ERR_IO;
	free(line);
	fclose(f);
	return status;
}

int history_append(const char *path, const char *line, struct err *e)
{
	home_make_folders(path);
	struct stat s;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	/* A history linked to /dev/null is deliberate: leave it alone. */
	const bool readied = fd >= 0 && fstat(fd, &s) == 0 &&
			     (!S_ISREG(s.st_mode) || fchmod(fd, 0600) == 0);
	FILE *f = readied ? fdopen(fd, "a") : NULL;
	bool ok = f && fprintf(f, "%s\n", line) > 0;
	int why = errno;
	if (f && fclose(f) != 0)
		ok = false, why = errno;
	if (!f && fd >= 0)
		close(fd);
	return ok ? 0 : err_set(e, ERR_IO, path, "the history cannot be saved: %s", strerror(why));
}

int history_save(const char *path, struct err *e)
{
	struct history h = { 0 };
	struct file file;
	int status = history_load(&h, path);
	status = status < 0 ? err_set(e, status, path,
				      "the history cannot be read completely; it is left unchanged")
			    : file_begin(&file, path, FILE_ONLY, e);
	if (status == 0) {
		for (int i = 0; i < h.n; i++)
			fprintf(file.stream, "%s\n", h.line[i]);
		status = file_commit(&file, e);
	}
	history_done(&h);
	return status;
}
