/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Completions of an unfinished word: verbs, option names and their values, users, items by id or
 * quoted title, hidden units, and data sets.  The caller completes file paths. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/complete.h"
#include "autorec/format.h"
#include "autorec/glossary.h"
#include "autorec/help.h"
#include "autorec/known.h"
#include "autorec/mem.h"
#include "autorec/words.h"

enum { MAX_OFFERED = 200 };

/* The word to complete, and what has been found for it so far. */
struct offer {
	const struct session *session;
	const char *word;
	struct completion *out;
};

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static void put(struct offer *o, const char *value, const char *label, const char *about, bool more)
{
	if (o->out->total++ < MAX_OFFERED)
		json_array_append_new(o->out->list,
				      json_pack("{s:s, s:s, s:s, s:b}", "value", value, "label",
						label ? label : value, "about", about ? about : "",
						"more", more));
}

/* Offers a word if it continues the unfinished one. */
static void offer(struct offer *o, const char *value, const char *about)
{
	if (begins(value, o->word))
		put(o, value, NULL, about, false);
}

static void offer_choices(struct offer *o, const char *choices)
{
	char choice[64];
	for (int i = 0; param_choice(choices, i, choice, sizeof choice); i++)
		offer(o, choice, NULL);
}

static void offer_users(struct offer *o)
{
	const struct dataset *d = o->session->doc.data;
	for (int32_t u = 0; d && u < dataset_users(d); u++)
		offer(o, ids_name(d->users, u), NULL);
}

static void offer_items(struct offer *o)
{
	const struct dataset *d = o->session->doc.data;
	int32_t *items = d ? mem_array((size_t)dataset_items(d) + 1, sizeof *items, NULL) : NULL;
	const int n = items ? dataset_match_items(d, o->word, items, dataset_items(d)) : 0;
	for (int i = 0; i < n; i++) {
		const char *title = dataset_title(d, items[i]), *id = ids_name(d->items, items[i]);
		put(o, title[0] && !begins(id, o->word) ? title : id, title[0] ? title : NULL,
		    title[0] ? id : NULL, false);
	}
	free(items);
}

static void offer_units(struct offer *o)
{
	struct trainer *t = session_trainer(o->session);
	const struct weights *w = t ? trainer_pin(t) : NULL;
	char number[16];
	for (int32_t j = 0; w && w->hidden.rows > 0 && j < w->hidden.k; j++) {
		snprintf(number, sizeof number, "%d", (int)j);
		offer(o, number, NULL);
	}
	if (w)
		trainer_unpin(t, w);
}

static void offer_verbs(struct offer *o)
{
	for (int i = 0; i < n_commands; i++)
		offer(o, command_table[i]->name, command_table[i]->summary);
}

static void offer_models(struct offer *o)
{
	for (int i = 0; model_ops_at(i); i++)
		offer(o, model_ops_at(i)->name, model_ops_at(i)->help);
}

/* Offers options that the model takes, and those that belong to no model; ops NULL: any model. */
static void offer_options(struct offer *o, const struct model_ops *ops)
{
	for (int i = 0; i < n_options; i++)
		if (!ops || option_table[i].scope == OPTION_SESSION ||
		    option_table[i].scope == OPTION_TRAINING ||
		    model_takes(ops, option_table[i].param.name))
			offer(o, option_table[i].param.name, option_table[i].param.help);
}

/* The topics of the help: commands, options, models and words. */
static void offer_topics(struct offer *o)
{
	offer_verbs(o);
	offer_options(o, NULL);
	offer_models(o);
	for (const struct gloss *g = glossary; o->word[0] && g->word; g++)
		offer(o, g->word, g->meaning);
}

static void offer_formats(struct offer *o)
{
	for (const struct format_info *f = dataset_formats(); f->name; f++)
		offer(o, f->name, NULL);
}

static void offer_datasets(struct offer *o)
{
	for (const struct known_dataset *k = known_datasets; k->name; k++)
		offer(o, k->name, NULL);
}

static void offer_genres(struct offer *o)
{
	const struct dataset *d = o->session->doc.data;
	for (int g = 0; d && g < d->genres.n; g++)
		offer(o, d->genres.names[g], NULL);
}

static void offer_values(struct offer *o, const struct param *p, const struct model_ops *ops)
{
	switch (p->type) {
	case PARAM_CHOICE: offer_choices(o, p->choices); break;
	case PARAM_FLAG: offer_choices(o, "on off"); break;
	case PARAM_USER: offer_users(o); break;
	case PARAM_ITEM: offer_items(o); break;
	case PARAM_UNIT: offer_units(o); break;
	case PARAM_DATASET: offer_datasets(o); break;
	case PARAM_FORMAT: offer_formats(o); break;
	case PARAM_GENRE: offer_genres(o); break;
	case PARAM_VERB: offer_verbs(o); break;
	case PARAM_TOPIC: offer_topics(o); break;
	case PARAM_MODEL: offer_models(o); break;
	case PARAM_OPTION: offer_options(o, ops); break;
	default: break;
	}
}

/* ---- the line ----------------------------------------------------------- */

struct line {
	char *words[MAX_WORDS];
	bool quoted[MAX_WORDS];
	int n;                       /* complete words */
	const struct command *verb;  /* NULL: none yet, or unknown */
	const struct model_ops *ops; /* the model that the line is about; NULL: any */
	bool named;                  /* the word follows "name=" */
};

static const struct model_ops *ops_of(const struct session *s, const struct line *l)
{
	if (l->n > 1 && l->verb && !strcmp(l->verb->name, "model"))
		return model_ops_find(l->words[1]);
	return session_trainer(s) ? trainer_model(session_trainer(s))->ops : NULL;
}

static bool is_given(const struct line *l, const char *name)
{
	const size_t n = strlen(name);
	for (int i = 1; i < l->n; i++)
		if (!strncmp(l->words[i], name, n) && l->words[i][n] == '=')
			return true;
	return false;
}

static void offer_name(struct offer *o, const struct line *l, const struct param *p)
{
	char named[64];
	snprintf(named, sizeof named, "%s=", p->name);
	if (begins(named, o->word) && !is_given(l, p->name))
		put(o, named, NULL, p->help, true);
}

/* Offers the parameters that can be given by name: the optional ones, and the model's options. */
static void offer_names(struct offer *o, const struct line *l)
{
	const struct command *c = l->verb;
	for (int i = 0; i < MAX_PARAMS && c->params[i].name; i++)
		if (!c->params[i].required)
			offer_name(o, l, &c->params[i]);
	for (int i = 0; c->options && i < n_options; i++)
		if (!l->ops || model_takes(l->ops, option_table[i].param.name))
			offer_name(o, l, &option_table[i].param);
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

/* In export and similar, the id is that of a user or of an item, depending on an earlier word. */
static const struct param *identified(const char *what, const struct param *p)
{
	static const struct param user = { "id", PARAM_USER, .help = "the user's id" },
				  item = { "id", PARAM_ITEM, .help = "the item's id or title" };
	if (!strcmp(what, "user") || !strcmp(what, "recommendations"))
		return &user;
	return !strcmp(what, "item") ? &item : p;
}

/* The parameter of the word that follows the complete words; NULL if there is none. */
static const struct param *param_at(const struct line *l)
{
	static const struct param verb = { .type = PARAM_VERB };
	const struct command *c = l->verb;
	const struct param *p = NULL;
	int place = 0;
	if (l->n == 0)
		return &verb;
	if (!c)
		return NULL;
	for (int i = 1; i < l->n; i++)
		place += l->quoted[i] || !strchr(l->words[i], '=');
	const struct config_option *o = !strcmp(c->name, "set") && place == 1
						? option_find(l->words[1])
						: NULL;
	if (o) /* the values of the option that set changes */
		return &o->param;
	if (l->named)
		p = param_named(c, l->words[l->n - 1], strcspn(l->words[l->n - 1], "="));
	else if (place < MAX_PARAMS && c->params[place].name)
		p = &c->params[place];
	return p && l->n > 1 && !strcmp(p->name, "id") ? identified(l->words[1], p) : p;
}

static void note(const struct param *p, struct text *out)
{
	if (!p->help)
		return;
	text_addf(out, "%s: ", p->name);
	param_describe(p, out);
}

void command_complete(struct session *s, const char *line, size_t start, const char *word,
		      struct completion *out)
{
	struct line l = { .named = start > 0 && line[start - 1] == '=' };
	struct offer o = { s, word, out };
	char before[1024];
	*out = (struct completion){ .list = json_array() };
	if (start >= sizeof before)
		return;
	snprintf(before, sizeof before, "%.*s", (int)start, line);
	l.n = words_cut(before, l.words, l.quoted, MAX_WORDS, NULL);
	if (l.n < 0)
		return;
	l.verb = l.n > 0 ? command_find(l.words[0], NULL) : NULL;
	l.ops = ops_of(s, &l);
	const struct param *p = param_at(&l);
	if (p) {
		offer_values(&o, p, l.ops);
		note(p, &out->note);
	}
	out->path = p && (p->type == PARAM_PATH || p->type == PARAM_DATASET);
	if (l.verb && !l.named)
		offer_names(&o, &l);
}

void completion_done(struct completion *c)
{
	json_decref(c->list);
	text_done(&c->note);
}
