/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a session to tensors. Copies everything that may change once the moment is released;
 * ratings never change. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "autorec/package.h"
#include "autorec/kernel.h"
#include "autorec/mem.h"
#include "autorec/text.h"
#include "autorec/times.h"
#include "checkpoint.h"

/* ---- tensors ------------------------------------------------------------ */

/* Adds a tensor of rank 1, or of rank 2 if columns > 0, over memory that outlives the package. */
static int package_add(struct package *p, const char *name, enum safetensors_type type,
		       int64_t rows, int64_t columns, const void *data, struct err *e)
{
	if (mem_grow(&p->list, &p->capacity, p->n + 1, sizeof *p->list, e) < 0)
		return ERR_NOMEM;
	struct safetensor *t = &p->list[p->n++];
	*t = (struct safetensor){ .type = type,
				  .rank = columns > 0 ? 2 : 1,
				  .shape = { rows, columns },
				  .n = columns > 0 ? rows * columns : rows,
				  .data = (void *)data };
	snprintf(t->name, sizeof t->name, "%s", name);
	return 0;
}

/* The same over new memory, which the package owns; NULL on failure. */
static void *add_room(struct package *p, const char *name, enum safetensors_type type, int64_t rows,
		      int64_t columns, struct err *e)
{
	if (mem_grow(&p->owned, &p->owned_capacity, p->n_owned + 1, sizeof *p->owned, e) < 0)
		return NULL;
	void *room = mem_room((size_t)(columns > 0 ? rows * columns : rows), safetensors_size(type),
			      e);
	if (!room)
		return NULL;
	p->owned[p->n_owned++] = room;
	return package_add(p, name, type, rows, columns, room, e) < 0 ? NULL : room;
}

__attribute__((format(printf, 3, 4))) static void put(struct package *p, const char *key,
						      const char *format, ...)
{
	char text[600], clean[3 * sizeof text];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	text_clean(text, strlen(text), true, clean, sizeof clean);
	p->failed |= json_object_set_new(p->metadata, key, json_string(clean)) < 0;
}

/* Adds texts stored end to end, and the place where each begins. */
static int add_texts(struct package *p, const char *name, int64_t n,
		     const char *(*text_of)(const void *ctx, int64_t i), const void *ctx,
		     struct err *e)
{
	char name_of_offsets[SAFETENSORS_MAX_NAME];
	snprintf(name_of_offsets, sizeof name_of_offsets, "%s.offsets", name);
	int64_t *offsets = add_room(p, name_of_offsets, SAFETENSORS_I64, n + 1, 0, e);
	if (!offsets)
		return ERR_NOMEM;
	offsets[0] = 0;
	for (int64_t i = 0; i < n; i++)
		offsets[i + 1] = offsets[i] + (int64_t)strlen(text_of(ctx, i));
	char *bytes = add_room(p, name, SAFETENSORS_U8, offsets[n], 0, e);
	for (int64_t i = 0; bytes && i < n; i++)
		memcpy(bytes + offsets[i], text_of(ctx, i), (size_t)(offsets[i + 1] - offsets[i]));
	return bytes ? 0 : ERR_NOMEM;
}

static const char *name_of_id(const void *ctx, int64_t i)
{
	return ids_name(ctx, (int32_t)i);
}

static const char *name_of_title(const void *ctx, int64_t i)
{
	return dataset_title(ctx, (int32_t)i);
}

static const char *name_of_genre(const void *ctx, int64_t i)
{
	return ((const struct genres *)ctx)->names[i];
}

static const char *name_of_mark(const void *ctx, int64_t i)
{
	return ((const struct curve_mark *)ctx)[i].text;
}

static const char *name_of_newcomer(const void *ctx, int64_t i)
{
	return ((const struct newcomer *)ctx)[i].name;
}

/* ---- ratings ------------------------------------------------------------ */

/* The times of a part, which the whole set holds. */
static int add_times(struct package *p, const char *set, const struct sparse *x,
		     const struct sparse *whole, struct err *e)
{
	char name[SAFETENSORS_MAX_NAME];
	if (!whole || !times_any(&whole->time))
		return 0;
	snprintf(name, sizeof name, "%s.time", set);
	int64_t *time = add_room(p, name, SAFETENSORS_I64, x->nnz, 0, e);
	if (!time)
		return ERR_NOMEM;
#pragma omp parallel for schedule(dynamic, 64) num_threads(kernel_threads())
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++) {
			const int64_t place = sparse_find(whole, u, x->col[t]);
			time[t] = place < 0 ? NO_TIME : sparse_time(whole, place);
		}
	return 0;
}

static int add_ratings(struct package *p, const char *set, const struct ratings *r,
		       const struct sparse *whole, struct err *e)
{
	const struct sparse *x = &r->by_user;
	char name[SAFETENSORS_MAX_NAME];
	snprintf(name, sizeof name, "%s.user", set);
	int32_t *user = add_room(p, name, SAFETENSORS_I32, x->nnz, 0, e);
	if (!user)
		return ERR_NOMEM;
	for (int32_t u = 0; u < x->n_rows; u++)
		for (int64_t t = x->start[u]; t < x->start[u + 1]; t++)
			user[t] = u;
	snprintf(name, sizeof name, "%s.item", set);
	int status = package_add(p, name, SAFETENSORS_I32, x->nnz, 0, x->col, e);
	snprintf(name, sizeof name, "%s.value", set);
	if (status == 0)
		status = package_add(p, name, REAL_TYPE, x->nnz, 0, x->val, e);
	return status < 0 ? status : add_times(p, set, x, whole, e);
}

static void sum_ratings(XXH3_state_t *sum, const struct sparse *x)
{
	if (!x)
		return;
	XXH3_64bits_update(sum, x->start, ((size_t)x->n_rows + 1) * sizeof *x->start);
	XXH3_64bits_update(sum, x->col, (size_t)x->nnz * sizeof *x->col);
	XXH3_64bits_update(sum, x->val, (size_t)x->nnz * sizeof *x->val);
}

static void sum_ids(XXH3_state_t *sum, const struct ids *ids)
{
	for (int32_t i = 0; i < ids_count(ids); i++)
		XXH3_64bits_update(sum, ids_name(ids, i), strlen(ids_name(ids, i)) + 1);
}

/* Stores a hash of a data set: the same ids and ratings give the same number. */
static void put_fingerprint(struct package *p, const struct dataset *d)
{
	XXH3_state_t *sum = XXH3_createState();
	p->failed |= !sum;
	if (!sum)
		return;
	XXH3_64bits_reset(sum);
	sum_ids(sum, d->users);
	sum_ids(sum, d->items);
	sum_ratings(sum, d->all);
	sum_ratings(sum, d->test);
	put(p, KEY("data.fingerprint"), "%016" PRIx64, (uint64_t)XXH3_64bits_digest(sum));
	XXH3_freeState(sum);
}

static int add_genres(struct package *p, const struct dataset *d, struct err *e)
{
	const struct genres *g = &d->genres;
	if (g->n == 0)
		return 0;
	int64_t *of_item = add_room(p, "items.genres", SAFETENSORS_I64, dataset_items(d), 0, e);
	if (!of_item)
		return ERR_NOMEM;
	memcpy(of_item, g->of_item, (size_t)dataset_items(d) * sizeof *of_item);
	return add_texts(p, "genre.name", g->n, name_of_genre, g, e);
}

static int add_data(struct package *p, const struct checkpoint *c, struct err *e)
{
	const struct dataset *d = c->data;
	const struct split *s = c->split;
	put(p, KEY("data.name"), "%s", d->name);
	put(p, KEY("data.scale"), "%.17g,%.17g", (double)d->min, (double)d->max);
	put(p, KEY("data.scale_told"), "%d", d->scale_told);
	put_fingerprint(p, d);
	put(p, KEY("split.holdout"), "%.17g", s->holdout);
	put(p, KEY("split.valid"), "%.17g", s->valid_share);
	put(p, KEY("split.seed"), "%" PRIu64, s->seed);
	put(p, KEY("split.by"), "%d", (int)s->by);
	put(p, KEY("split.last"), "%ld", (long)s->last);
	if (s->given)
		put(p, KEY("split.foldin"), "%.17g", s->foldin);
	put(p, KEY("split.test_given"), "%d", s->test_given);
	put(p, KEY("refit"), "%d", c->joined != NULL);
	int status = add_texts(p, "users.id", dataset_users(d), name_of_id, d->users, e);
	if (status == 0)
		status = add_texts(p, "items.id", dataset_items(d), name_of_id, d->items, e);
	if (status == 0 && d->titles)
		status = add_texts(p, "items.title", dataset_items(d), name_of_title, d, e);
	if (status == 0)
		status = add_genres(p, d, e);
	if (status == 0)
		status = add_ratings(p, "train", s->train, d->all, e);
	if (status == 0)
		status = add_ratings(p, "valid", s->valid, d->all, e);
	if (status == 0)
		status = add_ratings(p, "test", s->test, s->test_given ? d->test : d->all, e);
	if (status == 0 && s->given)
		status = add_ratings(p, "given", s->given, d->all, e);
	return status < 0 || !s->asked ? status : add_ratings(p, "asked", s->asked, d->all, e);
}

/* ---- the model ---------------------------------------------------------- */

static void copy_rows(const struct model *m, int tensor, int64_t epoch, char *theta, size_t size,
		      char *rows, bool out)
{
	const struct tensor *t = &m->tensors[tensor];
	const struct panel p = { .rows = t->rows, .k = model_columns(m, tensor, epoch) };
	char *place = theta + t->offset * size;
	if (!t->panel)
		memcpy(out ? rows : place, out ? place : rows, (size_t)t->rows * size);
#pragma omp parallel for schedule(static) num_threads(kernel_threads())
	for (int32_t r = 0; r < (t->panel ? t->rows : 0); r++)
		for (int s = 0; s < panel_strips(p.k); s++) {
			const int32_t first = s * STRIP,
				      n = p.k - first < STRIP ? p.k - first : STRIP;
			char *strip = place + panel_offset(&p, s, r) * size,
			     *row = rows + ((size_t)r * (size_t)p.k + (size_t)first) * size;
			memcpy(out ? row : strip, out ? strip : row, (size_t)n * size);
		}
}

void tensor_copy_out(const struct model *m, int tensor, int64_t epoch, const void *theta,
		     size_t size, void *rows)
{
	copy_rows(m, tensor, epoch, (char *)theta, size, rows, true);
}

void tensor_copy_in(const struct model *m, int tensor, int64_t epoch, void *theta, size_t size,
		    const void *rows)
{
	copy_rows(m, tensor, epoch, theta, size, (char *)rows, false);
}

/* Adds a tensor of theta, or of an array of the same shape, as PREFIX.TENSOR. */
static int add_tensor(struct package *p, const char *prefix, const struct model *m, int tensor,
		      int64_t epoch, enum safetensors_type type, const void *theta, struct err *e)
{
	const struct tensor *t = &m->tensors[tensor];
	char name[SAFETENSORS_MAX_NAME];
	snprintf(name, sizeof name, "%s.%s", prefix, t->name);
	void *rows = add_room(p, name, type, t->rows,
			      t->panel ? model_columns(m, tensor, epoch) : 0, e);
	if (rows)
		tensor_copy_out(m, tensor, epoch, theta, safetensors_size(type), rows);
	return rows ? 0 : ERR_NOMEM;
}

static int add_indices(struct package *p, const char *prefix, const struct tensor *t,
		       const real *theta, struct err *e)
{
	char name[SAFETENSORS_MAX_NAME];
	snprintf(name, sizeof name, "%s.%s", prefix, t->name);
	int32_t *index = add_room(p, name, SAFETENSORS_I32, t->rows, 0, e);
	for (int32_t i = 0; index && i < t->rows; i++)
		index[i] = (int32_t)theta[t->offset + (size_t)i];
	return index ? 0 : ERR_NOMEM;
}

static int add_weights(struct package *p, const char *prefix, const struct model *m,
		       const struct weights *w, struct err *e)
{
	int status = 0;
	for (int i = 0; status == 0 && i < m->n_tensors; i++)
		status = m->tensors[i].below > 0
				 ? add_indices(p, prefix, &m->tensors[i], w->theta, e)
				 : add_tensor(p, prefix, m, i, w->epoch, REAL_TYPE, w->theta, e);
	return status;
}

static int add_array(struct package *p, const char *name, const struct state_array *a,
		     struct err *e)
{
	void *to = add_room(p, name, state_type(a), (int64_t)a->n, 0, e);
	if (to)
		memcpy(to, a->data, a->n * safetensors_size(state_type(a)));
	return to ? 0 : ERR_NOMEM;
}

static int add_state(struct package *p, const struct model *m, int64_t epoch, struct err *e)
{
	char name[SAFETENSORS_MAX_NAME];
	struct state_array a;
	int status = 0;
	for (int i = 0; status == 0 && model_state(m, i, &a); i++) {
		snprintf(name, sizeof name, "state.%s", a.name);
		if (!a.like_theta)
			status = add_array(p, name, &a, e);
		for (int t = 0; status == 0 && a.like_theta && t < m->n_tensors; t++)
			status = add_tensor(p, name, m, t, epoch, state_type(&a), a.data, e);
	}
	return status;
}

static void put_options(struct package *p, const struct checkpoint *c)
{
	for (int i = 0; i < n_options; i++) {
		const struct config_option *o = &option_table[i];
		const bool of_model = o->scope == OPTION_MODEL || o->scope == OPTION_LIVE;
		const struct config *config = of_model ? &c->moment.config : &c->config;
		char key[80], value[64];
		if (o->param.type == PARAM_RANGE && !(config->min < config->max))
			continue; /* the one of the training ratings */
		snprintf(key, sizeof key, "%s%s", KEY("option."), o->param.name);
		put(p, key, "%s", option_get_exact(o, config, value, sizeof value));
	}
}

static int add_model(struct package *p, const struct checkpoint *c, struct err *e)
{
	const struct training_moment *t = &c->moment;
	const bool fresh = t->stopped ==
			   STOP_DIVERGED; /* its weights are the last good ones, its state is not */
	put(p, KEY("model"), "%s", c->model->ops->name);
	put(p, KEY("state"), "%s", fresh ? "fresh" : "kept");
	put_options(p, c);
	int status = add_weights(p, "weights", c->model, t->current, e);
	if (status == 0 && t->best && t->best != t->current)
		status = add_weights(p, "best", c->model, t->best, e);
	return status < 0 || fresh ? status : add_state(p, c->model, t->current->epoch, e);
}

/* ---- training and edits ------------------------------------------------- */

static double or_none(double rmse)
{
	return isnan(rmse) ? -1 : rmse;
}

static int add_curve(struct package *p, const struct training_moment *t, struct err *e)
{
	double(*row)[CURVE_COLUMNS] = add_room(p, "curve", SAFETENSORS_F64, t->log.n_records,
					       CURVE_COLUMNS, e);
	if (!row)
		return ERR_NOMEM;
	put(p, KEY("curve"), "%s", CURVE_NAMES);
	for (int64_t i = 0; i < t->log.n_records; i++) {
		const struct epoch_record *r = &t->log.records[i];
#define PUT(constant, name, member) row[i][constant] = (double)r->member;
		CURVE(PUT)
		row[i][CURVE_VALID_RMSE] = or_none(r->valid_rmse);
		row[i][CURVE_TEST_RMSE] = or_none(r->test_rmse);
	}
	return 0;
}

static int add_fingerprints(struct package *p, const struct training_moment *t, struct err *e)
{
	int64_t *x = add_room(p, "curve.fingerprint", SAFETENSORS_I64, t->log.n_records, 0, e);
	for (int64_t i = 0; x && i < t->log.n_records; i++)
		x[i] = t->log.records[i].fingerprint;
	return x ? 0 : ERR_NOMEM;
}

static int add_marks(struct package *p, const struct training_moment *t, struct err *e)
{
	int64_t *epoch = add_room(p, "marks.epoch", SAFETENSORS_I64, t->log.n_marks, 0, e);
	if (!epoch)
		return ERR_NOMEM;
	for (int64_t i = 0; i < t->log.n_marks; i++)
		epoch[i] = t->log.marks[i].epoch;
	return add_texts(p, "marks.text", t->log.n_marks, name_of_mark, t->log.marks, e);
}

static int add_training(struct package *p, const struct training_moment *t, struct err *e)
{
	static const char *const states[] = { TRAINER_STATES(PARAM_STRING) };
	const struct stopping *s = &t->stopping;
	put(p, KEY("epoch"), "%" PRId64, t->epoch);
	put(p, KEY("target"), "%" PRId64, s->target);
	put(p, KEY("until"), "%.17g", s->until);
	put(p, KEY("patience"), "%" PRId64, s->patience);
	put(p, KEY("patience_from"), "%" PRId64, s->patience_from);
	put(p, KEY("best_epoch"), "%" PRId64, s->best_epoch);
	put(p, KEY("best_valid"), "%.17g", s->best_epoch < 0 ? 0 : s->best_valid);
	put(p, KEY("best"), "%s", !t->best ? "none" : t->best == t->current ? "present" : "kept");
	put(p, KEY("state_of_training"), "%s", states[t->state]);
	put(p, KEY("stopped"), "%s", trainer_stop_name(t->stopped));
	int status = add_curve(p, t, e);
	if (status == 0)
		status = add_fingerprints(p, t, e);
	return status < 0 ? status : add_marks(p, t, e);
}

static int add_edits(struct package *p, const struct checkpoint *c, struct err *e)
{
	const struct overlay *o = &c->overlay;
	const int64_t n = (int64_t)o->n_edits, n_newcomers = (int64_t)o->n_newcomers;
	int32_t *user = add_room(p, "edits.user", SAFETENSORS_I32, n, 0, e),
		*item = add_room(p, "edits.item", SAFETENSORS_I32, n, 0, e);
	float *value = add_room(p, "edits.value", SAFETENSORS_F32, n, 0, e);
	uint8_t *has = add_room(p, "edits.has", SAFETENSORS_U8, n, 0, e);
	if (!user || !item || !value || !has)
		return ERR_NOMEM;
	for (int64_t i = 0; i < n; i++) {
		user[i] = o->edits[i].user;
		item[i] = o->edits[i].item;
		value[i] = o->edits[i].after;
		has[i] = o->edits[i].has;
	}
	put(p, KEY("edits"), "%zu", o->applied);
	if (n_newcomers == 0)
		return 0;
	uint8_t *kind = add_room(p, "newcomers.kind", SAFETENSORS_U8, n_newcomers, 0, e);
	if (!kind)
		return ERR_NOMEM;
	for (int64_t i = 0; i < n_newcomers; i++)
		kind[i] = (uint8_t)(o->newcomers[i].is_item + 2 * o->newcomers[i].there);
	return add_texts(p, "newcomers.name", n_newcomers, name_of_newcomer, o->newcomers, e);
}

/* ---- all of it ---------------------------------------------------------- */

static int package_check_memory(const struct checkpoint *c, struct err *e)
{
	const struct model *m = c->model;
	struct state_array a;
	const uint64_t ratings = (uint64_t)(sparse_count(c->data->all) +
					    sparse_count(c->data->test));
	uint64_t need = 2 * (uint64_t)m->n_theta * sizeof(real) + ratings * sizeof(int32_t);
	if (times_any(&c->data->all->time))
		need += ratings * sizeof(int64_t);
	for (int i = 0; model_state(m, i, &a); i++)
		need += (uint64_t)a.n * safetensors_size(state_type(&a));
	return mem_check(need, NULL, "a copy for saving needs", e);
}

static int larger_first(const void *a, const void *b)
{
	const struct safetensor *x = a, *y = b;
	const size_t nx = safetensors_size(x->type), ny = safetensors_size(y->type);
	return nx != ny ? (nx < ny) - (nx > ny) : strcmp(x->name, y->name);
}

int package_init(struct package *p, const struct checkpoint *c, struct err *e)
{
	*p = (struct package){ .metadata = json_object(), .of = c };
	const int format = c->overlay.n_newcomers > 0 ? CHECKPOINT_FORMAT : FORMAT_OF_MOST;
	put(p, KEY("format"), "%d", format);
	put(p, KEY("min_reader"), "%d", format);
	put(p, KEY("program"), "%s", AUTOREC_VERSION);
	int status = package_check_memory(c, e);
	if (status == 0)
		status = add_data(p, c, e);
	if (status == 0)
		status = add_model(p, c, e);
	if (status == 0)
		status = add_training(p, &c->moment, e);
	if (status == 0)
		status = add_edits(p, c, e);
	if (status == 0 && p->failed)
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for the file's header");
	if (status < 0)
		package_done(p);
	else
		qsort(p->list, p->n, sizeof *p->list, larger_first);
	return status;
}

void package_done(struct package *p)
{
	for (size_t i = 0; i < p->n_owned; i++)
		free(p->owned[i]);
	free(p->owned);
	free(p->list);
	json_decref(p->metadata);
	*p = (struct package){ 0 };
}

static int accept(const void *ctx, const char *path, struct err *e)
{
	return checkpoint_verify(ctx, path, e);
}

int package_write(const struct package *p, const char *path, struct safetensors_times *times,
		  struct err *e)
{
	const struct safetensors_judge judge = { accept, p->of };
	return safetensors_write(path, p->list, p->n, p->metadata, &judge, times, e);
}
