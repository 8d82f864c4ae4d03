/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session that hears what its commands answer.  Include behind cmocka.h, sample.h and scratch.h. */
#ifndef STAGE_H
#define STAGE_H

#include "autorec/command.h"

struct stage {
	struct session session;
	json_t *last; /* result of the last command */
	int epoch_lines;
};

static inline void hear(void *ctx, json_t *result)
{
	struct stage *st = ctx;
	st->epoch_lines += json_object_get(result, "event") != NULL;
	json_decref(st->last);
	st->last = json_incref(result);
}

static inline struct stage *stage_new(void)
{
	struct stage *st = calloc(1, sizeof *st);
	struct err e = { 0 };
	assert_non_null(st);
	must(session_init(&st->session, &e), &e);
	st->session.emit = hear;
	st->session.emit_ctx = st;
	return st;
}

static inline void stage_free(struct stage *st)
{
	session_done(&st->session);
	json_decref(st->last);
	free(st);
}

/* Runs a line in which % stands for the scratch folder. */
static inline int try(struct stage *st, const char *line, struct err *e)
{
	struct text t = { 0 };
	for (const char *p = line; *p; p++)
		text_addf(&t, "%s", *p == '%' ? scratch : (char[]){ *p, 0 });
	int status = command_run(&st->session, t.bytes, NULL, e);
	text_done(&t);
	return status;
}

static inline void run(struct stage *st, const char *line)
{
	struct err e = { 0 };
	char text[1024];
	if (try(st, line, &e) < 0)
		fail_msg("<%s>: %s", line, err_text(&e, text, sizeof text));
}

static inline double number(const struct stage *st, const char *key)
{
	const json_t *value = json_object_get(st->last, key);
	if (!json_is_number(value))
		fail_msg("there is no number \"%s\"", key);
	return json_number_value(value);
}

#endif
