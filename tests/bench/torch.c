/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Seconds per epoch on MovieLens 1M at k = 500, scored, a thread a core, beside the same training
 * in PyTorch with the fastest of its OpenBLAS's core types.  In turn, as the machine's speed
 * changes; PyTorch computes in float, so the float rows compare like with like. */
#include "bench.h"

enum { PAIRS = 5, EPOCHS = 9, THEIR_EPOCHS = 5, N_OURS = 2 };

struct ours {
	const char *precision;
	struct subject subject;
	double seconds[PAIRS], ratio[PAIRS]; /* ratio: theirs by ours */
};

struct theirs {
	const char *ratings;
	char version[32], core_type[32]; /* core_type: to be measured; "": the fastest, which is
					    then named here */
	double seconds[PAIRS];
};

static int our_seconds(struct subject *s, double *median, struct err *e)
{
	double bare, scored[EPOCHS];
	for (int i = 0; i < EPOCHS; i++)
		if (subject_epoch(s, &bare, &scored[i], e) < 0)
			return e->code;
	*median = bench_median(scored, EPOCHS);
	return 0;
}

static int their_seconds(const struct bench *b, struct theirs *t, double *median, struct err *e)
{
	json_t *torch = bench_ask("tests/bench/peer_torch.py \"%s\" %d %d %s 2>/dev/null",
				  t->ratings, b->cores, THEIR_EPOCHS, t->core_type);
	if (!torch)
		return err_set(
			e, ERR_FAILED, NULL,
			"PyTorch did not run; python3-torch may not be installed: make bench-deps");
	*median = json_real_value(json_object_get(torch, "seconds"));
	snprintf(t->version, sizeof t->version, "%s",
		 json_string_value(json_object_get(torch, "version")));
	snprintf(t->core_type, sizeof t->core_type, "%s",
		 json_string_value(json_object_get(torch, "core_type")));
	json_decref(torch);
	return 0;
}

static int measure(const struct bench *b, struct ours *ours, struct theirs *t, struct err *e)
{
	int status = 0;
	for (int pair = 0; status == 0 && pair < PAIRS; pair++) {
		status = their_seconds(b, t, &t->seconds[pair], e);
		for (struct ours *o = ours; status == 0 && o < ours + N_OURS; o++) {
			status = our_seconds(&o->subject, &o->seconds[pair], e);
			o->ratio[pair] = t->seconds[pair] / o->seconds[pair];
		}
	}
	return status;
}

static void print(const struct bench *b, struct ours *ours, struct theirs *t)
{
	const double theirs = bench_median(t->seconds, PAIRS);
	for (struct ours *o = ours; o < ours + N_OURS; o++) {
		bench_row(b,
			  (struct figure){ .value = bench_median(o->seconds, PAIRS),
					   .unit = "s",
					   .peer = "PyTorch",
					   .peers = theirs },
			  "i-autorec %s, PyTorch %s, OpenBLAS %s", o->precision, t->version,
			  t->core_type);
		bench_row(b,
			  (struct figure){ .value = bench_median(o->ratio, PAIRS),
					   .unit = "x",
					   .at_least = 15 },
			  "PyTorch's time by that of i-autorec %s", o->precision);
	}
}

/* That PyTorch is not installed is no failure. */
static int beside(const struct bench *b, struct ours *ours, const char *ratings, struct err *e)
{
	struct theirs theirs = { .ratings = ratings };
	if (their_seconds(b, &theirs, &theirs.seconds[0], e) < 0) { /* finds the fastest */
		bench_note(b, "%s", e->message);
		return 0;
	}
	const int status = measure(b, ours, &theirs, e);
	if (status == 0)
		print(b, ours, &theirs);
	return status;
}

int bench_torch(struct bench *b, struct err *e)
{
	struct ours ours[N_OURS] = { { "float" }, { "mixed" } };
	struct session s;
	int status = bench_session(&s, "ml-1m", e);
	for (struct ours *o = ours; status == 0 && o < ours + N_OURS; o++)
		status = subject_new(&o->subject, "i-autorec", "precision", o->precision,
				     s.doc.split, e);
	if (status == 0)
		status = beside(b, ours, s.doc.data->report.path, e);
	for (struct ours *o = ours; o < ours + N_OURS; o++)
		subject_done(&o->subject);
	session_done(&s);
	return status;
}
