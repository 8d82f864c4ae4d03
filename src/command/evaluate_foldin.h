/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMAND_EVALUATE_FOLDIN_H
#define COMMAND_EVALUATE_FOLDIN_H

#include "autorec/command.h"

/* Scores the model on the users set aside, and puts the result. */
int evaluate_foldin(struct session *s, json_t *out, struct err *e);

#endif
