/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast ratings load, titles included, and how much memory that takes at its peak: MovieLens 1M,
 * and ten times as many generated ones, and JSON Lines beside pandas; on one core and on all.  Each
 * load in a process of its own, so that none profits from memory that another left behind. */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "autorec/kernel.h"
#include "bench.h"

enum { RUNS = 7 };

struct load {
	const char *path;
	int threads;
	double seconds, bytes, ratings, peak; /* filled in */
};

static double peak_bytes(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return 1024 * (double)usage.ru_maxrss;
}

static int load_once(void *ctx, struct err *e)
{
	struct load *l = ctx;
	struct session s;
	struct stat st;
	const double before = peak_bytes();
	kernel_set_threads(l->threads);
	int status = session_init(&s, e);
	if (status == 0)
		status = bench_command(&s, e, "load \"%s\"", l->path);
	if (status == 0) {
		const struct load_report *r = &s.doc.data->report;
		l->seconds = r->seconds;
		l->ratings = (double)r->ratings;
		l->bytes = stat(r->path, &st) == 0 ? (double)st.st_size : 0;
		l->peak = peak_bytes() - before;
	}
	session_done(&s);
	return status;
}

/* Medians, of one core and of all, in turn. */
static int measure(struct load *shared, const char *path, int cores, struct load result[2],
		   struct err *e)
{
	double seconds[2][RUNS], peak[2][RUNS];
	for (int i = 0; i < RUNS; i++)
		for (int all = 0; all < 2; all++) {
			*shared = (struct load){ .path = path, .threads = all ? cores : 1 };
			if (bench_apart(load_once, shared, e) < 0)
				return e->code;
			result[all] = *shared;
			seconds[all][i] = shared->seconds;
			peak[all][i] = shared->peak;
		}
	for (int all = 0; all < 2; all++) {
		result[all].seconds = bench_median(seconds[all], RUNS);
		result[all].peak = bench_median(peak[all], RUNS);
	}
	return 0;
}

static int one_file(const struct bench *b, struct load *shared, const char *name, const char *path,
		    double goal, struct err *e)
{
	static const double rate_goal[2] = { 150, 250 };
	struct load result[2];
	if (measure(shared, path, b->cores, result, e) < 0)
		return e->code;
	for (int all = 0; all < 2; all++) {
		const struct load *l = &result[all];
		const char *s = l->threads > 1 ? "s" : "";
		bench_row(b, (struct figure){ .value = l->seconds, .unit = "s", .at_most = goal },
			  "%s, %d core%s", name, l->threads, s);
		bench_row(b,
			  (struct figure){ .value = l->bytes / 1e6 / l->seconds,
					   .unit = "MB/s",
					   .at_least = rate_goal[all] },
			  "%s, %d core%s", name, l->threads, s);
		bench_row(b, (struct figure){ .value = l->peak / l->ratings, .unit = "bytes" },
			  "%s, peak memory a rating, %d core%s", name, l->threads, s);
	}
	return 0;
}

/* ---- JSON Lines --------------------------------------------------------- */

/* The same ratings as people have them: bare numbers, and reviews in a store. */
static const struct json_style {
	const char *name, *file;
	const char *format; /* of user, item, rating and time */
} json_styles[] = {
	{ "JSON Lines, numbers", "numbers.jsonl",
	  "{\"user\": %d, \"item\": %d, \"rating\": %g, \"timestamp\": %lld}\n" },
	{ "JSON Lines, reviews", "reviews.jsonl",
	  "{\"reviewerID\": \"A%013d\", \"asin\": \"B%09d\", \"overall\": %.1f, "
	  "\"unixReviewTime\": %lld}\n" },
};

struct json_job {
	const char *ratings, *to;
	const struct json_style *style;
};

static int write_json(void *ctx, struct err *e)
{
	const struct json_job *j = ctx;
	const long long first_time = 978300000; /* 31 December 2000 */
	struct session s;
	int status = session_init(&s, e);
	if (status == 0)
		status = bench_command(&s, e, "load \"%s\"", j->ratings);
	FILE *f = status == 0 ? fopen(j->to, "w") : NULL;
	if (f) {
		const struct dataset *d = s.doc.data;
		for (int32_t u = 0; u < d->all->n_rows; u++)
			for (int64_t t = d->all->start[u]; t < d->all->start[u + 1]; t++)
				fprintf(f, j->style->format, u + 1, d->all->col[t] + 1,
					(double)d->all->val[t], first_time + (long long)t);
	}
	if (status == 0 && (!f || fclose(f) != 0))
		status = err_set(e, ERR_IO, j->to, "cannot be written");
	session_done(&s);
	return status;
}

static int json_file(const struct bench *b, struct load *shared, const struct json_style *style,
		     const char *ratings, struct err *e)
{
	char path[512], version[64] = "";
	struct load result[2];
	snprintf(path, sizeof path, "%s/%s", b->folder, style->file);
	struct json_job job = { ratings, path, style };
	if (bench_apart(write_json, &job, e) < 0 || measure(shared, path, b->cores, result, e) < 0)
		return e->code;
	json_t *pandas = bench_ask("tests/bench/peer_pandas.py \"%s\" 2>/dev/null", path);
	const double seconds = json_real_value(json_object_get(pandas, "seconds"));
	if (pandas)
		snprintf(version, sizeof version, "pandas %s",
			 json_string_value(json_object_get(pandas, "version")));
	for (int all = 0; all < 2; all++) {
		const struct load *l = &result[all];
		bench_row(b,
			  (struct figure){ .value = l->bytes / 1e6 / l->seconds,
					   .unit = "MB/s",
					   .at_least = all ? 100 : 0,
					   .peer = pandas ? version : NULL,
					   .peers = pandas ? l->bytes / 1e6 / seconds : 0 },
			  "%s, %d core%s", style->name, l->threads, l->threads > 1 ? "s" : "");
	}
	json_decref(pandas);
	return 0;
}

static int json_files(const struct bench *b, struct load *shared, struct err *e)
{
	char ratings[512];
	int status = bench_generated(b, "ml-1m", "users=6040 items=3706 ratings=1000209", ratings,
				     sizeof ratings, e);
	for (size_t i = 0; status == 0 && i < sizeof json_styles / sizeof *json_styles; i++)
		status = json_file(b, shared, &json_styles[i], ratings, e);
	return status;
}

int bench_load(struct bench *b, struct err *e)
{
	char path[512];
	struct load *shared = bench_shared(sizeof *shared);
	if (!shared)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	int status = bench_generated_ml_10m(b, path, sizeof path, e);
	if (status == 0)
		status = one_file(b, shared, "generated 10M", path, 0, e);
	if (status == 0)
		status = json_files(b, shared, e);
	if (status == 0)
		status = one_file(b, shared, "ml-1m", "ml-1m", 0.15, e);
	munmap(shared, sizeof *shared);
	return status;
}
