/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers of commands as sentences for people (struct command, say), made from their JSON. */
#ifndef COMMAND_SENTENCES_H
#define COMMAND_SENTENCES_H

#include <jansson.h>
#include <stdbool.h>

#include "autorec/text.h"

void say_set(const json_t *answer, bool in_short, struct text *out);
void say_get(const json_t *answer, bool in_short, struct text *out);
void say_model(const json_t *answer, bool in_short, struct text *out);
void say_split(const json_t *answer, bool in_short, struct text *out);
void say_evaluate(const json_t *answer, bool in_short, struct text *out);
void say_predict(const json_t *answer, bool in_short, struct text *out);
void say_train(const json_t *answer, bool in_short, struct text *out);

#endif
