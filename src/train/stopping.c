/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/stopping.h"

#include <math.h>

const char *trainer_stop_name(enum trainer_stop s)
{
	static const char *const names[] = { "",     "epochs",   "patience", "until",
					     "user", "diverged", "failed" };
	return names[s];
}

void stopping_init(struct stopping *s, const struct model *m)
{
	struct phase p = { 0 };
	for (int i = 0; model_phase(m, i, &p); i++)
		;
	*s = (struct stopping){ .last_phase = p.first };
	stopping_forget_best(s);
}

void stopping_begin(struct stopping *s, int64_t from, int64_t epochs, int64_t patience,
		    double until)
{
	s->target = from + epochs;
	s->patience = patience;
	s->patience_from = from;
	s->until = until;
}

void stopping_forget_best(struct stopping *s)
{
	s->best_epoch = -1;
	s->best_valid = NAN;
}

bool stopping_note(struct stopping *s, const struct logbook *h)
{
	const struct epoch_record *r = &h->records[h->n_records - 1];
	const double first = h->records[0].valid_rmse;
	if (r->epoch < s->last_phase || isnan(r->valid_rmse))
		return false;
	const bool unmoved = r->valid_rmse <= first && first <= s->best_valid;
	if (s->best_epoch >= 0 && !(r->valid_rmse < s->best_valid) && !unmoved)
		return false;
	s->best_epoch = r->epoch;
	s->best_valid = r->valid_rmse;
	return true;
}

enum trainer_stop stopping_reason(const struct stopping *s, const struct logbook *h)
{
	const struct epoch_record *r = &h->records[h->n_records - 1];
	const double rmse = isnan(r->valid_rmse) ? r->train_rmse : r->valid_rmse;
	const int64_t since = s->best_epoch > s->patience_from ? s->best_epoch : s->patience_from;
	if (s->until > 0 && rmse <= s->until && r->epoch >= s->last_phase)
		return STOP_UNTIL;
	if (s->patience > 0 && s->best_epoch >= 0 && r->epoch - since >= s->patience)
		return STOP_PATIENCE;
	return r->epoch >= s->target ? STOP_EPOCHS : STOP_NONE;
}
