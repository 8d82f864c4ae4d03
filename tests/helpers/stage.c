/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage.h"

#include <stdlib.h>

#include "check.h"
#include "sample.h"
#include "scratch.h"

void hear(void *ctx, json_t *result)
{
	struct stage *st = ctx;
	st->epoch_lines += json_object_get(result, "event") != NULL;
	json_decref(st->last);
	st->last = json_incref(result);
}

struct stage *stage_new(void)
{
	struct stage *st = calloc(1, sizeof *st);
	struct err e = { 0 };
	assert_non_null(st);
	must(session_init(&st->session, &e), &e);
	st->session.host.emit = hear;
	st->session.host.ctx = st;
	return st;
}

void stage_free(struct stage *st)
{
	session_done(&st->session);
	json_decref(st->last);
	free(st);
}

int try(struct stage *st, const char *line, struct err *e)
{
	struct text t = { 0 };
	for (const char *p = line; *p; p++)
		text_addf(&t, "%s", *p == '%' ? scratch : (char[]){ *p, 0 });
	int status = command_run(&st->session, t.bytes, NULL, e);
	text_done(&t);
	return status;
}

void run(struct stage *st, const char *line)
{
	struct err e = { 0 };
	char text[1024];
	if (try(st, line, &e) < 0)
		fail_msg("<%s>: %s", line, err_text(&e, text, sizeof text));
}

double number(const struct stage *st, const char *key)
{
	const json_t *value = json_object_get(st->last, key);
	if (!json_is_number(value))
		fail_msg("there is no number \"%s\"", key);
	return json_number_value(value);
}

int write_sample(void **state)
{
	struct text t = { 0 };
	if (scratch_make(state) < 0)
		return -1;
	struct ratings *r = sample_ratings(60, 40, 0.4, 8);
	text_addf(&t, "userId,movieId,rating\n");
	for (int32_t u = 0; u < 60; u++)
		for (int64_t i = r->by_user.start[u]; i < r->by_user.start[u + 1]; i++)
			text_addf(&t, "u%d,i%d,%g\n", (int)u, (int)r->by_user.col[i],
				  (double)r->by_user.val[i]);
	scratch_write("ratings.csv", t.bytes, t.length);
	text_done(&t);
	ratings_free(r);
	scratch_write("empty.csv", "", 0);
	scratch_write("binary.csv",
		      "\x7f"
		      "ELF\x02\x01\x01\0\0\0\0\xff\xfe\0\x01",
		      15);
	scratch_write("one.csv", "1\n2\n3\n", 6);
	scratch_write("words.csv", "userId,movieId,rating\n1,2,good\n1,3,bad\n", 39);
	return 0;
}
