/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a file to everything that a session continues from. The author of a file is not trusted:
 * every number used as an index or size is checked first, and texts are cleaned. */
#include "reading.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"

static const int64_t MOST_EPOCHS = 1000000000000; /* most that a file may claim */

/* ---- metadata ----------------------------------------------------------- */

static int check_version(struct reading *r, struct err *e)
{
	char program[64] = "";
	int64_t reader;
	if (!safetensors_text(&r->file, KEY("format")))
		return reading_bad(r, e,
				   "is not a saved model: its metadata has no " KEY("format"));
	if (reading_int(r, KEY("format"), 1, INT64_MAX, &r->format, e) < 0 ||
	    reading_int(r, KEY("min_reader"), 1, INT64_MAX, &reader, e) < 0)
		return ERR_DATA;
	if (reader <= CHECKPOINT_FORMAT)
		return 0;
	reading_text(r, KEY("program"), program, sizeof program, NULL);
	return reading_bad(r, e,
			   "was saved by a newer version (autorec %s): it is in format %" PRId64
			   ", and this version reads formats up to %d",
			   program, reader, CHECKPOINT_FORMAT);
}

static int read_option(struct reading *r, const char *name, const char *text, struct err *e)
{
	struct err why;
	char clean[200];
	const struct config_option *o = option_find(name);
	text_clean(name, strlen(name), true, clean, sizeof clean);
	if (!o)
		return reading_bad(r, e, "metadata: this version has no option \"%s\"", clean);
	const bool of_model = o->scope == OPTION_MODEL || o->scope == OPTION_LIVE;
	text_clean(text, strlen(text), true, clean, sizeof clean);
	if (option_set(o, clean, of_model ? &r->config : &r->out->config, &why) == 0)
		return 0;
	return reading_bad(r, e, "metadata: " KEY("option.") "%s: %s", o->param.name, why.message);
}

/* Reads the model and its options. Options that an older file lacks have their defaults, except
 * that older models read ratings as they are: unit=1. */
static int read_options(struct reading *r, struct err *e)
{
	static const char prefix[] = KEY("option.");
	char name[96];
	const char *key;
	json_t *value;
	if (reading_text(r, KEY("model"), name, sizeof name, e) < 0)
		return ERR_DATA;
	r->ops = model_ops_find(name);
	if (!r->ops)
		return reading_bad(r, e, "metadata: this version has no model \"%s\"", name);
	r->config = r->out->config = config_default();
	options_set("unit=1", 0, &r->config, NULL);
	json_object_foreach (r->file.metadata, key, value)
		if (!strncmp(key, prefix, sizeof prefix - 1) &&
		    read_option(r, key + sizeof prefix - 1, json_string_value(value), e) < 0)
			return ERR_DATA;
	return 0;
}

/* Checks, before the arrays are read, that everything is there that does not depend on the
 * model. */
static int check_names(const struct reading *r, struct err *e)
{
	static const struct {
		const char *name;
		enum safetensors_type type;
		int64_t columns;
	} wanted[] = {
		{ "users.id.offsets", SAFETENSORS_I64 },
		{ "users.id", SAFETENSORS_U8 },
		{ "items.id.offsets", SAFETENSORS_I64 },
		{ "items.id", SAFETENSORS_U8 },
		{ "train.user", SAFETENSORS_I32 },
		{ "train.item", SAFETENSORS_I32 },
		{ "train.value", REAL_TYPE },
		{ "valid.user", SAFETENSORS_I32 },
		{ "valid.item", SAFETENSORS_I32 },
		{ "valid.value", REAL_TYPE },
		{ "test.user", SAFETENSORS_I32 },
		{ "test.item", SAFETENSORS_I32 },
		{ "test.value", REAL_TYPE },
		{ "curve", SAFETENSORS_F64, CURVE_COLUMNS },
		{ "marks.epoch", SAFETENSORS_I64 },
		{ "marks.text.offsets", SAFETENSORS_I64 },
		{ "marks.text", SAFETENSORS_U8 },
		{ "edits.user", SAFETENSORS_I32 },
		{ "edits.item", SAFETENSORS_I32 },
		{ "edits.value", SAFETENSORS_F32 },
		{ "edits.has", SAFETENSORS_U8 },
	};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!reading_want(r, wanted[i].name, wanted[i].type, -1, wanted[i].columns, e))
			return ERR_DATA;
	return 0;
}

/* ---- the model ---------------------------------------------------------- */

static const struct ratings *trained_on(const struct checkpoint *c)
{
	return c->joined ? c->joined : c->split->train;
}

/* Finds PREFIX.TENSOR of theta as it is in that epoch, or of an array of the same shape. */
static const struct safetensor *want_tensor(const struct reading *r, const char *prefix,
					    const struct model *m, int tensor, int64_t epoch,
					    enum safetensors_type type, struct err *e)
{
	const struct tensor *t = &m->tensors[tensor];
	char name[SAFETENSORS_MAX_NAME];
	snprintf(name, sizeof name, "%s.%s", prefix, t->name);
	return reading_want(r, name, type, t->rows, t->panel ? model_columns(m, tensor, epoch) : 0,
			    e);
}

static const struct safetensor *want_weights(const struct reading *r, const char *prefix,
					     const struct model *m, int tensor, int64_t epoch,
					     struct err *e)
{
	const bool integers = m->tensors[tensor].below > 0 && r->format > 1;
	return want_tensor(r, prefix, m, tensor, epoch, integers ? SAFETENSORS_I32 : REAL_TYPE, e);
}

/* Done before the model allocates memory. */
static int check_weights(const struct reading *r, struct err *e)
{
	struct model m;
	model_describe(&m, r->ops, &r->config, trained_on(r->out));
	for (int i = 0; i < m.n_tensors; i++)
		if (!want_weights(r, "weights", &m, i, r->epoch, e))
			return ERR_DATA;
	return 0;
}

static int read_indices(const struct reading *r, const struct tensor *t,
			const struct safetensor *from, real *to, struct err *e)
{
	for (int32_t i = 0; i < t->rows; i++) {
		const double index = from->type == SAFETENSORS_I32
					     ? ((const int32_t *)from->data)[i]
					     : (double)((const real *)from->data)[i];
		char text[NUM_TEXT];
		if (!(index >= 0 && index < t->below) || index != floor(index))
			return reading_bad(
				r, e,
				"tensor %s: number %d is %s, expected a whole number in 0..%d",
				from->name, (int)i, num_text(index, text), (int)t->below - 1);
		to[i] = (real)index;
	}
	return 0;
}

static int read_weights(const struct reading *r, const char *prefix, int64_t epoch,
			struct weights **out, struct err *e)
{
	const struct model *m = r->out->model;
	if (weights_new(m, out, e) < 0)
		return ERR_NOMEM;
	(*out)->epoch = epoch;
	for (int i = 0; i < m->n_tensors; i++) {
		const struct tensor *t = &m->tensors[i];
		const struct safetensor *from = want_weights(r, prefix, m, i, epoch, e);
		if (!from ||
		    (t->below > 0 && read_indices(r, t, from, (*out)->theta + t->offset, e) < 0))
			return ERR_DATA;
		if (t->below == 0)
			tensor_copy_in(m, i, epoch, (*out)->theta, sizeof(real), from->data);
	}
	return 0;
}

static int check_numbers(const struct reading *r, const struct state_array *a,
			 const int64_t *numbers, struct err *e)
{
	for (size_t i = 0; a->type == STATE_I64 && a->least < a->most && i < a->n; i++)
		if (numbers[i] < a->least || numbers[i] > a->most)
			return reading_bad(r, e,
					   "tensor state.%s: %" PRId64 " is not in %" PRId64
					   "..%" PRId64,
					   a->name, numbers[i], a->least, a->most);
	return 0;
}

static int read_array(const struct reading *r, const char *name, const struct state_array *a,
		      struct err *e)
{
	const struct safetensor *t = reading_want(r, name, state_type(a), (int64_t)a->n, 0, e);
	if (!t || check_numbers(r, a, t->data, e) < 0)
		return ERR_DATA;
	memcpy(a->data, t->data, a->n * safetensors_size(t->type));
	return 0;
}

/* Reads an array with one element for each number of theta. */
static int read_like_theta(const struct reading *r, const char *name, const struct state_array *a,
			   struct err *e)
{
	const struct model *m = r->out->model;
	for (int i = 0; i < m->n_tensors; i++) {
		const struct safetensor *from = want_tensor(r, name, m, i, r->epoch, state_type(a),
							    e);
		if (!from)
			return ERR_DATA;
		tensor_copy_in(m, i, r->epoch, a->data, safetensors_size(from->type), from->data);
	}
	return 0;
}

static int read_state(const struct reading *r, struct err *e)
{
	const struct model *m = r->out->model;
	char name[SAFETENSORS_MAX_NAME];
	struct state_array a;
	int status = 0;
	for (int i = 0; status == 0 && !r->fresh && model_state(m, i, &a); i++) {
		snprintf(name, sizeof name, "state.%s", a.name);
		status = a.like_theta ? read_like_theta(r, name, &a, e)
				      : read_array(r, name, &a, e);
	}
	return status;
}

static int make_model(struct reading *r, struct err *e)
{
	struct err why = { 0 };
	struct checkpoint *c = r->out;
	if (reading_int(r, KEY("epoch"), 0, MOST_EPOCHS, &r->epoch, e) < 0 ||
	    check_weights(r, e) < 0)
		return ERR_DATA;
	int status = model_new(r->ops, &r->config, trained_on(c), &c->model, &why);
	if (status == ERR_USAGE || status == ERR_FAILED)
		return reading_bad(r, e, "metadata: %s", why.message);
	if (status < 0)
		return err_set(e, status, r->file.path, "%s", why.message);
	return 0;
}

/* ---- training and edits ------------------------------------------------- */

static double or_nan(double rmse)
{
	return rmse < 0 ? NAN : rmse;
}

/* Record i of the curve is of epoch i; the last one is of the current epoch. */
static int read_curve(const struct reading *r, struct training_moment *m, struct err *e)
{
	char names[3 * sizeof(CURVE(CURVE_NAME))];
	const struct safetensor *t = reading_want(r, "curve", SAFETENSORS_F64, m->epoch + 1,
						  CURVE_COLUMNS, e);
	if (!t || reading_text(r, KEY("curve"), names, sizeof names, e) < 0)
		return ERR_DATA;
	if (strcmp(names, CURVE_NAMES))
		return reading_bad(
			r, e,
			"metadata: " KEY("curve") " names columns that this version does not know");
	const double(*row)[CURVE_COLUMNS] = t->data;
	m->log.records = mem_array((size_t)t->shape[0], sizeof *m->log.records, e);
	if (!m->log.records)
		return ERR_NOMEM;
	for (int64_t i = 0; i < t->shape[0]; i++) {
		const double *x = row[i];
		struct epoch_record *to = &m->log.records[i];
		if (x[CURVE_EPOCH] != (double)i ||
		    !(x[CURVE_DEAD] >= 0 && x[CURVE_DEAD] <= INT32_MAX))
			return reading_bad(r, e,
					   "tensor curve: row %" PRId64
					   " does not describe epoch %" PRId64
					   ", or has a wrong number of dead units",
					   i, i);
#define TAKE(constant, name, member) to->member = x[constant];
		CURVE(TAKE)
		to->valid_rmse = or_nan(to->valid_rmse);
		to->test_rmse = or_nan(to->test_rmse);
		to->units.n = model_hidden(r->out->model, i);
	}
	m->log.n_records = t->shape[0];
	return 0;
}

/* Older files have none. */
static int read_fingerprints(const struct reading *r, struct training_moment *m, struct err *e)
{
	if (!safetensors_find(&r->file, "curve.fingerprint"))
		return 0;
	const struct safetensor *t = reading_want(r, "curve.fingerprint", SAFETENSORS_I64,
						  m->epoch + 1, 0, e);
	if (!t)
		return ERR_DATA;
	const int64_t *x = t->data;
	for (int64_t i = 0; i < t->shape[0]; i++) {
		if (x[i] < 0 || x[i] > UINT32_MAX)
			return reading_bad(r, e,
					   "tensor curve.fingerprint: number %" PRId64
					   " is not one of 32 bits",
					   i);
		m->log.records[i].fingerprint = (uint32_t)x[i];
	}
	return 0;
}

static int read_marks(const struct reading *r, struct training_moment *m, struct err *e)
{
	const struct safetensor *epochs = reading_want(r, "marks.epoch", SAFETENSORS_I64, -1, 0, e);
	struct texts t;
	const char *text;
	size_t length;
	if (!epochs || reading_want_texts(r, "marks.text", epochs->n, &t, e) < 0)
		return ERR_DATA;
	m->log.marks = mem_array((size_t)t.n, sizeof *m->log.marks, e);
	if (!m->log.marks)
		return ERR_NOMEM;
	for (int64_t i = 0; i < t.n; i++) {
		if (reading_next_text(r, &t, i, sizeof m->log.marks[i].text - 1, &text, &length,
				      e) < 0)
			return ERR_DATA;
		m->log.marks[i].epoch = ((const int64_t *)epochs->data)[i];
		if (m->log.marks[i].epoch < 0 || m->log.marks[i].epoch > m->epoch + 2)
			return reading_bad(r, e,
					   "tensor marks.epoch: mark %" PRId64
					   " is at epoch %" PRId64 " of %" PRId64,
					   i, m->log.marks[i].epoch, m->epoch);
		text_clean(text, length, true, m->log.marks[i].text, sizeof m->log.marks[i].text);
	}
	m->log.n_marks = t.n;
	return 0;
}

static int read_status(const struct reading *r, struct training_moment *m, int *best, struct err *e)
{
	static const char *const states[] = { TRAINER_STATES(PARAM_STRING) }, *const kept[] = {
		"none", "present", "kept"
	};
	const char *stops[STOP_FAILED + 1];
	struct stopping *s = &m->stopping;
	int state, stopped;
	for (int i = 0; i <= STOP_FAILED; i++)
		stops[i] = trainer_stop_name((enum trainer_stop)i);
	if (reading_int(r, KEY("epoch"), 0, MOST_EPOCHS, &m->epoch, e) < 0 ||
	    reading_int(r, KEY("target"), 0, 2 * MOST_EPOCHS, &s->target, e) < 0 ||
	    reading_int(r, KEY("patience"), 0, MOST_EPOCHS, &s->patience, e) < 0 ||
	    reading_int(r, KEY("patience_from"), 0, MOST_EPOCHS, &s->patience_from, e) < 0 ||
	    reading_int(r, KEY("best_epoch"), -1, m->epoch, &s->best_epoch, e) < 0 ||
	    reading_real(r, KEY("best_valid"), &s->best_valid, e) < 0 ||
	    reading_real(r, KEY("until"), &s->until, e) < 0 ||
	    reading_word(r, KEY("state_of_training"), states, N_TRAINER_STATES, &state, e) < 0 ||
	    reading_word(r, KEY("stopped"), stops, STOP_FAILED + 1, &stopped, e) < 0 ||
	    reading_word(r, KEY("best"), kept, 3, best, e) < 0)
		return ERR_DATA;
	m->state = (enum trainer_state)state;
	m->stopped = (enum trainer_stop)stopped;
	return 0;
}

static int read_training(const struct reading *r, struct err *e)
{
	enum { NONE, PRESENT, KEPT };
	struct training_moment *m = &r->out->moment;
	int best, status = read_status(r, m, &best, e);
	if (status == 0)
		status = read_curve(r, m, e);
	if (status == 0)
		status = read_fingerprints(r, m, e);
	if (status == 0)
		status = read_marks(r, m, e);
	if (status == 0)
		status = read_weights(r, "weights", m->epoch, &m->current, e);
	if (status < 0)
		return status;
	if (best != NONE && m->stopping.best_epoch < 0)
		return reading_bad(r, e,
				   "metadata: " KEY(
					   "best_epoch") " is missing, but its weights are there");
	if (best == PRESENT)
		m->best = m->current;
	return best == KEPT ? read_weights(r, "best", m->stopping.best_epoch, &m->best, e) : 0;
}

/* ---- all of it ---------------------------------------------------------- */

/* Checks everything that can be checked before the arrays are read. */
static int checkpoint_read_header(struct reading *r, const char *path, struct err *e)
{
	static const char *const states[] = { "kept", "fresh" };
	int fresh, status = safetensors_open(&r->file, path, e);
	if (status == 0)
		status = check_version(r, e);
	if (status == 0)
		status = read_options(r, e);
	if (status == 0)
		status = reading_word(r, KEY("state"), states, 2, &fresh, e);
	if (status == 0)
		status = check_names(r, e);
	r->fresh = status == 0 && fresh;
	return status;
}

static int checkpoint_read_all(struct reading *r, const char *path, const struct progress *progress,
			       struct err *e)
{
	int status = checkpoint_read_header(r, path, e);
	if (status == 0)
		status = safetensors_read(&r->file, progress, e);
	if (status == 0)
		status = reading_data(r, e);
	if (status == 0)
		status = make_model(r, e);
	if (status == 0)
		status = read_state(r, e);
	if (status == 0)
		status = read_training(r, e);
	return status < 0 ? status : reading_edits(r, trained_on(r->out), e);
}

int checkpoint_verify(const struct checkpoint *c, const char *path, struct err *e)
{
	struct checkpoint like = *c;
	struct training_moment moment;
	struct reading r = { .file.fd = -1, .out = &like };
	int best, status = checkpoint_read_header(&r, path, e);
	if (status == 0)
		status = read_status(&r, &moment, &best, e);
	if (status == 0)
		status = reading_int(&r, KEY("epoch"), 0, MOST_EPOCHS, &r.epoch, e);
	if (status == 0)
		status = check_weights(&r, e);
	if (status == 0)
		status = safetensors_check(&r.file, e);
	safetensors_close(&r.file);
	return status;
}

int checkpoint_read(struct checkpoint *c, const char *path, const struct progress *progress,
		    struct err *e)
{
	struct err why = { 0 };
	struct reading r = { .file.fd = -1, .out = c };
	*c = (struct checkpoint){ 0 };
	int status = checkpoint_read_all(&r, path, progress, &why);
	if (status < 0) {
		checkpoint_done(c);
		err_set(e, status, why.where[0] ? why.where : path, "%s", why.message);
	}
	safetensors_close(&r.file);
	return status;
}

void checkpoint_done(struct checkpoint *c)
{
	training_moment_done(&c->moment);
	model_free(c->model);
	ratings_free(c->joined);
	split_free(c->split);
	dataset_free(c->data);
	overlay_done(&c->overlay);
	*c = (struct checkpoint){ 0 };
}

int checkpoint_read_title(struct checkpoint_title *title, const char *path)
{
	struct err e;
	struct reading r = { .file.fd = -1 };
	int status = safetensors_open(&r.file, path, &e);
	if (status == 0)
		status = check_version(&r, &e);
	if (status == 0)
		status = reading_text(&r, KEY("data.name"), title->data, sizeof title->data, &e);
	if (status == 0)
		status = reading_text(&r, KEY("model"), title->model, sizeof title->model, &e);
	if (status == 0)
		status = reading_int(&r, KEY("epoch"), 0, INT64_MAX, &title->epoch, &e);
	safetensors_close(&r.file);
	return status;
}
