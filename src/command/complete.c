/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completions of an unfinished word: verbs, option names and their values, users, items by id or
 * quoted title, and data sets.  The caller completes file paths. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/format.h"
#include "autorec/glossary.h"
#include "autorec/command.h"
#include "autorec/complete.h"
#include "autorec/known.h"
#include "autorec/words.h"

enum { MAX_OFFERED = 200 };

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static void offer(json_t *list, const char *value, const char *label, bool more)
{
	if (json_array_size(list) < MAX_OFFERED)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", value, "label",
						      label ? label : value, "more", more));
}

static void offer_choices(json_t *list, const char *choices, const char *word)
{
	char choice[64];
	for (int i = 0; param_choice(choices, i, choice, sizeof choice); i++)
		if (begins(choice, word))
			offer(list, choice, NULL, false);
}

static void offer_users(const struct session *s, json_t *list, const char *word)
{
	for (int32_t u = 0;
	     s->doc.data && u < dataset_users(s->doc.data) && json_array_size(list) < MAX_OFFERED;
	     u++)
		if (begins(ids_name(s->doc.data->users, u), word))
			offer(list, ids_name(s->doc.data->users, u), NULL, false);
}

static void offer_items(const struct session *s, json_t *list, const char *word)
{
	int32_t items[MAX_OFFERED];
	int n = s->doc.data ? dataset_match_items(s->doc.data, word, items, MAX_OFFERED) : 0;
	for (int i = 0; i < n; i++) {
		const char *title = dataset_title(s->doc.data, items[i]),
			   *id = ids_name(s->doc.data->items, items[i]);
		struct text label = { 0 };
		text_addf(&label, "%s (%s)", title, id);
		offer(list, title[0] && !begins(id, word) ? title : id,
		      title[0] && !label.failed ? label.bytes : NULL, false);
		text_done(&label);
	}
}

static void offer_datasets(json_t *list, const char *word)
{
	for (const struct known_dataset *k = known_datasets; k->name; k++)
		if (begins(k->name, word))
			offer(list, k->name, NULL, false);
}

/* The topics of the help: commands, options, models and words. */
static void offer_topics(json_t *list, const char *word)
{
	for (int i = 0; i < n_commands; i++)
		if (begins(command_table[i]->name, word))
			offer(list, command_table[i]->name, NULL, false);
	for (int i = 0; i < n_options; i++)
		if (begins(option_table[i].param.name, word))
			offer(list, option_table[i].param.name, NULL, false);
	for (int i = 0; model_ops_at(i); i++)
		if (begins(model_ops_at(i)->name, word))
			offer(list, model_ops_at(i)->name, NULL, false);
	for (const struct gloss *g = glossary; word[0] && g->word; g++)
		if (begins(g->word, word))
			offer(list, g->word, NULL, false);
}

static void offer_values(const struct session *s, json_t *list, const struct param *p,
			 const char *word)
{
	switch (p->type) {
	case PARAM_CHOICE: offer_choices(list, p->choices, word); break;
	case PARAM_FLAG: offer_choices(list, "on off", word); break;
	case PARAM_USER: offer_users(s, list, word); break;
	case PARAM_ITEM: offer_items(s, list, word); break;
	case PARAM_DATASET: offer_datasets(list, word); break;
	case PARAM_FORMAT:
		for (const struct format_info *f = dataset_formats(); f->name; f++)
			if (begins(f->name, word))
				offer(list, f->name, NULL, false);
		break;
	case PARAM_VERB:
		for (int i = 0; i < n_commands; i++)
			if (begins(command_table[i]->name, word))
				offer(list, command_table[i]->name, NULL, false);
		break;
	case PARAM_TOPIC: offer_topics(list, word); break;
	case PARAM_MODEL:
		for (int i = 0; model_ops_at(i); i++)
			if (begins(model_ops_at(i)->name, word))
				offer(list, model_ops_at(i)->name, NULL, false);
		break;
	case PARAM_OPTION:
		for (int i = 0; i < n_options; i++)
			if (begins(option_table[i].param.name, word))
				offer(list, option_table[i].param.name, NULL, false);
		break;
	default: break;
	}
}

static void offer_name(json_t *list, const char *name, const char *word)
{
	char named[64];
	snprintf(named, sizeof named, "%s=", name);
	if (begins(named, word))
		offer(list, named, NULL, true);
}

/* Offers the parameters that can be given by name: the optional ones, and a model's options. */
static void offer_names(json_t *list, const struct command *c, const char *word)
{
	for (int i = 0; i < MAX_PARAMS && c->params[i].name; i++)
		if (!c->params[i].required)
			offer_name(list, c->params[i].name, word);
	for (int i = 0; c->options && i < n_options; i++)
		offer_name(list, option_table[i].param.name, word);
}

static const struct param *param_named(const struct command *c, const char *name, size_t length)
{
	for (int i = 0; i < MAX_PARAMS && c->params[i].name; i++)
		if (strlen(c->params[i].name) == length &&
		    !strncmp(c->params[i].name, name, length))
			return &c->params[i];
	for (int i = 0; c->options && i < n_options; i++)
		if (strlen(option_table[i].param.name) == length &&
		    !strncmp(option_table[i].param.name, name, length))
			return &option_table[i].param;
	return NULL;
}

/* export takes the id of a user or of an item, depending on what it exports. */
static const struct param *exported(const char *what, const struct param *p)
{
	static const struct param user = { .type = PARAM_USER }, item = { .type = PARAM_ITEM };
	if (!strcmp(what, "user") || !strcmp(what, "recommendations"))
		return &user;
	return !strcmp(what, "item") ? &item : p;
}

/* The parameter of the word that follows `n` complete words; NULL if there is none. */
static const struct param *param_at(char **words, const bool *quoted, int n, bool named)
{
	const struct command *c = command_find(words[0], NULL);
	const struct param *p = NULL;
	int place = 0;
	if (!c)
		return NULL;
	for (int i = 1; i < n; i++)
		place += quoted[i] || !strchr(words[i], '=');
	const struct config_option *o = !strcmp(c->name, "set") && place == 1
						? option_find(words[1])
						: NULL;
	if (o) /* the values of the option that set changes */
		return &o->param;
	if (named)
		p = param_named(c, words[n - 1], strcspn(words[n - 1], "="));
	else if (place < MAX_PARAMS && c->params[place].name)
		p = &c->params[place];
	return p && n > 1 && !strcmp(c->name, "export") && !strcmp(p->name, "id")
		       ? exported(words[1], p)
		       : p;
}

json_t *command_complete(struct session *s, const char *line, size_t start, const char *word,
			 bool *path)
{
	static const struct param verb = { .type = PARAM_VERB };
	char *words[MAX_WORDS], before[1024];
	bool quoted[MAX_WORDS];
	json_t *list = json_array();
	*path = false;
	if (start >= sizeof before)
		return list;
	snprintf(before, sizeof before, "%.*s", (int)start, line);
	const bool named = start > 0 && before[start - 1] == '=';
	int n = words_cut(before, words, quoted, MAX_WORDS, NULL);
	if (n < 0)
		return list;
	const struct param *p = n == 0 ? &verb : param_at(words, quoted, n, named);
	if (p)
		offer_values(s, list, p, word);
	*path = p && (p->type == PARAM_PATH || p->type == PARAM_DATASET);
	const struct command *c = n > 0 && !named ? command_find(words[0], NULL) : NULL;
	if (c)
		offer_names(list, c, word);
	return list;
}
