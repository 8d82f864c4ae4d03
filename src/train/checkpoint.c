/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a file to all that a session goes on from.  Whoever wrote the file is not trusted: what is used as a place or a
 * size is checked first, and texts are cleaned. */
#include "checkpoint.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"

/* A file while it is read. */
struct reading {
	struct safetensors file;
	struct checkpoint *out;
	const struct model_ops *ops;
	struct config config; /* the model's */
	bool fresh;           /* the state is that of a new optimiser */
};

__attribute__((format(printf, 3, 4))) static int bad(const struct reading *r, struct err *e, const char *format, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return err_set(e, ERR_DATA, r->file.path, "%s", text);
}

/* ---- metadata --------------------------------------------------------------------------------------- */

/* A text of the metadata, cleaned; "" behind an error. */
static int read_text(const struct reading *r, const char *key, char *out, size_t size, struct err *e)
{
	const char *text = safetensors_text(&r->file, key);
	out[0] = 0;
	if (!text)
		return bad(r, e, "metadata: %s is missing", key);
	text_clean(text, strlen(text), true, out, size);
	return 0;
}

static int read_int(const struct reading *r, const char *key, int64_t least, int64_t most, int64_t *out, struct err *e)
{
	char text[96];
	if (read_text(r, key, text, sizeof text, e) < 0)
		return ERR_DATA;
	if (num_parse_int(text, strlen(text), out) && *out >= least && *out <= most)
		return 0;
	return bad(r, e, "metadata: %s is \"%s\", expected a whole number in %" PRId64 "..%" PRId64, key, text, least, most);
}

static int read_real(const struct reading *r, const char *key, double *out, struct err *e)
{
	char text[96];
	if (read_text(r, key, text, sizeof text, e) < 0)
		return ERR_DATA;
	return num_parse_real(text, strlen(text), out) ? 0 : bad(r, e, "metadata: %s is \"%s\", expected a number", key, text);
}

/* One of some words: its index. */
static int read_word(const struct reading *r, const char *key, const char *const *words, int n, int *out, struct err *e)
{
	char text[96];
	if (read_text(r, key, text, sizeof text, e) < 0)
		return ERR_DATA;
	for (*out = 0; *out < n; ++*out)
		if (!strcmp(words[*out], text))
			return 0;
	return bad(r, e, "metadata: %s is \"%s\", which this program does not know", key, text);
}

static int check_version(const struct reading *r, struct err *e)
{
	char program[64] = "";
	int64_t format, reader;
	if (!safetensors_text(&r->file, KEY("format")))
		return bad(r, e, "is no saved model: its metadata has no " KEY("format"));
	if (read_int(r, KEY("format"), 1, INT64_MAX, &format, e) < 0 || read_int(r, KEY("min_reader"), 1, INT64_MAX, &reader, e) < 0)
		return ERR_DATA;
	if (reader <= CHECKPOINT_FORMAT)
		return 0;
	read_text(r, KEY("program"), program, sizeof program, NULL);
	return bad(r, e, "was saved by a newer program (autorec %s): it needs one that reads format %" PRId64 ", this one reads up to %d", program,
		   reader, CHECKPOINT_FORMAT);
}

static int read_option(struct reading *r, const char *name, const char *text, struct err *e)
{
	struct err why;
	char clean[200];
	const struct option *o = option_find(name);
	text_clean(name, strlen(name), true, clean, sizeof clean);
	if (!o)
		return bad(r, e, "metadata: there is no option \"%s\" in this program", clean);
	const bool of_model = o->scope == OPTION_MODEL || o->scope == OPTION_LIVE;
	text_clean(text, strlen(text), true, clean, sizeof clean);
	if (option_set(o, clean, of_model ? &r->config : &r->out->config, &why) == 0)
		return 0;
	return bad(r, e, "metadata: " KEY("option.") "%s: %s", o->param.name, why.message);
}

/* The model and its options; what an older file does not know has its default. */
static int read_options(struct reading *r, struct err *e)
{
	static const char prefix[] = KEY("option.");
	char name[96], layout[96], expected[96];
	const char *key;
	json_t *value;
	if (read_text(r, KEY("model"), name, sizeof name, e) < 0 || read_text(r, KEY("layout"), layout, sizeof layout, e) < 0)
		return ERR_DATA;
	r->ops = model_ops_find(name);
	if (!r->ops)
		return bad(r, e, "metadata: there is no model \"%s\" in this program", name);
	snprintf(expected, sizeof expected, LAYOUT_FORMAT, LANES, STRIP);
	if (strcmp(layout, expected))
		return bad(r, e, "metadata: " KEY("layout") " is \"%s\", this program continues trainings of \"%s\"", layout, expected);
	r->config = r->out->config = config_default();
	json_object_foreach(r->file.metadata, key, value)
		if (!strncmp(key, prefix, sizeof prefix - 1) && read_option(r, key + sizeof prefix - 1, json_string_value(value), e) < 0)
			return ERR_DATA;
	return 0;
}

/* ---- tensors ---------------------------------------------------------------------------------------- */

/* The tensor of this name; NULL when it is not of this type and shape: rows < 0: any number of them, else columns 0: a
 * vector. */
static const struct safetensor *want(const struct reading *r, const char *name, enum safetensors_type type, int64_t rows, int64_t columns,
				     struct err *e)
{
	const struct safetensor *t = safetensors_find(&r->file, name);
	if (!t) {
		bad(r, e, "tensor %s is missing", name);
		return NULL;
	}
	if (t->type == type && t->rank == (columns > 0 ? 2 : 1) && (rows < 0 || t->shape[0] == rows) && (columns == 0 || t->shape[1] == columns))
		return t;
	char text[64] = "", shape[64] = "";
	for (int i = 0, n = 0; i < t->rank; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "%s%" PRId64, i ? "," : "", t->shape[i]);
	if (rows >= 0)
		snprintf(shape, sizeof shape, "%" PRId64, rows);
	else
		snprintf(shape, sizeof shape, "any");
	if (columns > 0)
		snprintf(shape + strlen(shape), sizeof shape - strlen(shape), ",%" PRId64, columns);
	bad(r, e, "tensor %s: it is %s [%s], expected %s [%s]", name, safetensors_type_name(t->type), text, safetensors_type_name(type), shape);
	return NULL;
}

/* n texts (n < 0: any number), which want_texts has found. */
struct texts {
	const char *name;
	const char *bytes;
	const int64_t *offsets; /* [n + 1] */
	int64_t n, size;
};

static int want_texts(const struct reading *r, const char *name, int64_t n, struct texts *out, struct err *e)
{
	char name_of_offsets[SAFETENSORS_MAX_NAME];
	snprintf(name_of_offsets, sizeof name_of_offsets, "%s.offsets", name);
	const struct safetensor *bytes = want(r, name, SAFETENSORS_U8, -1, 0, e);
	const struct safetensor *offsets = bytes ? want(r, name_of_offsets, SAFETENSORS_I64, n < 0 ? -1 : n + 1, 0, e) : NULL;
	if (!offsets)
		return ERR_DATA;
	*out = (struct texts){ name, bytes->data, offsets->data, offsets->n - 1, bytes->n };
	return out->n >= 0 && out->n < INT32_MAX ? 0 : bad(r, e, "tensor %s: it has no numbers, or too many", name_of_offsets);
}

/* The i-th text; i from 0 on, one by one. */
static int next_text(const struct reading *r, const struct texts *t, int64_t i, size_t longest, const char **text, size_t *length, struct err *e)
{
	const int64_t from = t->offsets[i], to = t->offsets[i + 1];
	if ((i == 0 && from != 0) || to < from || to > t->size || (i == t->n - 1 && to != t->size))
		return bad(r, e, "tensor %s.offsets: number %" PRId64 " is %" PRId64 ", expected ascending ones from 0 to %" PRId64, t->name, i + 1,
			   to, t->size);
	*text = t->bytes + from;
	*length = (size_t)(to - from);
	if (*length > longest || memchr(*text, 0, *length))
		return bad(r, e, "tensor %s: text %" PRId64 " has more than %zu bytes, or a zero byte", t->name, i, longest);
	return 0;
}

/* All that does not depend on the model is there, before the arrays are read. */
static int check_names(const struct reading *r, struct err *e)
{
	static const struct { const char *name; enum safetensors_type type; int64_t columns; } wanted[] = {
		{ "users.id.offsets", SAFETENSORS_I64 }, { "users.id", SAFETENSORS_U8 }, { "items.id.offsets", SAFETENSORS_I64 },
		{ "items.id", SAFETENSORS_U8 }, { "train.user", SAFETENSORS_I32 }, { "train.item", SAFETENSORS_I32 }, { "train.value", REAL_TYPE },
		{ "valid.user", SAFETENSORS_I32 }, { "valid.item", SAFETENSORS_I32 }, { "valid.value", REAL_TYPE },
		{ "test.user", SAFETENSORS_I32 }, { "test.item", SAFETENSORS_I32 }, { "test.value", REAL_TYPE },
		{ "curve", SAFETENSORS_F64, CURVE_COLUMNS }, { "marks.epoch", SAFETENSORS_I64 }, { "marks.text.offsets", SAFETENSORS_I64 },
		{ "marks.text", SAFETENSORS_U8 }, { "edits.user", SAFETENSORS_I32 }, { "edits.item", SAFETENSORS_I32 },
		{ "edits.value", SAFETENSORS_F32 }, { "edits.has", SAFETENSORS_U8 },
	};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!want(r, wanted[i].name, wanted[i].type, -1, wanted[i].columns, e))
			return ERR_DATA;
	return 0;
}

/* ---- the data set ------------------------------------------------------------------------------------ */

static int read_ids(const struct reading *r, const char *name, struct ids **out, struct err *e)
{
	struct texts t;
	const char *text;
	size_t length;
	if (want_texts(r, name, -1, &t, e) < 0)
		return ERR_DATA;
	if (t.n == 0)
		return bad(r, e, "tensor %s: there is none", name);
	*out = ids_new(e);
	int status = *out ? 0 : ERR_NOMEM;
	for (int64_t i = 0; status == 0 && i < t.n; i++) {
		status = next_text(r, &t, i, ID_LONGEST, &text, &length, e);
		const int32_t index = status == 0 ? ids_add(*out, text, length, e) : -1;
		if (index == ERR_NOMEM)
			return ERR_NOMEM;
		if (status == 0 && index != i)
			status = bad(r, e, "tensor %s: id %" PRId64 " is empty, or the same as an earlier one", name, i);
	}
	return status;
}

static int read_titles(const struct reading *r, struct dataset *d, struct err *e)
{
	enum { LONGEST = 1 << 16 };
	const int32_t n = ids_count(d->items);
	struct texts t;
	const char *text;
	size_t length;
	if (!safetensors_find(&r->file, "items.title"))
		return 0;
	if (want_texts(r, "items.title", n, &t, e) < 0)
		return ERR_DATA;
	d->titles = mem_array((size_t)n, sizeof *d->titles, e);
	if (!d->titles)
		return ERR_NOMEM;
	for (int32_t i = 0; i < n; i++) {
		if (next_text(r, &t, i, LONGEST, &text, &length, e) < 0)
			return ERR_DATA;
		if (length == 0)
			continue;
		d->titles[i] = mem_room(3 * length + 1, 1, e);
		if (!d->titles[i])
			return ERR_NOMEM;
		text_clean(text, length, true, d->titles[i], 3 * length + 1);
		d->report.titled++;
	}
	return 0;
}

/* Appends a set's ratings to the list. */
static int list_set(const struct reading *r, const char *set, struct rating *list, int64_t *n, struct err *e)
{
	const int32_t n_users = dataset_users(r->out->data), n_items = dataset_items(r->out->data);
	char name[3][16];
	snprintf(name[0], sizeof name[0], "%s.user", set);
	snprintf(name[1], sizeof name[1], "%s.item", set);
	snprintf(name[2], sizeof name[2], "%s.value", set);
	const int64_t count = safetensors_find(&r->file, name[0])->n;
	const struct safetensor *items = want(r, name[1], SAFETENSORS_I32, count, 0, e);
	const struct safetensor *values = items ? want(r, name[2], REAL_TYPE, count, 0, e) : NULL;
	if (!values)
		return ERR_DATA;
	const int32_t *user = safetensors_find(&r->file, name[0])->data, *item = items->data;
	const real *value = values->data;
	for (int64_t t = 0; t < count; t++) {
		if (user[t] < 0 || user[t] >= n_users || item[t] < 0 || item[t] >= n_items)
			return bad(r, e, "tensor %s: rating %" PRId64 " is of user %d and item %d; there are %d and %d", name[0], t, (int)user[t],
				   (int)item[t], (int)n_users, (int)n_items);
		list[(*n)++] = (struct rating){ user[t], item[t], (float)value[t] };
	}
	return 0;
}

/* The three parts of the split, and all of them that may be split again. */
static int deal(const struct reading *r, struct rating **list, const int64_t ends[3], struct err *e)
{
	struct dataset *d = r->out->data;
	struct split *s = r->out->split;
	const int32_t n_users = dataset_users(d), n_items = dataset_items(d);
	struct ratings **const parts[3] = { &s->train, &s->valid, &s->test };
	int64_t repeated, from = 0;
	for (int i = 0; i < 3; i++) {
		if (ratings_new(n_users, n_items, *list + from, ends[i] - from, parts[i], NULL, e) < 0)
			return e->code;
		from = ends[i];
	}
	if (s->test_given) {
		struct rating *test = mem_room((size_t)(ends[2] - ends[1]), sizeof *test, e);
		if (!test)
			return ERR_NOMEM;
		memcpy(test, *list + ends[1], (size_t)(ends[2] - ends[1]) * sizeof *test);
		int status = ratings_take(n_users, n_items, &test, ends[2] - ends[1], &d->test, &repeated, e);
		free(test);
		if (status < 0)
			return status;
	}
	if (ratings_take(n_users, n_items, list, s->test_given ? ends[1] : ends[2], &d->all, &repeated, e) < 0)
		return e->code;
	if (ratings_count(d->all) + ratings_count(d->test) != ends[2])
		return bad(r, e, "tensors train, valid, test: a user rates an item twice");
	return s->train->by_user.nnz > 0 ? 0 : bad(r, e, "tensor train.user: there is no rating to train on");
}

static int read_ratings(const struct reading *r, struct err *e)
{
	static const char *const sets[3] = { "train", "valid", "test" };
	const int64_t total = safetensors_find(&r->file, "train.user")->n + safetensors_find(&r->file, "valid.user")->n +
			      safetensors_find(&r->file, "test.user")->n;
	struct rating *list = mem_room((size_t)total, sizeof *list, e);
	int64_t n = 0, ends[3];
	int status = list ? 0 : ERR_NOMEM;
	for (int i = 0; status == 0 && i < 3; i++) {
		status = list_set(r, sets[i], list, &n, e);
		ends[i] = n;
	}
	if (status == 0)
		status = deal(r, &list, ends, e);
	free(list);
	return status;
}

static void report(const struct reading *r, struct dataset *d)
{
	struct load_report *p = &d->report;
	snprintf(p->path, sizeof p->path, "%.500s", r->file.path);
	snprintf(p->format, sizeof p->format, "saved model");
	snprintf(p->encoding, sizeof p->encoding, "%s", d->titles ? "UTF-8" : "");
	p->ratings = ratings_count(d->all);
	p->test_ratings = ratings_count(d->test);
	p->users = dataset_users(d);
	p->items = dataset_items(d);
}

static int read_scale(const struct reading *r, struct dataset *d, struct err *e)
{
	char text[96], *comma;
	double least, greatest;
	if (read_text(r, KEY("data.scale"), text, sizeof text, e) < 0)
		return ERR_DATA;
	comma = strchr(text, ',');
	if (!comma || !num_parse_real(text, (size_t)(comma - text), &least) || !num_parse_real(comma + 1, strlen(comma + 1), &greatest) ||
	    least > greatest)
		return bad(r, e, "metadata: " KEY("data.scale") " is \"%s\", expected the least and the greatest rating", text);
	d->min = (float)least;
	d->max = (float)greatest;
	return 0;
}

static int read_data(const struct reading *r, struct err *e)
{
	char name[96];
	struct checkpoint *c = r->out;
	struct dataset *d = c->data = mem_array(1, sizeof *d, e);
	struct split *s = c->split = mem_array(1, sizeof *s, e);
	int64_t seed, given, refit;
	if (!d || !s)
		return ERR_NOMEM;
	if (read_text(r, KEY("data.name"), name, sizeof name, e) < 0 || read_scale(r, d, e) < 0 ||
	    read_real(r, KEY("split.holdout"), &s->holdout, e) < 0 || read_real(r, KEY("split.valid"), &s->valid_share, e) < 0 ||
	    read_int(r, KEY("split.seed"), 0, INT64_MAX, &seed, e) < 0 || read_int(r, KEY("split.test_given"), 0, 1, &given, e) < 0 ||
	    read_int(r, KEY("refit"), 0, 1, &refit, e) < 0)
		return ERR_DATA;
	s->seed = (uint64_t)seed;
	s->test_given = given;
	d->name = mem_text(name, e);
	if (!d->name)
		return ERR_NOMEM;
	int status = read_ids(r, "users.id", &d->users, e);
	if (status == 0)
		status = read_ids(r, "items.id", &d->items, e);
	if (status == 0)
		status = read_titles(r, d, e);
	if (status == 0)
		status = read_ratings(r, e);
	if (status < 0)
		return status;
	split_count_cold(s);
	report(r, d);
	return refit ? ratings_join(s->train, s->valid, &c->joined, e) : 0;
}

/* ---- the model -------------------------------------------------------------------------------------- */

static const struct ratings *trained_on(const struct checkpoint *c)
{
	return c->joined ? c->joined : c->split->train;
}

static const struct safetensor *want_weights(const struct reading *r, const char *epoch, const struct tensor *t, struct err *e)
{
	char name[SAFETENSORS_MAX_NAME];
	snprintf(name, sizeof name, "%s.%s", epoch, t->name);
	return want(r, name, REAL_TYPE, t->rows, t->panel ? t->cols : 0, e);
}

/* Before the model's own memory is taken. */
static int check_weights(const struct reading *r, const char *epoch, struct err *e)
{
	struct model m;
	model_describe(&m, r->ops, &r->config, trained_on(r->out));
	for (int i = 0; i < m.n_tensors; i++)
		if (!want_weights(r, epoch, &m.tensors[i], e))
			return ERR_DATA;
	return 0;
}

static int read_weights(const struct reading *r, const char *name, int64_t epoch, struct weights **out, struct err *e)
{
	const struct model *m = r->out->model;
	if (weights_new(m, out, e) < 0)
		return ERR_NOMEM;
	(*out)->epoch = epoch;
	for (int i = 0; i < m->n_tensors; i++) {
		const struct tensor *t = &m->tensors[i];
		const struct panel panel = weights_panel(m, *out, i);
		const struct safetensor *from = want_weights(r, name, t, e);
		if (!from)
			return ERR_DATA;
		const real *numbers = from->data;
		if (!t->panel)
			memcpy(panel.data, numbers, (size_t)t->rows * sizeof *numbers);
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
		for (int32_t row = 0; row < (t->panel ? t->rows : 0); row++)
			panel_write_row(&panel, row, numbers + (size_t)row * (size_t)t->cols);
	}
	return 0;
}

static int check_state(const struct reading *r, const struct state_array *a, const int64_t *numbers, struct err *e)
{
	for (size_t i = 0; a->type == STATE_I64 && a->least < a->most && i < a->n; i++)
		if (numbers[i] < a->least || numbers[i] > a->most)
			return bad(r, e, "tensor state.%s: %" PRId64 " is not in %" PRId64 "..%" PRId64, a->name, numbers[i], a->least, a->most);
	return 0;
}

static int read_state(const struct reading *r, struct err *e)
{
	const struct model *m = r->out->model;
	char name[SAFETENSORS_MAX_NAME];
	struct state_array a;
	for (int i = 0; !r->fresh && m->ops->state && m->ops->state(m, i, &a); i++) {
		snprintf(name, sizeof name, "state.%s", a.name);
		const struct safetensor *t = want(r, name, state_type(&a), (int64_t)a.n, 0, e);
		if (!t || check_state(r, &a, t->data, e) < 0)
			return ERR_DATA;
		memcpy(a.data, t->data, a.n * safetensors_size(t->type));
	}
	return 0;
}

static int make_model(struct reading *r, struct err *e)
{
	struct err why = { 0 };
	struct checkpoint *c = r->out;
	if (r->config.min == r->config.max) {
		r->config.min = (double)c->data->min;
		r->config.max = (double)c->data->max;
	}
	if (check_weights(r, "weights", e) < 0)
		return ERR_DATA;
	int status = model_new(r->ops, &r->config, trained_on(c), &c->model, &why);
	if (status == ERR_USAGE || status == ERR_FAILED)
		return bad(r, e, "metadata: %s", why.message);
	if (status < 0)
		return err_set(e, status, r->file.path, "%s", why.message);
	return 0;
}

/* ---- training and edits ------------------------------------------------------------------------------ */

static double or_nan(double rmse)
{
	return rmse < 0 ? NAN : rmse;
}

/* Record i of the curve is of epoch i, the last one of the present. */
static int read_curve(const struct reading *r, struct training_moment *m, struct err *e)
{
	char names[3 * sizeof CURVE_NAMES];
	const struct safetensor *t = want(r, "curve", SAFETENSORS_F64, m->status.epoch + 1, CURVE_COLUMNS, e);
	if (!t || read_text(r, KEY("curve"), names, sizeof names, e) < 0)
		return ERR_DATA;
	if (strcmp(names, CURVE_NAMES))
		return bad(r, e, "metadata: " KEY("curve") " names other columns than this program knows");
	const double(*row)[CURVE_COLUMNS] = t->data;
	m->records = mem_array((size_t)t->shape[0], sizeof *m->records, e);
	if (!m->records)
		return ERR_NOMEM;
	for (int64_t i = 0; i < t->shape[0]; i++) {
		const double *x = row[i];
		if (x[0] != (double)i || !(x[10] >= 0 && x[10] <= INT32_MAX))
			return bad(r, e, "tensor curve: row %" PRId64 " is not of epoch %" PRId64 ", or counts no dead units", i, i);
		m->records[i] = (struct epoch_record){
			.epoch = i, .loss = x[1], .train_rmse = x[2], .valid_rmse = or_nan(x[3]), .test_rmse = or_nan(x[4]),
			.seconds = x[5], .elapsed = x[6],
			.units = { .mean = x[7], .sd = x[8], .saturated = x[9], .dead = (int32_t)x[10], .norm_in = x[11], .norm_out = x[12] },
		};
	}
	m->status.n_records = t->shape[0];
	return 0;
}

static int read_marks(const struct reading *r, struct training_moment *m, struct err *e)
{
	const struct safetensor *epochs = want(r, "marks.epoch", SAFETENSORS_I64, -1, 0, e);
	struct texts t;
	const char *text;
	size_t length;
	if (!epochs || want_texts(r, "marks.text", epochs->n, &t, e) < 0)
		return ERR_DATA;
	m->marks = mem_array((size_t)t.n, sizeof *m->marks, e);
	if (!m->marks)
		return ERR_NOMEM;
	for (int64_t i = 0; i < t.n; i++) {
		if (next_text(r, &t, i, sizeof m->marks[i].text - 1, &text, &length, e) < 0)
			return ERR_DATA;
		m->marks[i].epoch = ((const int64_t *)epochs->data)[i];
		text_clean(text, length, true, m->marks[i].text, sizeof m->marks[i].text);
	}
	m->status.n_marks = t.n;
	return 0;
}

static int read_status(const struct reading *r, struct training_moment *m, int *best, struct err *e)
{
	static const char *const states[] = { "idle", "running", "paused" }, *const kept[] = { "none", "present", "kept" };
	const int64_t most = 1000000000000;
	const char *stops[STOP_FAILED + 1];
	struct trainer_status *s = &m->status;
	int state, stopped;
	for (int i = 0; i <= STOP_FAILED; i++)
		stops[i] = trainer_stop_name((enum trainer_stop)i);
	if (read_int(r, KEY("epoch"), 0, most, &s->epoch, e) < 0 || read_int(r, KEY("target"), 0, 2 * most, &s->target, e) < 0 ||
	    read_int(r, KEY("patience"), 0, most, &s->patience, e) < 0 || read_int(r, KEY("patience_from"), 0, most, &m->patience_from, e) < 0 ||
	    read_int(r, KEY("best_epoch"), -1, s->epoch, &s->best_epoch, e) < 0 || read_real(r, KEY("best_valid"), &s->best_valid, e) < 0 ||
	    read_real(r, KEY("until"), &m->until, e) < 0 || read_word(r, KEY("state_of_training"), states, 3, &state, e) < 0 ||
	    read_word(r, KEY("stopped"), stops, STOP_FAILED + 1, &stopped, e) < 0 || read_word(r, KEY("best"), kept, 3, best, e) < 0)
		return ERR_DATA;
	s->state = (enum trainer_state)state;
	s->stopped = (enum trainer_stop)stopped;
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
		status = read_marks(r, m, e);
	if (status == 0)
		status = read_weights(r, "weights", m->status.epoch, &m->current, e);
	if (status < 0)
		return status;
	if (best != NONE && m->status.best_epoch < 0)
		return bad(r, e, "metadata: " KEY("best_epoch") " is none, but weights of it are kept");
	if (best == PRESENT)
		m->best = m->current;
	return best == KEPT ? read_weights(r, "best", m->status.best_epoch, &m->best, e) : 0;
}

/* Made again one by one, so that each finds what it changes, and those that were undone are undone. */
static int read_edits(const struct reading *r, struct err *e)
{
	struct checkpoint *c = r->out;
	const struct safetensor *users = want(r, "edits.user", SAFETENSORS_I32, -1, 0, e);
	const int64_t n = users ? users->n : 0;
	const struct safetensor *items = users ? want(r, "edits.item", SAFETENSORS_I32, n, 0, e) : NULL;
	const struct safetensor *values = items ? want(r, "edits.value", SAFETENSORS_F32, n, 0, e) : NULL;
	const struct safetensor *has = values ? want(r, "edits.has", SAFETENSORS_U8, n, 0, e) : NULL;
	struct overlay o;
	int64_t applied;
	int status = has ? read_int(r, KEY("edits"), 0, n, &applied, e) : ERR_DATA;
	overlay_init(&o, trained_on(c));
	for (int64_t i = 0; status == 0 && i < n; i++) {
		const int32_t user = ((const int32_t *)users->data)[i], item = ((const int32_t *)items->data)[i];
		if (user < 0 || user >= dataset_users(c->data) || item < 0 || item >= dataset_items(c->data))
			status = bad(r, e, "tensor edits.user: edit %" PRId64 " is of user %d and item %d; there are %d and %d", i, (int)user, (int)item,
				     (int)dataset_users(c->data), (int)dataset_items(c->data));
		else if (((const uint8_t *)has->data)[i])
			status = overlay_rate(&o, user, item, ((const float *)values->data)[i], NULL, e);
		else if (overlay_unrate(&o, user, item, NULL, e) < 0)
			status = bad(r, e, "tensor edits.has: edit %" PRId64 " takes a rating away that is not there", i);
	}
	if (status < 0) {
		overlay_done(&o);
		return status;
	}
	c->edits = o.edits; /* taken over */
	c->n_edits = o.n_edits;
	c->applied = (size_t)applied;
	return 0;
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static int read_all(struct reading *r, const char *path, struct err *e)
{
	static const char *const states[] = { "kept", "fresh" };
	int fresh, status = safetensors_open(&r->file, path, e);
	if (status == 0)
		status = check_version(r, e);
	if (status == 0)
		status = read_options(r, e);
	if (status == 0)
		status = read_word(r, KEY("state"), states, 2, &fresh, e);
	if (status == 0)
		status = check_names(r, e);
	if (status == 0)
		status = safetensors_read(&r->file, e);
	if (status == 0)
		status = read_data(r, e);
	if (status == 0)
		status = make_model(r, e);
	if (status < 0)
		return status;
	r->fresh = fresh;
	status = read_state(r, e);
	if (status == 0)
		status = read_training(r, e);
	return status < 0 ? status : read_edits(r, e);
}

int checkpoint_read(struct checkpoint *c, const char *path, struct err *e)
{
	struct err why = { 0 };
	struct reading r = { .file.fd = -1, .out = c };
	*c = (struct checkpoint){ 0 };
	int status = read_all(&r, path, &why);
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
	free(c->edits);
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
		status = read_text(&r, KEY("data.name"), title->data, sizeof title->data, &e);
	if (status == 0)
		status = read_text(&r, KEY("model"), title->model, sizeof title->model, &e);
	if (status == 0)
		status = read_int(&r, KEY("epoch"), 0, INT64_MAX, &title->epoch, &e);
	safetensors_close(&r.file);
	return status;
}
