/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/param.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "autorec/num.h"
#include "autorec/text.h"

bool param_choice(const char *choices, int i, char *out, unsigned long size)
{
	for (const char *p = choices; *p;) {
		unsigned long n = strcspn(p, " ");
		if (i-- == 0) {
			snprintf(out, size, "%.*s", (int)n, p);
			return true;
		}
		p += n;
		p += strspn(p, " ");
	}
	return false;
}

int param_choose(const char *choices, const char *word)
{
	char choice[64];
	int found = -1;
	for (int i = 0; param_choice(choices, i, choice, sizeof choice); i++) {
		if (!strcmp(choice, word))
			return i;
		if (word[0] && !strncmp(choice, word, strlen(word)))
			found = found == -1 ? i : -2;
	}
	return found;
}

/* The end of a message about what p may be. */
static const char *or_word(const struct param *p, char *out, size_t size)
{
	snprintf(out, size, "%s%s", p->word ? " or " : "", p->word ? p->word : "");
	return out;
}

static int parse_int(const struct param *p, const char *text, struct value *out, struct err *e)
{
	if (num_parse_int(text, strlen(text), &out->i) && out->i >= (int64_t)p->min &&
	    out->i <= (int64_t)p->max)
		return 0;
	char word[32];
	return err_set(e, ERR_USAGE, p->name, "\"%.*s\" is not a whole number in %.0f..%.0f%s",
		       text_head(text, ERR_WORD), text, p->min, p->max,
		       or_word(p, word, sizeof word));
}

static int parse_real(const struct param *p, const char *text, struct value *out, struct err *e)
{
	if (num_parse_real(text, strlen(text), &out->x) && out->x >= p->min && out->x <= p->max)
		return 0;
	char min[NUM_TEXT], max[NUM_TEXT], word[32];
	return err_set(e, ERR_USAGE, p->name, "\"%.*s\" is not a number in %s..%s%s",
		       text_head(text, ERR_WORD), text, num_text(p->min, min),
		       num_text(p->max, max), or_word(p, word, sizeof word));
}

static int parse_minutes(const struct param *p, const char *text, struct value *out, struct err *e)
{
	static const struct {
		char unit;
		double minutes;
	} units[] = { { 's', 1.0 / 60 }, { 'm', 1 }, { 'h', 60 } };
	const size_t n = strlen(text);
	double scale = 0;
	for (size_t i = 0; n > 0 && i < sizeof units / sizeof units[0]; i++)
		if (text[n - 1] == units[i].unit)
			scale = units[i].minutes;
	if (num_parse_real(text, scale > 0 ? n - 1 : n, &out->x)) {
		out->x *= scale > 0 ? scale : 1;
		if (out->x >= p->min && out->x <= p->max)
			return 0;
	}
	char min[NUM_TEXT], max[NUM_TEXT];
	return err_set(e, ERR_USAGE, p->name,
		       "\"%.*s\" is not a time of %s..%s minutes, such as 5, 30s, 5m or 1h",
		       text_head(text, ERR_WORD), text, num_text(p->min, min),
		       num_text(p->max, max));
}

static int parse_choice(const struct param *p, const char *choices, const char *text,
			struct value *out, struct err *e)
{
	int i = param_choose(choices, text);
	if (i >= 0) {
		out->i = i;
		return 0;
	}
	return err_set(e, ERR_USAGE, p->name, "\"%.*s\" %s one of: %s", text_head(text, ERR_WORD),
		       text, i == -2 ? "matches more than" : "is not", choices);
}

static int parse_range(const struct param *p, const char *text, struct value *out, struct err *e)
{
	const char *comma = strchr(text, ',');
	if (comma && num_parse_real(text, (size_t)(comma - text), &out->x) &&
	    num_parse_real(comma + 1, strlen(comma + 1), &out->y) && out->x < out->y)
		return 0;
	return err_set(e, ERR_USAGE, p->name, "\"%.*s\" is not a range MIN,MAX such as 1,5",
		       text_head(text, ERR_WORD), text);
}

static int parse_list(const struct param *p, const char *text, struct value *out, struct err *e)
{
	for (const char *at = text; out->list.n < MAX_LIST;) {
		const size_t n = strcspn(at, ",");
		int64_t number;
		if (!num_parse_int(at, n, &number) || (double)number < p->min ||
		    (double)number > p->max)
			break;
		out->list.at[out->list.n++] = (int32_t)number;
		if (!at[n])
			return 0;
		at += n + 1;
	}
	char word[32];
	return err_set(
		e, ERR_USAGE, p->name,
		"\"%.*s\" is not a list of 1 to %d whole numbers in %.0f..%.0f such as 4,2,4%s",
		text_head(text, ERR_WORD), text, MAX_LIST, p->min, p->max,
		or_word(p, word, sizeof word));
}

int param_parse(const struct param *p, const char *text, struct value *out, struct err *e)
{
	struct value v = { .given = true, .text = text };
	int status = 0;
	if (p->word && !strcmp(text, p->word)) {
		v.word = true;
		*out = v;
		return 0;
	}
	switch (p->type) {
	case PARAM_INT:
	case PARAM_UNIT: status = parse_int(p, text, &v, e); break;
	case PARAM_MINUTES: status = parse_minutes(p, text, &v, e); break;
	case PARAM_REAL: status = parse_real(p, text, &v, e); break;
	case PARAM_CHOICE: status = parse_choice(p, p->choices, text, &v, e); break;
	case PARAM_FLAG: status = parse_choice(p, "off on", text, &v, e); break;
	case PARAM_RANGE: status = parse_range(p, text, &v, e); break;
	case PARAM_LIST: status = parse_list(p, text, &v, e); break;
	default:
		if (!text[0])
			status = err_set(e, ERR_USAGE, p->name, "is empty");
		break;
	}
	if (status == 0)
		*out = v;
	return status;
}

/* What stands for a value of p in `name=...`. */
static const char *stand_in(const struct param *p)
{
	static const char *const of_type[] = {
		[PARAM_INT] = "N",       [PARAM_REAL] = "X",        [PARAM_MINUTES] = "MINUTES",
		[PARAM_FLAG] = "on|off", [PARAM_RANGE] = "MIN,MAX", [PARAM_LIST] = "N,N,...",
		[PARAM_TEXT] = "TEXT",   [PARAM_PATH] = "FILE",     [PARAM_GENRE] = "NAME",
	};
	if (p->type == PARAM_FLAG && p->fallback)
		return strcmp(p->fallback, "on") ? "on" : "off"; /* what a person would type */
	if (p->fallback && strcmp(p->fallback, "0"))
		return p->fallback;
	if (p->type == PARAM_CHOICE)
		return p->choices;
	return of_type[p->type] ? of_type[p->type] : "NAME";
}

void param_usage(const struct param *p, char *out, unsigned long size)
{
	const bool named = !p->required && !p->bare;
	char value[128];
	if (p->shown && !p->shown[0]) {
		out[0] = 0;
		return;
	}
	snprintf(value, sizeof value, "%s", p->shown ? p->shown : named ? stand_in(p) : p->name);
	for (char *c = value; *c && !p->shown; c++)
		*c = !named ? (char)toupper(*c) : *c == ' ' ? '|' : *c;
	snprintf(out, size, "%s%s%s%s%s", p->required ? "" : "[", named ? p->name : "",
		 named ? "=" : "", value, p->required ? "" : "]");
}
