/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "autorec/mem.h"
#include "autorec/text.h"
#include "format.h"
#include "source.h"

enum { MOST_FILES = 200000, SHOWN = 3 };

/* ---- lists of files ----------------------------------------------------- */

static int add_file(void *ctx, const char *path, struct err *e)
{
	struct file_list *l = ctx;
	if (path_base(path)[0] == '.') /* hidden files; some systems put one beside every file */
		return 0;
	if (l->n == MOST_FILES)
		return err_set(e, ERR_DATA, path,
			       "has more than %d files beside it; name the ratings file itself",
			       MOST_FILES);
	if (mem_grow(&l->path, &l->capacity, l->n + 1, sizeof *l->path, e) < 0 ||
	    !(l->path[l->n] = mem_text(path, e)))
		return ERR_NOMEM;
	l->n++;
	return 0;
}

static void list_done(struct file_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->path[i]);
	free(l->path);
}

static bool is_folder(const char *path, const struct dirent *entry)
{
	struct stat st;
	if (entry && entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return entry->d_type == DT_DIR;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Lists the files of a folder ("": the current one) and of its folders, down to `depth` levels. */
static int list_folder(struct file_list *l, const char *folder, int depth, struct err *e)
{
	DIR *dir = opendir(folder[0] ? folder : ".");
	struct dirent *entry;
	char path[PATH_MAX];
	int status = 0;
	if (!dir)
		return err_set(e, errno == ENOMEM ? ERR_NOMEM : ERR_DATA, folder,
			       "cannot be opened: %s", strerror(errno));
	const char *slash = folder[0] && folder[strlen(folder) - 1] != '/' ? "/" : "";
	while (status == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || snprintf(path, sizeof path, "%s%s%s", folder, slash,
							entry->d_name) >= (int)sizeof path)
			continue;
		if (!is_folder(path, entry))
			status = add_file(l, path, e);
		else if (depth > 0 && access(path, R_OK | X_OK) == 0)
			status = list_folder(l, path, depth - 1, e);
	}
	closedir(dir);
	return status;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(char **path, size_t n)
{
	if (n > 1)
		qsort(path, n, sizeof *path, compare_paths);
}

/* ---- which of them are the ratings -------------------------------------- */

static int depth_of(const char *path)
{
	int depth = 0;
	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

static bool same_folder(const char *a, const char *b)
{
	size_t n = (size_t)(path_base(a) - a);
	return n == (size_t)(path_base(b) - b) && !strncmp(a, b, n);
}

/* The first format that recognizes a folder by this file, or NULL. */
static const struct format_info *format_of_name(const char *path)
{
	for (const struct format_info *f = dataset_formats(); f->name; f++)
		if (f->folder && format_fits_name(f->folder, path))
			return f;
	return NULL;
}

/* ---- commands that would load a file ------------------------------------ */

/* The file in the folder that tests this one: u1.test of u1.base, x.test.inter of x.train.inter. */
static const char *test_of(const struct files *f, const char *path)
{
	static const char *const parts[][2] = { { ".base", ".test" }, { "train", "test" } };
	char other[PATH_MAX];
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *part = strcasestr(path_base(path), parts[i][0]);
		if (!part || snprintf(other, sizeof other, "%.*s%s%s", (int)(part - path), path,
				      parts[i][1], part + strlen(parts[i][0])) >= (int)sizeof other)
			continue;
		for (size_t j = 0; j < f->all.n; j++)
			if (!strcasecmp(f->all.path[j], other))
				return f->all.path[j];
	}
	return NULL;
}

/* Is it the test or validation part of another file? */
static bool is_held_out(const struct files *f, const char *path)
{
	for (size_t i = 0; i < f->all.n; i++)
		if (test_of(f, f->all.path[i]) == path)
			return true;
	return format_fits_name("*@(valid|validation|test)[.]*", path);
}

/* In quotes only if it needs them. */
static void add_path(struct text *t, const char *path)
{
	if (strpbrk(path, " \t\"'\\;"))
		text_add_quoted(t, path);
	else
		text_addf(t, "%s", path);
}

static void add_command(struct text *t, const struct files *f, const char *path)
{
	const char *test = test_of(f, path);
	text_addf(t, "%sload ", t->length ? "; " : "");
	add_path(t, path);
	if (test) {
		text_addf(t, " test=");
		add_path(t, path_base(test));
	}
}

/* The commands for up to SHOWN of the files, for an error or the report. */
static void add_commands(struct text *t, const struct files *f, char *const *path, size_t n)
{
	size_t shown = 0, left = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_held_out(f, path[i]))
			continue;
		if (shown == SHOWN)
			left++;
		else if (++shown)
			add_command(t, f, path[i]);
	}
	if (left > 0)
		text_addf(t, "; and %zu more", left);
}

static bool holds_text(const char *path)
{
	return format_fits_name("*.@(csv|tsv|dat|data|txt|inter|base|train|json|jsonl|mtx|arff)",
				path);
}

static int no_ratings(const struct files *f, const char *path, struct err *e)
{
	struct text known = { 0 }, commands = { 0 };
	for (const struct format_info *i = dataset_formats(); i->name; i++)
		if (i->folder)
			text_addf(&known, "%s%s", known.length ? ", " : "",
				  i->example ? i->example : i->folder);
	size_t n = 0;
	for (size_t i = 0; i < f->all.n; i++)
		if (holds_text(f->all.path[i]))
			f->ratings[n++] = f->all.path[i];
	add_commands(&commands, f, f->ratings, n);
	err_set(e, ERR_DATA, path,
		"has no ratings file with a known name, expected one of %s; %s%s",
		known.bytes ? known.bytes : "",
		commands.length ? "or name the file: " : "or name the file itself",
		commands.bytes ? commands.bytes : "");
	text_done(&known);
	text_done(&commands);
	return ERR_DATA;
}

static int several_sets(const struct files *f, const char *path, struct err *e)
{
	struct text commands = { 0 };
	add_commands(&commands, f, f->ratings, f->n_ratings);
	err_set(e, ERR_DATA, path, "has several ratings files; choose one: %s",
		commands.bytes ? commands.bytes : "");
	text_done(&commands);
	return ERR_DATA;
}

static bool has_member(const struct files *f, const char *pattern)
{
	for (size_t i = 0; i < f->all.n; i++)
		if (format_fits_name(pattern, f->all.path[i]))
			return true;
	return false;
}

/* What the archive is, if no archive of ratings. */
static const char *known_archive(const struct files *f)
{
	if (has_member(f, "workbook.@(xml|bin)"))
		return "is an Excel workbook; save it as CSV in the spreadsheet";
	if (has_member(f, "content.xml") && f->all.n > 3)
		return "is a spreadsheet (.ods); save it as CSV there";
	if (has_member(f, "format.npy"))
		return "is a sparse matrix of SciPy (.npz); convert it in Python: "
		       "scipy.io.mmwrite('r.mtx', scipy.sparse.load_npz('FILE'))";
	if (has_member(f, "*.npy"))
		return "holds NumPy arrays (.npz); convert one in Python: "
		       "numpy.savetxt('r.csv', numpy.load('FILE')['NAME'], delimiter=',')";
	return NULL;
}

/* Moves the least deep files of known names to the front of `ratings`. f->format becomes the first
 * of their formats. */
static void keep_known(struct files *f)
{
	int least = INT_MAX;
	size_t n = 0;
	for (size_t i = 0; i < f->all.n; i++) {
		const char *path = f->all.path[i];
		const struct format_info *format = format_of_name(path);
		int depth = depth_of(path);
		if (!format || depth > least)
			continue;
		if (depth < least) {
			n = 0;
			f->format = NULL;
		}
		least = depth;
		if (!f->format || format < f->format)
			f->format = format;
		f->ratings[n++] = f->all.path[i];
	}
	f->n_ratings = n;
}

/* Keeps the files in one folder that have the chosen format. */
static void keep_format(struct files *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_ratings; i++)
		if (format_of_name(f->ratings[i]) == f->format)
			f->ratings[n++] = f->ratings[i];
	f->n_ratings = n;
}

/* Keeps the files whose name speaks of ratings. */
static void keep_named(struct files *f)
{
	for (size_t i = 0; i < f->all.n; i++)
		if (holds_text(f->all.path[i]) && format_fits_name("*rating*", f->all.path[i]))
			f->ratings[f->n_ratings++] = f->all.path[i];
}

static int files_choose(struct files *f, const char *path, struct err *e)
{
	f->ratings = mem_array(f->all.n, sizeof *f->ratings, e);
	if (!f->ratings)
		return ERR_NOMEM;
	const char *archive = known_archive(f);
	if (archive)
		return err_set(e, ERR_DATA, path, "%s", archive);
	keep_known(f);
	if (f->n_ratings == 0 && f->all.n == 1) /* no other choice */
		f->ratings[f->n_ratings++] = f->all.path[0];
	if (f->n_ratings == 0)
		keep_named(f);
	if (f->n_ratings == 0)
		return no_ratings(f, path, e);
	for (size_t i = 1; i < f->n_ratings; i++)
		if (!same_folder(f->ratings[0], f->ratings[i]) || !f->format)
			return several_sets(f, path, e);
	if (f->format)
		keep_format(f);
	return f->n_ratings > 1 && !(f->format && f->format->many) ? several_sets(f, path, e) : 0;
}

/* ---- the data set ------------------------------------------------------- */

/* Copies to out the archive that contains a member's path, or the folder of a file. */
static void place_of(const char *path, char out[PATH_MAX], bool *archive)
{
	struct stat st;
	snprintf(out, PATH_MAX, "%s", path);
	*archive = false;
	for (char *slash; (slash = strrchr(out, '/')) && slash > out;) {
		*slash = 0;
		if (stat(out, &st) == 0) {
			*archive = S_ISREG(st.st_mode);
			return;
		}
	}
	snprintf(out, PATH_MAX, "%s", path[0] == '/' ? "/" : "");
}

/* Lists what is beside a file that was named. Failing to list it matters only if something is
 * needed from there. */
static int list_beside(struct files *f, const char *path, const struct input_wait *wait,
		       struct err *e)
{
	char place[PATH_MAX];
	bool archive;
	f->ratings = mem_array(1, sizeof *f->ratings, e);
	f->named = mem_text(path, e);
	if (!f->ratings || !f->named)
		return ERR_NOMEM;
	f->ratings[0] = f->named;
	f->n_ratings = 1;
	place_of(path, place, &archive);
	int status = archive ? source_members(place, wait, add_file, &f->all, e)
			     : list_folder(&f->all, place, 0, e);
	return status == ERR_NOMEM || status == ERR_INTERRUPTED ? status : 0;
}

int files_find(struct files *f, const char *path, const struct load_options *options, struct err *e)
{
	const struct input_wait wait = source_wait(options);
	struct stat st;
	char folder[PATH_MAX];
	*f = (struct files){ 0 };
	if (strlen(path) >= sizeof folder)
		return err_set(e, ERR_DATA, NULL, "a path of %zu bytes is too long", strlen(path));
	snprintf(folder, sizeof folder, "%s", path);
	for (size_t n = strlen(folder); n > 1 && folder[n - 1] == '/'; n--)
		folder[n - 1] = 0;
	bool there = stat(path, &st) == 0,
	     is_archive = there && S_ISREG(st.st_mode) && source_is_archive(path);
	if (!is_archive && !(there && S_ISDIR(st.st_mode)))
		return list_beside(f, path, &wait, e);
	int status = is_archive ? source_members(folder, &wait, add_file, &f->all, e)
				: list_folder(&f->all, folder, 1, e);
	sort(f->all.path, f->all.n);
	return status == 0 ? files_choose(f, folder, e) : status;
}

void files_done(struct files *f)
{
	list_done(&f->all);
	free(f->ratings);
	free(f->named);
	*f = (struct files){ 0 };
}

void files_others(const struct files *f, struct text *out)
{
	for (size_t i = 0; i < f->all.n; i++)
		if (f->all.path[i] != f->ratings[0] && test_of(f, f->all.path[i]))
			add_command(out, f, f->all.path[i]);
}

const char *files_beside(const struct files *f, const char *name)
{
	const char *beside = f->ratings[0];
	size_t folder = (size_t)(path_base(beside) - beside), length = strlen(name);
	for (size_t i = 0; i < f->all.n; i++) {
		const char *path = f->all.path[i];
		if (!strncmp(path, beside, folder) && !strncmp(path + folder, name, length) &&
		    (!path[folder + length] || !strcmp(path + folder + length, ".gz")))
			return path;
	}
	return NULL;
}

/* Is `path` the titles of a ratings file? The pattern's "*" stands for the name of the ratings file
 * without its extension. */
static bool is_titles(const char *pattern, const char *path, const char *ratings)
{
	const char *name = path_base(path), *own = path_base(ratings), *dot = strchr(own, '.');
	size_t stem = dot ? (size_t)(dot - own) : strlen(own);
	return format_fits_name(pattern, path) &&
	       (pattern[0] != '*' || (!strncmp(name, own, stem) && name[stem] == '.'));
}

static const char *titles_among(const struct files *f, const char *pattern, const char *folder,
				size_t length)
{
	for (size_t i = 0; i < f->all.n; i++) {
		const char *path = f->all.path[i];
		if ((size_t)(path_base(path) - path) == length && !strncmp(path, folder, length) &&
		    is_titles(pattern, path, f->ratings[0]))
			return path;
	}
	return NULL;
}

const char *files_titles(struct files *f, const struct format_info *format)
{
	const char *own = f->ratings[0], *found;
	char above[PATH_MAX];
	int length = (int)(path_base(own) - own), shorter = length - 1;
	if (!format->titles)
		return NULL;
	found = titles_among(f, format->titles, own, (size_t)length);
	if (found || !format->many)
		return found;
	while (shorter > 0 && own[shorter - 1] != '/')
		shorter--;
	found = shorter > 0 ? titles_among(f, format->titles, own, (size_t)shorter)
			    : NULL; /* in an archive */
	if (found || snprintf(above, sizeof above, "%.*s../", length, own) >= (int)sizeof above)
		return found;
	return list_folder(&f->all, above, 0, NULL) == 0
		       ? titles_among(f, format->titles, above, strlen(above))
		       : NULL;
}
