/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ratings as many, and of as many users and items, as in MovieLens 10M and in the Netflix prize,
 * generated with realistic tails: an epoch, the memory at its peak, and what-ifs, through the
 * commands that a person would give. */
#include <sys/resource.h>

#include "autorec/optim.h"
#include "bench.h"

struct shape {
	const char *name, *options; /* generate's */
	int epochs;
	double epoch_goal; /* seconds */
	double times_goal; /* peak memory by what there is no training without */
	double gib_goal;   /* peak memory */
	struct whatif_goals whatif;
};

static const struct shape ml_10m = {
	.name = "ml-10m",
	.options = "users=69878 items=10677 ratings=10000054 scale=0.5,5 step=0.5",
	.epochs = 6,
	.epoch_goal = 1,
	.times_goal = 1.3,
};

static const struct shape netflix = {
	.name = "netflix",
	.options = "users=480189 items=17770 ratings=100480507",
	.epochs = 4,
	.epoch_goal = 12,
	.gib_goal = 20,
	.whatif = { .encoder = 10, .ridge = 50 },
};

/* What there is no training without: each rating in both orders (column and value, 16 bytes) with
 * the map between them (4); parameters and hidden units once; the optimiser's state. */
static void print_memory(const struct bench *b, const struct shape *shape, const struct session *s)
{
	struct rusage usage;
	const struct model *m = trainer_model(session_trainer(s));
	const double mb = 1e6, nnz = (double)s->doc.data->report.ratings,
		     theta = (double)m->n_theta;
	const double hidden = (double)panel_size(m->n_vectors, (int32_t)m->config.k);
	const double ratings = 20 * nnz, weights = sizeof(real) * (theta + hidden);
	const double optimiser = (double)optim_ops_at(m->config.optimizer)->bytes_per_parameter *
				 theta;
	getrusage(RUSAGE_SELF, &usage);
	const double peak = 1024 * (double)usage.ru_maxrss, least = ratings + weights + optimiser;
	bench_row(b, (struct figure){ .value = ratings / mb, .unit = "MB" },
		  "ratings, in both orders");
	bench_row(b, (struct figure){ .value = weights / mb, .unit = "MB" },
		  "weights and hidden units, once");
	bench_row(b, (struct figure){ .value = optimiser / mb, .unit = "MB" }, "optimiser state");
	bench_row(b, (struct figure){ .value = (double)model_bytes(m) / mb, .unit = "MB" },
		  "what the trainer asked for");
	bench_row(b,
		  (struct figure){ .value = peak / mb,
				   .unit = "MB",
				   .at_most = shape->gib_goal * 1073.741824 },
		  "peak memory");
	bench_row(b,
		  (struct figure){
			  .value = peak / least, .unit = "x", .at_most = shape->times_goal },
		  "peak by ratings + weights + optimiser");
}

static void print_epochs(const struct bench *b, const struct shape *shape, struct session *s)
{
	struct epoch_record records[16];
	double seconds[16];
	int n = 0;
	const int64_t n_records = trainer_records(session_trainer(s), 0, records, 16);
	for (int64_t i = 2; i < n_records;
	     i++) /* the first one also takes its memory from the system */
		seconds[n++] = records[i].seconds;
	bench_row(b,
		  (struct figure){ .value = bench_median(seconds, n),
				   .unit = "s",
				   .at_most = shape->epoch_goal },
		  "epoch, scored, k = %ld, %d threads",
		  (long)trainer_model(session_trainer(s))->config.k, b->cores);
}

/* An item's edit moves everybody's prediction, a user's in U-AutoRec those for all items: both are
 * the encoder's answers. */
static int by_users(const struct bench *b, const struct shape *shape, struct session *s,
		    struct err *e)
{
	int status = bench_command(s, e, "model u-autorec k=500");
	if (status == 0)
		status = bench_command(s, e, "train 2");
	return status < 0 ? status : bench_answers(b, s, &shape->whatif, e);
}

static int measure(const struct bench *b, const struct shape *shape, const char *path,
		   struct err *e)
{
	struct session s;
	int status = bench_session(&s, path, e);
	if (status == 0)
		bench_row(b, (struct figure){ .value = s.doc.data->report.seconds, .unit = "s" },
			  "load %lld ratings", (long long)s.doc.data->report.ratings);
	if (status == 0)
		status = bench_command(&s, e, "model i-autorec k=500");
	if (status == 0)
		status = bench_command(&s, e, "train %d", shape->epochs);
	if (status == 0)
		print_epochs(b, shape, &s);
	if (status == 0)
		status = bench_answers(b, &s, &shape->whatif, e);
	if (status == 0)
		print_memory(b, shape, &s);
	if (status == 0 && shape->whatif.encoder > 0)
		status = by_users(b, shape, &s, e);
	session_done(&s);
	return status;
}

static int run(const struct bench *b, const struct shape *shape, struct err *e)
{
	char path[512];
	int status = bench_generated(b, shape->name, shape->options, path, sizeof path, e);
	return status < 0 ? status : measure(b, shape, path, e);
}

int bench_ml_10m(struct bench *b, struct err *e)
{
	return run(b, &ml_10m, e);
}

int bench_netflix(struct bench *b, struct err *e)
{
	return run(b, &netflix, e);
}

int bench_generated_ml_10m(const struct bench *b, char *path, size_t size, struct err *e)
{
	return bench_generated(b, ml_10m.name, ml_10m.options, path, size, e);
}
