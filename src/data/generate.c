/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ratings are generated on a scale of 1 to 5, then mapped to the requested one:
 *
 *     rating = round(MEAN + user's bias + item's bias + taste + noise)
 *     taste  = sum over traits of (user's liking of the trait) * (item's share of it)
 *
 * Traits are the genres, which the titles show, and a few hidden ones. The likings of users
 * scatter around those of a few types. A user's items are drawn by popularity and by taste: people
 * watch what they expect to like. Items are kept in memory. Users are not: each is drawn from its
 * own random stream. */
#include "autorec/generate.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "autorec/csv.h"
#include "autorec/file.h"
#include "autorec/mem.h"
#include "autorec/num.h"
#include "autorec/text.h"
#include "generate_titles.h"

enum {
	N_HIDDEN = 4, /* traits besides the genres */
	N_TRAITS = N_GENRES + N_HIDDEN,
	N_TYPES = 6, /* of users */
	LEAST_PER_USER = 10,
	LEAST_SIDE = 10,
	MOST_USERS = 10000000,
	MOST_ITEMS = 1000000,
	MOST_RATINGS = 1000000000,
	MOST_STEPS = 1000,
};

/* Chosen so that 60,000 ratings of 1,000 users for 800 items look like MovieLens 100K: the same
 * tails, 4 as the most frequent rating, a mean of about 3.5, and about as much left to explain
 * beyond the biases. */
static const double MEAN = 3.15, USER_BIAS = 0.38, ITEM_BIAS = 0.46,
		    NOISE = 0.73,                         /* standard deviations */
	POPULARITY_SPREAD = 1.15, ACTIVITY_SPREAD = 0.95, /* of logarithms */
	POPULAR_IS_GOOD = 0.45, /* correlation of popularity and item bias */
	GENRE_OF_TYPE = 0.50, GENRE_OF_USER = 0.30, HIDDEN_TASTE = 0.25, SECOND_GENRE = 0.55,
		    THIRD_GENRE = 0.3, /* probabilities; a third needs a second */
	CHOICE_BY_TASTE = 1.2;         /* how strongly taste decides what a user watches */

/* Out of a thousand titles, how many have this first genre. */
static const int genre_share[N_GENRES] = { 210, 190, 90, 80, 80, 65, 65, 60, 60, 40, 30, 30 };

struct user {
	double activity, bias;
	double liking[N_TRAITS];
};

struct item {
	double bias;
	float share[N_TRAITS];
};

struct world {
	const struct generate_options *o;
	double types[N_TYPES][N_GENRES]; /* their likings */
	struct item *items;              /* [o->items] */
	double *popularity;              /* [o->items]: cumulative weights, this item included */
	bool *picked;                    /* [o->items]: by the current user */
};

/* Random streams of the seed. Streams from STREAM_USERS on belong to users. */
enum { STREAM_TYPES, STREAM_ITEMS, STREAM_USERS };

static void user_draw(const struct world *w, int32_t index, struct rng *r, struct user *user)
{
	rng_init(r, w->o->seed, STREAM_USERS + (uint64_t)index);
	user->activity = exp(ACTIVITY_SPREAD * rng_normal(r));
	user->bias = USER_BIAS * rng_normal(r);
	const double *type = w->types[rng_below(r, N_TYPES)];
	for (int k = 0; k < N_GENRES; k++)
		user->liking[k] = type[k] + GENRE_OF_USER * rng_normal(r);
	for (int k = N_GENRES; k < N_TRAITS; k++)
		user->liking[k] = HIDDEN_TASTE * rng_normal(r);
}

static int draw_genre(struct rng *r)
{
	int ticket = (int)rng_below(r, 1000), genre = 0;
	while (ticket >= genre_share[genre])
		ticket -= genre_share[genre++];
	return genre;
}

/* Draws one to three different genres into genres[]; returns how many. */
static int draw_genres(struct rng *r, int genres[3])
{
	const double chance[] = { 1, SECOND_GENRE, THIRD_GENRE };
	int n = 0;
	while (n < 3 && rng_unit(r) < chance[n]) {
		int genre = draw_genre(r);
		if ((n > 0 && genre == genres[0]) || (n > 1 && genre == genres[1]))
			continue;
		genres[n++] = genre;
	}
	return n;
}

static void item_draw(struct rng *r, const int *genres, int n_genres, struct item *item,
		      double *weight)
{
	const double fame = rng_normal(r);
	*weight = exp(POPULARITY_SPREAD * fame);
	item->bias = ITEM_BIAS * (POPULAR_IS_GOOD * fame +
				  sqrt(1 - POPULAR_IS_GOOD * POPULAR_IS_GOOD) * rng_normal(r));
	for (int g = 0; g < n_genres; g++)
		item->share[genres[g]] = (float)(1 / sqrt(n_genres));
	for (int k = N_GENRES; k < N_TRAITS; k++)
		item->share[k] = (float)rng_normal(r);
}

static void write_movie(FILE *out, int32_t index, const char *title, const int *genres,
			int n_genres)
{
	fprintf(out, "%" PRId32 ",", index + 1);
	csv_text(out, title, false);
	for (int g = 0; g < n_genres; g++)
		fprintf(out, "%c%s", g == 0 ? ',' : '|', genre_names[genres[g]]);
	putc('\n', out);
}

static int draw_items(struct world *w, FILE *movies, struct err *e)
{
	struct titles titles;
	struct text title = { 0 };
	struct rng r;
	double total = 0;
	if (titles_init(&titles, w->o->items, e) < 0)
		return ERR_NOMEM;
	rng_init(&r, w->o->seed, STREAM_ITEMS);
	fputs("movieId,title,genres\n", movies);
	for (int32_t i = 0; i < w->o->items && !title.failed; i++) {
		int genres[3], n_genres = draw_genres(&r, genres);
		double weight;
		item_draw(&r, genres, n_genres, &w->items[i], &weight);
		w->popularity[i] = total += weight;
		titles_next(&titles, &r, genres[0], &title);
		if (!title.failed)
			write_movie(movies, i, title.bytes, genres, n_genres);
	}
	int status = title.failed ? err_set(e, ERR_NOMEM, NULL, "out of memory for the titles") : 0;
	titles_done(&titles);
	text_done(&title);
	return status;
}

/* What remains to be dealt out: ratings, and the users who share them by activity. */
struct supply {
	int64_t ratings, users, least, most; /* least, most: per user */
	double activity;
};

/* Takes a user's share by activity. Leaves neither too few nor too many ratings for the others. */
static int64_t take_part(struct supply *s, double activity)
{
	const int64_t spare = s->ratings - s->users * s->least,
		      low = s->ratings - (s->users - 1) * s->most;
	/* At the end, rounding decides. */
	const double share = activity < s->activity ? activity / s->activity : 1;
	int64_t n = s->least + (int64_t)((double)spare * share);
	n = n < s->most ? n : s->most;
	n = n > low ? n : low;
	s->ratings -= n;
	s->users--;
	s->activity -= activity;
	return n;
}

static double taste(const struct user *user, const struct item *item)
{
	double sum = 0;
	for (int k = 0; k < N_TRAITS; k++)
		sum += user->liking[k] * (double)item->share[k];
	return sum;
}

/* Draws an item by popularity. */
static int32_t generate_draw_item(const struct world *w, struct rng *r)
{
	int32_t low = 0, high = w->o->items - 1;
	const double ticket = rng_unit(r) * w->popularity[high];
	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		if (w->popularity[middle] > ticket)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Marks n items. The first items are taken in turn, so that every item gets a rating. */
static void pick_items(struct world *w, int32_t index, const struct user *user, int64_t n,
		       struct rng *r)
{
	const int64_t first = (int64_t)index * w->o->items / w->o->users;
	const int64_t end = (int64_t)(index + 1) * w->o->items / w->o->users;
	for (int64_t i = first; i < end; i++, n--)
		w->picked[i] = true;
	while (n > 0) {
		int32_t i = generate_draw_item(w, r);
		if (w->picked[i] ||
		    rng_unit(r) * (1 + exp(-CHOICE_BY_TASTE * taste(user, &w->items[i]))) > 1)
			continue;
		w->picked[i] = true;
		n--;
	}
}

static int64_t hundredths(double x)
{
	return llround(x * 100);
}

/* Maps a rating of 1 to 5 to the nearest value of the scale, in hundredths. */
static int64_t to_scale(const struct generate_options *o, double rating)
{
	const double fraction = fmin(fmax((rating - 1) / 4, 0), 1);
	return hundredths(o->min) +
	       llround(fraction * (o->max - o->min) / o->step) * hundredths(o->step);
}

/* Writes "4", "3.5" or "-0.25" in every locale. */
static void write_rating(FILE *out, int64_t value)
{
	const int64_t size = value < 0 ? -value : value, part = size % 100;
	fprintf(out, "%s%" PRId64, value < 0 ? "-" : "", size / 100);
	if (part)
		fprintf(out, part % 10 ? ".%02" PRId64 : ".%" PRId64, part % 10 ? part : part / 10);
	putc('\n', out);
}

static void write_user(struct world *w, int32_t index, const struct user *user, struct rng *r,
		       FILE *out)
{
	for (int32_t i = 0; i < w->o->items; i++) {
		if (!w->picked[i])
			continue;
		w->picked[i] = false;
		const struct item *item = &w->items[i];
		double rating = MEAN + user->bias + item->bias + taste(user, item) +
				NOISE * rng_normal(r);
		fprintf(out, "%" PRId32 ",%" PRId32 ",", index + 1, i + 1);
		write_rating(out, to_scale(w->o, rating));
	}
}

static bool generate_may_go_on(const struct generate_options *o, int32_t user)
{
	enum { BETWEEN = 256 }; /* users between calls */
	return user % BETWEEN != 0 || !o->progress || o->progress(o->ctx, (double)user / o->users);
}

static int draw_users(struct world *w, FILE *out, struct err *e)
{
	const struct generate_options *o = w->o;
	const int64_t average = o->ratings / o->users, turns = (o->items + o->users - 1) / o->users;
	const int64_t least = average / 2 < LEAST_PER_USER ? average / 2 : LEAST_PER_USER;
	struct supply supply = { .ratings = o->ratings,
				 .users = o->users,
				 .least = least > turns ? least : turns,
				 .most = (int64_t)o->items * 3 / 5 };
	struct rng r;
	struct user user;
	for (int32_t u = 0; u < o->users; u++) {
		user_draw(w, u, &r, &user);
		supply.activity += user.activity;
	}
	fputs("userId,movieId,rating\n", out);
	for (int32_t u = 0; u < o->users && !ferror(out); u++) {
		if (!generate_may_go_on(o, u))
			return err_set(e, ERR_INTERRUPTED, NULL,
				       "stopped after %d of %d users; nothing was written", (int)u,
				       (int)o->users);
		user_draw(w, u, &r, &user);
		pick_items(w, u, &user, take_part(&supply, user.activity), &r);
		write_user(w, u, &user, &r, out);
	}
	return 0; /* or a stream error, which the commit finds */
}

static int world_init(struct world *w, const struct generate_options *o, struct err *e)
{
	struct rng r;
	*w = (struct world){ .o = o };
	rng_init(&r, o->seed, STREAM_TYPES);
	for (int t = 0; t < N_TYPES; t++)
		for (int g = 0; g < N_GENRES; g++)
			w->types[t][g] = GENRE_OF_TYPE * rng_normal(&r);
	w->items = mem_array((size_t)o->items, sizeof *w->items, e);
	w->popularity = mem_array((size_t)o->items, sizeof *w->popularity, e);
	w->picked = mem_array((size_t)o->items, sizeof *w->picked, e);
	return w->items && w->popularity && w->picked ? 0 : ERR_NOMEM;
}

static void world_done(struct world *w)
{
	free(w->items);
	free(w->popularity);
	free(w->picked);
}

static int generate_check_count(const char *name, int64_t value, int64_t least, int64_t most,
				struct err *e)
{
	if (value >= least && value <= most)
		return 0;
	return err_set(e, ERR_USAGE, name,
		       "%" PRId64 " is not possible here: expected %" PRId64 "..%" PRId64, value,
		       least, most);
}

static bool is_hundredths(double x)
{
	return fabs(x) <= 1000 && fabs(x * 100 - (double)hundredths(x)) < 1e-6;
}

static int check_scale(const struct generate_options *o, struct err *e)
{
	if (is_hundredths(o->min) && is_hundredths(o->max) && is_hundredths(o->step)) {
		const int64_t range = hundredths(o->max) - hundredths(o->min),
			      step = hundredths(o->step);
		if (step > 0 && range > 0 && range % step == 0 && range / step <= MOST_STEPS)
			return 0;
	}
	char min[NUM_TEXT], max[NUM_TEXT], step[NUM_TEXT];
	return err_set(e, ERR_USAGE, "scale",
		       "%s to %s by %s is not a scale: expected at most %d steps that divide it "
		       "evenly, with at most two decimals, such as 1 to 5 by 0.5",
		       num_text(o->min, min), num_text(o->max, max), num_text(o->step, step),
		       MOST_STEPS);
}

static int check_options(const struct generate_options *o, struct err *e)
{
	int status;
	if ((status = generate_check_count("users", o->users, LEAST_SIDE, MOST_USERS, e)) < 0 ||
	    (status = generate_check_count("items", o->items, LEAST_SIDE, MOST_ITEMS, e)) < 0)
		return status;
	const int64_t longer = o->users > o->items ? o->users : o->items,
		      half = (int64_t)o->users * o->items / 2;
	if ((status = generate_check_count("ratings", o->ratings, 2 * longer,
					   half < MOST_RATINGS ? half : MOST_RATINGS, e)) < 0)
		return status;
	return check_scale(o, e);
}

static int begin_in(const char *folder, const char *name, struct file *f, struct err *e)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return err_set(e, ERR_IO, NULL, "the folder's name is too long");
	return file_begin(f, path, FILE_ONLY, e);
}

static int write_files(struct world *w, struct file *movies, struct file *ratings, struct err *e)
{
	int status = draw_items(w, movies->stream, e);
	if (status == 0)
		status = draw_users(w, ratings->stream, e);
	if (status < 0)
		file_abandon(ratings);
	else
		status = file_commit(ratings, e);
	if (status < 0) {
		file_abandon(movies);
		return status;
	}
	return file_commit(movies, e);
}

int generate_ratings(const char *folder, const struct generate_options *o, struct err *e)
{
	struct world w;
	struct file movies, ratings;
	int status = check_options(o, e);
	if (status < 0)
		return status;
	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return err_set(e, ERR_IO, folder, "cannot make the folder: %s", strerror(errno));
	if ((status = world_init(&w, o, e)) < 0 ||
	    (status = begin_in(folder, "movies.csv", &movies, e)) < 0)
		goto done;
	if ((status = begin_in(folder, "ratings.csv", &ratings, e)) < 0)
		file_abandon(&movies);
	else
		status = write_files(&w, &movies, &ratings, e);
done:
	world_done(&w);
	return status;
}
