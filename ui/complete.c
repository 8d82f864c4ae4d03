/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "complete.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "autorec/command.h"
#include "autorec/complete.h"

/* Writes the folder part of the word, with ~ expanded; "." if the word has no slash. */
static void complete_folder_of(const char *word, size_t length, char *out, size_t size)
{
	const char *home = getenv("HOME");
	if (length == 0)
		snprintf(out, size, ".");
	else if (word[0] == '~' && word[1] == '/' && home)
		snprintf(out, size, "%s%.*s", home, (int)length - 1, word + 1);
	else
		snprintf(out, size, "%.*s", (int)length, word);
}

static void offer_entry(struct prompt *p, const char *word, size_t length, const char *folder,
			const char *name)
{
	struct text path = { 0 }, value = { 0 };
	struct stat info;
	text_addf(&path, "%s/%s", folder, name);
	const bool is_folder = !path.failed && stat(path.bytes, &info) == 0 &&
			       S_ISDIR(info.st_mode);
	text_addf(&value, "%.*s%s%s", (int)length, word, name, is_folder ? "/" : "");
	if (!value.failed)
		prompt_offer(p, value.bytes, value.bytes + length, NULL, is_folder);
	text_done(&path);
	text_done(&value);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Offers the files and folders that continue the word, by name.  Returns their number. */
static size_t offer_paths(struct prompt *p, const char *word)
{
	const char *slash = strrchr(word, '/'), *base = slash ? slash + 1 : word;
	const size_t length = (size_t)(base - word);
	char folder[1024];
	struct dirent **entries;
	size_t offered = 0;
	complete_folder_of(word, length, folder, sizeof folder);
	const int n = scandir(folder, &entries, NULL, by_name);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		if (!strncmp(name, base, strlen(base)) && (name[0] != '.' || base[0] == '.')) {
			offer_entry(p, word, length, folder, name);
			offered++;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return offered;
}

void complete_word(struct session *s, struct prompt *p, const char *line, size_t start,
		   const char *word)
{
	struct completion c;
	json_t *one;
	size_t i;
	command_complete(s, line, start, word, &c);
	json_array_foreach (c.list, i, one)
		prompt_offer(p, json_string_value(json_object_get(one, "value")),
			     json_string_value(json_object_get(one, "label")),
			     json_string_value(json_object_get(one, "about")),
			     json_is_true(json_object_get(one, "more")));
	const size_t paths = c.path ? offer_paths(p, word) : 0;
	prompt_note(p, c.note.bytes ? c.note.bytes : "", (size_t)c.total + paths);
	completion_done(&c);
}
