/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A named value that a person gives: an option of a model or an argument of a command. One
 * description serves parsing, bounds, help and completion. */
#ifndef AUTOREC_PARAM_H
#define AUTOREC_PARAM_H

#include <stdbool.h>
#include <stdint.h>

#include "autorec/err.h"

enum param_type {
	PARAM_INT,     /* min .. max */
	PARAM_REAL,    /* min .. max */
	PARAM_MINUTES, /* min .. max; a number, or one with its unit: 30s, 5m, 1h */
	PARAM_CHOICE,  /* index of a word in `choices`; a unique prefix is enough */
	PARAM_FLAG,    /* on or off */
	PARAM_RANGE,   /* MIN,MAX */
	PARAM_LIST,    /* N,N,...: 1 to MAX_LIST whole numbers, each min .. max */
	PARAM_TEXT,    /* any text */
	/* Texts that completion can fill in: */
	PARAM_PATH,
	PARAM_USER,
	PARAM_ITEM,
	PARAM_VERB,
	PARAM_TOPIC, /* of the help */
	PARAM_UNIT,  /* PARAM_INT: the number of a hidden unit */
	PARAM_MODEL,
	PARAM_OPTION,
	PARAM_DATASET,
	PARAM_FORMAT,
	PARAM_GENRE,
};

enum { MAX_LIST = 8 };
struct int_list {
	int32_t n, at[MAX_LIST];
};

struct param {
	const char *name;
	enum param_type type;
	double min, max;
	const char *choices;  /* PARAM_CHOICE: words separated by blanks */
	const char *fallback; /* the default, as text; NULL: there is none */
	const char *word;     /* a word that stands for a value: "auto"; NULL: none */
	const char *unit;     /* what a number counts: "epochs"; NULL: no unit */
	const char *help;     /* a short phrase */
	/* Of a command's argument: */
	bool required;
	bool bare;         /* optional, and usually given without its name */
	bool rest;         /* takes all words that follow, so that a text needs no quotes */
	const char *shown; /* what usage shows in place of a value; NULL: see param_usage */
};

struct value {
	bool given;
	bool word;            /* it is the parameter's word */
	int64_t i;            /* PARAM_INT, PARAM_CHOICE, PARAM_FLAG */
	double x, y;          /* PARAM_REAL, PARAM_MINUTES; PARAM_RANGE: least, greatest */
	struct int_list list; /* PARAM_LIST */
	const char *text;     /* as given; not owned */
};

/* Parses text as p's type. Errors: ERR_USAGE such as "k: 0 is not a whole number in 1..10000". */
int param_parse(const struct param *p, const char *text, struct value *out, struct err *e);

/* How a command's usage shows p: "FILE" if required, "[EPOCHS]" if bare, else "[seed=1]". The value
 * is p->shown, or the default, or a word for the type. "" if p->shown is empty: then another
 * parameter's `shown` covers both. */
void param_usage(const struct param *p, char *out, unsigned long size);

/* A list of named constants is written once:
 *
 *     #define COLORS(ROW) ROW(RED, "red") ROW(BLUE, "blue")
 *     enum color { COLORS(PARAM_CONSTANT) };              RED, BLUE
 *     const char *names[] = { COLORS(PARAM_STRING) };     "red", "blue"
 *     #define COLOR_NAMES PARAM_WORDS(COLORS(PARAM_WORD)) "red blue", the choices of a parameter
 */
#define PARAM_CONSTANT(constant, word) constant,
#define PARAM_WORD(constant, word)     " " word
#define PARAM_STRING(constant, word)   word,
#define PARAM_WORDS(words)             (&words[1]) /* without the first blank */

/* Copies the i-th word of a blank-separated list to out; false after the last. */
bool param_choice(const char *choices, int i, char *out, unsigned long size);
/* The index of a word or of its unique prefix; -1 if there is none, -2 if there are several. */
int param_choose(const char *choices, const char *word);

#endif
