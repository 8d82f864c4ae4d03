/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks before a typed line loses work that no file holds. */
#include <stdlib.h>
#include <string.h>

#include "autorec/command.h"
#include "autorec/mem.h"
#include "autorec/saving.h"

/* Less training than this is soon done again. */
static const double worth_seconds = 5;

/* Describes the loss: "12 s of training and 2 edits". */
static void describe(struct unsaved u, struct text *out)
{
	if (u.seconds > worth_seconds)
		text_addf(out, "%.0f s of training", u.seconds);
	if (u.edits > 0)
		text_addf(out, "%s%zu edit%s", out->length ? " and " : "", u.edits,
			  u.edits > 1 ? "s" : "");
}

static bool is_doubted(struct session *s, const char *line)
{
	const bool again = s->doubted && !strcmp(s->doubted, line);
	free(s->doubted);
	s->doubted = NULL;
	return again;
}

int command_guard(struct session *s, const char *line, struct err *e)
{
	bool forced;
	const struct command *c = command_of(line, &forced);
	const bool again = is_doubted(s, line);
	const struct unsaved u = session_unsaved(s);
	struct text loss = { 0 };
	if (!c || !c->loses || forced || again || (u.seconds <= worth_seconds && u.edits == 0))
		return 0;
	describe(u, &loss);
	s->doubted = mem_text(line, NULL);
	const int status = err_set(
		e, ERR_FAILED, NULL,
		"%s would lose %s of %s, which no file holds; save FILE keeps it; to "
		"go on, repeat the line or type %s!",
		c->name, loss.bytes ? loss.bytes : "work",
		trainer_model(session_trainer(s))->ops->name, c->name);
	text_done(&loss);
	return status;
}
