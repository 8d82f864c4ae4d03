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
		prompt_offer(p, value.bytes, value.bytes + length, is_folder);
	text_done(&path);
	text_done(&value);
}

static void offer_paths(struct prompt *p, const char *word)
{
	const char *slash = strrchr(word, '/'), *base = slash ? slash + 1 : word;
	const size_t length = (size_t)(base - word);
	char folder[1024];
	complete_folder_of(word, length, folder, sizeof folder);
	DIR *d = opendir(folder);
	if (!d)
		return;
	for (const struct dirent *entry; (entry = readdir(d));)
		if (!strncmp(entry->d_name, base, strlen(base)) &&
		    (entry->d_name[0] != '.' || base[0] == '.'))
			offer_entry(p, word, length, folder, entry->d_name);
	closedir(d);
}

void complete_word(struct session *s, struct prompt *p, const char *line, size_t start,
		   const char *word)
{
	bool path;
	json_t *list = command_complete(s, line, start, word, &path), *one;
	size_t i;
	json_array_foreach (list, i, one)
		prompt_offer(p, json_string_value(json_object_get(one, "value")),
			     json_string_value(json_object_get(one, "label")),
			     json_is_true(json_object_get(one, "more")));
	json_decref(list);
	if (path)
		offer_paths(p, word);
}
