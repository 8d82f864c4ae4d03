/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * zlib reads plain files as they are and checks the checksums of gzipped ones. libarchive does not
 * check them, so it reads a .tar.gz through zlib. It reads a .zip directly, because the directory
 * of a .zip is at its end. */
#include "source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "autorec/load.h"
#include "autorec/mem.h"

enum { ARCHIVE_BLOCK = 1 << 16, TAR_MAGIC = 257 };

/* An archive that is read from beginning to end. */
struct members {
	struct archive *archive;
	gzFile file; /* a .tar is read through it; NULL for a .zip */
	/* Decides whether to go on: finding the next member may take long. */
	struct input_wait wait;
	bool stopped;
	char block[ARCHIVE_BLOCK];
};

struct source {
	char *const *paths; /* [n] */
	size_t n, begun;    /* begun: files so far */
	const char *path;   /* of the current file */
	double bytes, done; /* of the current file, as far as known */
	gzFile file;        /* the current file, unless it is a member */
	bool pipes;         /* may be opened and waited for */
	struct input_wait wait;
	struct members *members;
	size_t prefix; /* length of the archive's part of the paths */
	/* The current file's first bytes, [n_head], of which `taken` have been handed out. */
	char *head;
	size_t n_head, taken;
	/* Unpacks the current file; NULL and false if it is not compressed again. */
	struct archive *packed;
	bool gzipped;
	z_stream gzip;  /* of a gzipped member of an archive */
	bool in_gzip;   /* within one of the parts of which it consists */
	struct err why; /* why its bytes could not be read */
};

static bool source_go_on(void *ctx)
{
	const struct load_options *o = ctx;
	return !o->progress || o->progress(o->ctx, 0);
}

struct input_wait source_wait(const struct load_options *options)
{
	return (struct input_wait){ options ? source_go_on : NULL, (void *)options };
}

/* ---- zlib --------------------------------------------------------------- */

static int open_gzip(gzFile *out, const char *path, const struct input_wait *pipes, struct err *e)
{
	const int fd = input_open_whole(path, pipes, e);
	if (fd < 0)
		return fd;
	*out = gzdopen(fd, "rb");
	if (*out)
		return 0;
	close(fd);
	return err_set(e, ERR_NOMEM, path, "out of memory");
}

static int gzip_error(gzFile file, const char *path, struct err *e)
{
	int status;
	const char *message = gzerror(file, &status); /* "path: what" */
	const char *what = strrchr(message, ':');
	if (status == Z_ERRNO)
		return err_set(e, ERR_IO, path, "cannot be read: %s", strerror(errno));
	if (status == Z_BUF_ERROR)
		return err_set(e, ERR_DATA, path,
			       "the compressed file ends too early; fetch it again");
	return err_set(e, ERR_DATA, path, "the compressed file is damaged (%s); fetch it again",
		       what && what[1] == ' ' ? what + 2 : message);
}

static ssize_t read_gzip(gzFile file, const char *path, char *to, size_t n, struct err *e)
{
	int got = gzread(file, to, (unsigned)n), status;
	gzerror(file, &status);
	return got < 0 || status == Z_BUF_ERROR ? gzip_error(file, path, e) : got;
}

/* ---- libarchive --------------------------------------------------------- */

static la_ssize_t feed(struct archive *a, void *ctx, const void **block)
{
	struct members *m = ctx;
	struct err e;
	*block = m->block;
	m->stopped = m->wait.go_on && !m->wait.go_on(m->wait.ctx);
	if (m->stopped)
		return -1;
	ssize_t got = read_gzip(m->file, "", m->block, sizeof m->block, &e);
	if (got < 0)
		archive_set_error(a, EIO, "%s", e.message);
	return got < 0 ? -1 : got;
}

static int archive_error(const struct members *m, const char *path, struct err *e)
{
	const char *what = archive_error_string(m->archive);
	if (m->stopped)
		return err_set(e, ERR_INTERRUPTED, path, "stopped; nothing was loaded");
	return err_set(e, ERR_DATA, path, "the archive cannot be read (%s); fetch it again",
		       what ? what : "no reason given");
}

static void members_close(struct members *m)
{
	if (!m)
		return;
	archive_read_free(m->archive);
	if (m->file)
		gzclose(m->file);
	free(m);
}

static int members_open(struct members **out, const char *path, const struct input_wait *wait,
			struct err *e)
{
	struct members *m = mem_array(1, sizeof *m, e);
	char magic[2] = "";
	if (!m)
		return ERR_NOMEM;
	m->wait = *wait;
	int status = open_gzip(&m->file, path, NULL, e);
	if (status == 0)
		status = read_gzip(m->file, path, magic, sizeof magic, e) < 0 ? ERR_DATA : 0;
	m->archive = archive_read_new();
	if (status < 0 || !m->archive) {
		members_close(m);
		return status < 0 ? status : err_set(e, ERR_NOMEM, path, "out of memory");
	}
	if (!memcmp(magic, "PK", 2) && gzdirect(m->file)) {
		gzclose(m->file);
		m->file = NULL;
		archive_read_support_format_zip(m->archive);
		status = archive_read_open_filename(m->archive, path, ARCHIVE_BLOCK);
	} else {
		gzrewind(m->file);
		archive_read_support_format_tar(m->archive);
		status = archive_read_open(m->archive, m, NULL, feed, NULL);
	}
	if (status != ARCHIVE_OK) {
		status = archive_error(m, path, e);
		members_close(m);
		return status;
	}
	*out = m;
	return 0;
}

/* Goes to the next member that is a file. *name has no leading "./" or "/". Returns 1, or 0
 * after the last. */
static int members_next(struct members *m, const char *path, const char **name, double *bytes,
			struct err *e)
{
	struct archive_entry *entry;
	for (;;) {
		int status = archive_read_next_header(m->archive, &entry);
		if (status == ARCHIVE_EOF)
			return 0;
		if (status < ARCHIVE_WARN)
			return archive_error(m, path, e);
		*name = archive_entry_pathname(entry);
		if (!*name || archive_entry_filetype(entry) != AE_IFREG)
			continue;
		while (!strncmp(*name, "./", 2) || **name == '/')
			*name += **name == '/' ? 1 : 2;
		*bytes = archive_entry_size_is_set(entry) ? (double)archive_entry_size(entry) : 0;
		return 1;
	}
}

/* Inspects the first bytes without consuming them. */
static bool is_archive(gzFile file)
{
	char head[TAR_MAGIC + 5];
	int got = gzread(file, head, sizeof head);
	bool zip = got >= 4 && gzdirect(file) &&
		   (!memcmp(head, "PK\3\4", 4) || !memcmp(head, "PK\5\6", 4));
	bool tar = got == sizeof head && !memcmp(head + TAR_MAGIC, "ustar", 5);
	gzrewind(file);
	return zip || tar;
}

bool source_is_archive(const char *path)
{
	gzFile file;
	if (open_gzip(&file, path, NULL, NULL) < 0)
		return false;
	const bool archive = is_archive(file);
	gzclose(file);
	return archive;
}

int source_members(const char *archive, const struct input_wait *wait,
		   int (*each)(void *ctx, const char *path, struct err *e), void *ctx,
		   struct err *e)
{
	struct members *m;
	const char *name;
	double bytes;
	char path[PATH_MAX];
	int status = members_open(&m, archive, wait, e);
	if (status < 0)
		return status;
	while ((status = members_next(m, archive, &name, &bytes, e)) > 0) {
		if (snprintf(path, sizeof path, "%s/%s", archive, name) < (int)sizeof path)
			status = each(ctx, path, e);
		if (status < 0)
			break;
	}
	members_close(m);
	return status;
}

/* ---- files one after the other ------------------------------------------ */

/* The length of the archive's path within a member's path; 0: not a member. */
static size_t archive_length(const char *path)
{
	struct stat st;
	char prefix[PATH_MAX];
	if (stat(path, &st) == 0 || errno != ENOTDIR || strlen(path) >= sizeof prefix)
		return 0;
	for (const char *slash = strrchr(path, '/'); slash && slash > path;
	     slash = memrchr(path, '/', (size_t)(slash - path))) {
		snprintf(prefix, sizeof prefix, "%.*s", (int)(slash - path), path);
		if (stat(prefix, &st) == 0)
			return S_ISREG(st.st_mode) && source_is_archive(prefix)
				       ? (size_t)(slash - path)
				       : 0;
	}
	return 0;
}

int source_open(struct source **out, char *const *paths, size_t n, bool pipes,
		const struct input_wait *wait, struct err *e)
{
	struct source *s = mem_array(1, sizeof *s, e);
	if (!s)
		return ERR_NOMEM;
	*s = (struct source){ .paths = paths, .n = n, .pipes = pipes, .wait = *wait };
	size_t length = archive_length(paths[0]);
	int status = 0;
	if (length > 0) {
		char *archive = strndup(paths[0], length);
		status = archive ? members_open(&s->members, archive, wait, e)
				 : err_set(e, ERR_NOMEM, paths[0], "out of memory");
		free(archive);
		s->prefix = length + 1;
	}
	if (status < 0)
		source_close(s);
	else
		*out = s;
	return status;
}

/* Ends unpacking the current file. */
static void source_end(struct source *s)
{
	if (s->packed)
		archive_read_free(s->packed);
	if (s->gzipped)
		inflateEnd(&s->gzip);
	s->packed = NULL;
	s->gzipped = s->in_gzip = false;
	s->n_head = s->taken = 0;
	s->why = (struct err){ 0 };
}

void source_close(struct source *s)
{
	if (!s)
		return;
	source_end(s);
	if (s->file)
		gzclose(s->file);
	members_close(s->members);
	free(s->head);
	free(s);
}

/* The path with this member's name; NULL: it was not requested. */
static const char *find_path(const struct source *s, const char *name)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, s->paths[middle] + s->prefix);
		if (order == 0)
			return s->paths[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static int next_member(struct source *s, struct err *e)
{
	const char *name;
	int got = 0;
	s->path = NULL;
	while (s->begun < s->n && !s->path &&
	       (got = members_next(s->members, s->paths[0], &name, &s->bytes, e)) > 0)
		s->path = find_path(s, name);
	if (!s->path && got == 0 && s->begun == 0)
		return err_set(e, ERR_DATA, s->paths[0],
			       "cannot be opened: the archive has no such file");
	return s->path ? 1 : got;
}

static int source_next_file(struct source *s, struct err *e)
{
	struct stat st;
	if (s->file)
		gzclose(s->file);
	s->file = NULL;
	if (s->begun == s->n)
		return 0;
	s->path = s->paths[s->begun];
	int status = open_gzip(&s->file, s->path, s->pipes ? &s->wait : NULL, e);
	const bool known = status == 0 && stat(s->path, &st) == 0;
	s->bytes = known ? (double)st.st_size : 0;
	if (known && !S_ISREG(st.st_mode) && is_archive(s->file))
		return err_set(
			e, ERR_DATA, s->path,
			"is an archive read through a pipe; write it to a file and load that");
	return status < 0 ? status : 1;
}

/* ---- the bytes of the current file -------------------------------------- */

static ssize_t read_raw(struct source *s, char *to, size_t n, struct err *e)
{
	ssize_t got;
	if (s->members) {
		got = archive_read_data(s->members->archive, to, n);
		if (got < 0)
			return archive_error(s->members, s->path, e);
		s->done += (double)got;
	} else {
		got = read_gzip(s->file, s->path, to, n, e);
		s->done = (double)gzoffset(s->file);
	}
	return got;
}

/* Is it compressed? zlib has unpacked a .gz already unless it is in an archive. */
static bool is_packed(const char *head, size_t n)
{
	static const char *const magic[] = { "\xfd\x37zXZ", "\x28\xb5\x2f\xfd", "BZh" };
	for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
		if (n > strlen(magic[i]) && !memcmp(head, magic[i], strlen(magic[i])))
			return true;
	return false;
}

static bool is_gzip(const char *bytes, size_t n)
{
	return n > 2 && !memcmp(bytes, "\x1f\x8b", 2);
}

/* The head of a compressed file, and then the bytes that follow, in its place. */
static ssize_t packed_bytes(struct source *s)
{
	if (s->taken == s->n_head)
		return read_raw(s, s->head, ARCHIVE_BLOCK, &s->why);
	s->taken = s->n_head;
	return (ssize_t)s->n_head;
}

static la_ssize_t feed_packed(struct archive *a, void *ctx, const void **block)
{
	struct source *s = ctx;
	const ssize_t got = packed_bytes(s);
	*block = s->head;
	if (got < 0)
		archive_set_error(a, EIO, "%s", s->why.message);
	return got;
}

static int packed_error(struct source *s, const char *what, struct err *e)
{
	if (s->why.code < 0)
		return err_set(e, s->why.code, s->why.where, "%s", s->why.message);
	return err_set(e, ERR_DATA, s->path, "the compressed file is damaged (%s); fetch it again",
		       what ? what : "no reason given");
}

/* Unpacks up to n bytes of a gzipped member. Like gunzip, it ignores what follows the last part. */
static ssize_t read_gzipped(struct source *s, char *to, size_t n, struct err *e)
{
	z_stream *z = &s->gzip;
	z->next_out = (Bytef *)to;
	z->avail_out = (uInt)n;
	while (z->avail_out > 0) {
		if (z->avail_in == 0) {
			const ssize_t got = packed_bytes(s);
			if (got < 0 || (got == 0 && s->in_gzip))
				return packed_error(s, "it ends too early", e);
			if (got == 0)
				break;
			z->next_in = (Bytef *)s->head;
			z->avail_in = (uInt)got;
		}
		if (!s->in_gzip && (*z->next_in != 0x1f || inflateReset(z) != Z_OK))
			break;
		const int status = inflate(z, Z_NO_FLUSH);
		if (status != Z_OK && status != Z_STREAM_END)
			return packed_error(s, z->msg, e);
		s->in_gzip = status == Z_OK;
	}
	return (ssize_t)n - z->avail_out;
}

static ssize_t read_packed(struct source *s, char *to, size_t n, struct err *e)
{
	if (s->gzipped)
		return read_gzipped(s, to, n, e);
	const ssize_t got = archive_read_data(s->packed, to, n);
	return got < 0 ? packed_error(s, archive_error_string(s->packed), e) : got;
}

static int gzipped_begin(struct source *s, struct err *e)
{
	enum { GZIP_ONLY = 16 };
	s->gzip = (z_stream){ 0 };
	s->gzipped = inflateInit2(&s->gzip, MAX_WBITS + GZIP_ONLY) == Z_OK;
	return s->gzipped ? 0 : err_set(e, ERR_NOMEM, s->path, "out of memory");
}

static int packed_begin(struct source *s, struct err *e)
{
	struct archive_entry *entry;
	s->packed = archive_read_new();
	if (!s->packed)
		return err_set(e, ERR_NOMEM, s->path, "out of memory");
	archive_read_support_filter_all(s->packed);
	archive_read_support_format_raw(s->packed);
	archive_read_support_format_empty(s->packed);
	int status = archive_read_open(s->packed, s, NULL, feed_packed, NULL);
	if (status == ARCHIVE_OK)
		status = archive_read_next_header(s->packed, &entry);
	if (status == ARCHIVE_EOF) /* nothing was compressed */
		source_end(s);
	return status == ARCHIVE_OK || status == ARCHIVE_EOF
		       ? 0
		       : packed_error(s, archive_error_string(s->packed), e);
}

/* Reads the first bytes of a file and, if they are compressed (.xz, .zst, .bz2, or .gz within an
 * archive), prepares to unpack it. */
static int source_begin(struct source *s, struct err *e)
{
	source_end(s);
	if (!s->head && !(s->head = mem_array(ARCHIVE_BLOCK, 1, e)))
		return ERR_NOMEM;
	const ssize_t got = read_raw(s, s->head, ARCHIVE_BLOCK, e);
	if (got < 0)
		return (int)got;
	s->n_head = (size_t)got;
	if (is_gzip(s->head, s->n_head))
		return gzipped_begin(s, e);
	return is_packed(s->head, s->n_head) ? packed_begin(s, e) : 0;
}

int source_next(struct source *s, const char **path, struct err *e)
{
	int got = s->members ? next_member(s, e) : source_next_file(s, e);
	if (got <= 0)
		return got;
	s->begun++;
	s->done = 0;
	*path = s->path;
	got = source_begin(s, e);
	return got < 0 ? got : 1;
}

ssize_t source_read(struct source *s, char *to, size_t n, struct err *e)
{
	size_t have = 0;
	const bool packed = s->packed || s->gzipped;
	if (!packed) {
		have = n < s->n_head - s->taken ? n : s->n_head - s->taken;
		memcpy(to, s->head + s->taken, have);
		s->taken += have;
	}
	while (have < n) {
		const ssize_t got = packed ? read_packed(s, to + have, n - have, e)
					   : read_raw(s, to + have, n - have, e);
		if (got < 0)
			return got;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

double source_fraction(const struct source *s)
{
	double part = s->bytes > 0 && s->done < s->bytes ? s->done / s->bytes : 1;
	return s->begun > 0 ? ((double)(s->begun - 1) + part) / (double)s->n : 0;
}
