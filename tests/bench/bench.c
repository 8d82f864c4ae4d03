/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The benchmark program: which sections there are, the table, and what the sections share.
 *
 *     bench [-d FOLDER] [-j FILE] [SECTION]...
 *
 * -d: where generated data is kept; -j: the table as JSON Lines; no section: all that end within
 * minutes. Sections that run the real program find it at $AUTOREC. */
#include "bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "autorec/clock.h"

static const struct section {
	const char *name;
	int (*run)(struct bench *b, struct err *e);
	bool extra; /* only when it is named */
} sections[] = {
	{ "machine", bench_machine },
	{ "blas", bench_blas },
	{ "epoch", bench_epoch },
	{ "torch", bench_torch },
	{ "lbfgs", bench_lbfgs },
	{ "accuracy", bench_accuracy },
	{ "load", bench_load },
	{ "whatif", bench_whatif },
	{ "explain", bench_explain },
	{ "people", bench_people },
	{ "foldin", bench_foldin },
	{ "store", bench_store },
	{ "start", bench_start },
	{ "redraw", bench_redraw },
	{ "screen", bench_screen },
	{ "ml-10m", bench_ml_10m },
	{ "netflix", bench_netflix, true },
};
enum { N_SECTIONS = sizeof sections / sizeof sections[0] };

/* ---- the table ---------------------------------------------------------- */

#define TABLE "%-9s %-50s %8s %-8s %-8s %-4s %-22s %6s\n"

/* Three digits that count. */
static const char *number(double x, char *out, size_t size)
{
	const int digits = x != 0 && isfinite(x) ? 2 - (int)floor(log10(fabs(x))) : 0;
	snprintf(out, size, "%.*f", digits < 0 ? 0 : digits > 6 ? 6 : digits, x);
	return out;
}

/* How many times as fast as the peer: by times or by rates. */
static double speed(const struct figure *f)
{
	return f->unit[strlen(f->unit) - 1] == 's' && !strchr(f->unit, '/') ? f->peers / f->value
									    : f->value / f->peers;
}

static void write_json(const struct bench *b, const struct figure *f, const char *what, bool met)
{
	if (!b->json)
		return;
	json_t *line = json_pack("{s:s, s:s, s:f, s:s}", "section", b->section, "what", what,
				 "figure", f->value, "unit", f->unit);
	if (f->at_most > 0 || f->at_least > 0) {
		json_object_set_new(line, f->at_most > 0 ? "at_most" : "at_least",
				    json_real(f->at_most > 0 ? f->at_most : f->at_least));
		json_object_set_new(line, "met", json_boolean(met));
	}
	if (f->peer) {
		json_object_set_new(line, "peer", json_string(f->peer));
		json_object_set_new(line, "peer_figure", json_real(f->peers));
		json_object_set_new(line, "ratio", json_real(speed(f)));
	}
	json_dumpf(line, b->json, JSON_COMPACT);
	fputc('\n', b->json);
	fflush(b->json);
	json_decref(line);
}

void bench_row(const struct bench *b, struct figure f, const char *what, ...)
{
	char text[128], figure[32], goal[40] = "", peers[32], peer[64] = "", ratio[32] = "";
	va_list args;
	va_start(args, what);
	vsnprintf(text, sizeof text, what, args);
	va_end(args);
	const bool has_goal = f.at_most > 0 || f.at_least > 0;
	const bool met = f.at_most > 0 ? f.value <= f.at_most
				       : f.value >= f.at_least; /* NaN meets nothing */
	if (has_goal)
		snprintf(goal, sizeof goal, "%s %.4g",
			 f.at_most > 0 ? "<=" : ">=", f.at_most > 0 ? f.at_most : f.at_least);
	if (f.peer) {
		snprintf(peer, sizeof peer, "%s: %s", f.peer, number(f.peers, peers, sizeof peers));
		snprintf(ratio, sizeof ratio, "%.2f", speed(&f));
	}
	printf(TABLE, b->section, text, number(f.value, figure, sizeof figure), f.unit, goal,
	       has_goal ? met ? "yes" : "no" : "", peer, ratio);
	fflush(stdout);
	write_json(b, &f, text, met);
}

void bench_note(const struct bench *b, const char *text, ...)
{
	va_list args;
	printf("%-9s ", b->section);
	va_start(args, text);
	vprintf(text, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

static int by_size(const void *x, const void *y)
{
	const double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

double bench_quantile(double *x, int n, double q)
{
	qsort(x, (size_t)n, sizeof *x, by_size);
	return n > 0 ? x[q < 1 ? (int)(n * q) : n - 1] : NAN;
}

double bench_median(double *x, int n)
{
	return bench_quantile(x, n, 0.5);
}

/* ---- sessions ----------------------------------------------------------- */

int bench_command(struct session *s, struct err *e, const char *line, ...)
{
	char text[1024];
	va_list args;
	va_start(args, line);
	vsnprintf(text, sizeof text, line, args);
	va_end(args);
	return command_run(s, text, NULL, e);
}

int bench_session(struct session *s, const char *data, struct err *e)
{
	int status = session_init(s, e);
	if (status == 0)
		status = bench_command(s, e, "load \"%s\"", data);
	return status < 0 ? status : bench_command(s, e, "split seed=1");
}

int bench_rest(struct session *s, struct err *e)
{
	s->wait = WAIT_IDLE;
	return session_wait(s, 0, NULL, NULL, e);
}

/* ---- processes ---------------------------------------------------------- */

void *bench_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

int bench_apart(int (*measure)(void *ctx, struct err *e), void *ctx, struct err *e)
{
	struct err *told = bench_shared(sizeof *told);
	if (!told)
		return err_set(e, ERR_NOMEM, NULL, "out of memory");
	fflush(NULL);
	const pid_t child = fork();
	if (child == 0)
		_exit(measure(ctx, told) < 0);
	int how = -1, status = 0;
	if (child < 0 || waitpid(child, &how, 0) < 0 || (how != 0 && told->code == 0))
		status = err_set(e, ERR_FAILED, NULL, "the process that measures has ended early");
	else if (how != 0)
		status = err_set(e, told->code, told->where, "%s", told->message);
	munmap(told, sizeof *told);
	return status;
}

json_t *bench_ask(const char *command, ...)
{
	char text[2048], *line = NULL;
	size_t capacity = 0;
	json_t *last = NULL;
	va_list args;
	va_start(args, command);
	vsnprintf(text, sizeof text, command, args);
	va_end(args);
	fflush(NULL);
	FILE *f = popen(text, "r");
	while (f && getline(&line, &capacity, f) > 0) {
		json_decref(last);
		last = json_loads(line, 0, NULL);
	}
	free(line);
	if (f && pclose(f) != 0) {
		json_decref(last);
		last = NULL;
	}
	return last;
}

static int generate(void *line, struct err *e)
{
	struct session s;
	int status = session_init(&s, e);
	if (status == 0)
		status = bench_command(&s, e, "%s", (const char *)line);
	session_done(&s);
	return status;
}

int bench_generated(const struct bench *b, const char *name, const char *options, char *path,
		    size_t size, struct err *e)
{
	char line[1024], half[512];
	snprintf(path, size, "%s/%s", b->folder, name);
	snprintf(half, sizeof half, "%s/%s.part", b->folder, name);
	if (access(path, F_OK) == 0)
		return 0;
	bench_note(b, "generating %s, once", path);
	mkdir(b->folder, 0777);
	snprintf(line, sizeof line, "generate \"%s\" %s", half, options);
	int status = bench_apart(generate, line, e);
	if (status == 0 && rename(half, path) < 0)
		status = err_set(e, ERR_IO, path, "cannot be made from %s", half);
	return status;
}

/* ---- the program -------------------------------------------------------- */

struct job {
	struct bench *bench;
	const struct section *section;
};

static int run_section(void *ctx, struct err *e)
{
	const struct job *r = ctx;
	return r->section->run(r->bench, e);
}

static bool named(const struct section *s, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], s->name))
			return true;
	return n == 0 && !s->extra;
}

/* Seconds that processors were busy since the system started, whoever kept them so; 0 where the
 * system does not say. */
static double busy_seconds(void)
{
	double user = 0, nice = 0, kernel = 0, idle, waiting, interrupts = 0, soft = 0, stolen = 0;
	FILE *f = fopen("/proc/stat", "r");
	if (f && fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &kernel, &idle,
			&waiting, &interrupts, &soft, &stolen) < 8)
		stolen = 0;
	if (f)
		fclose(f);
	return (user + nice + kernel + interrupts + soft + stolen) / (double)sysconf(_SC_CLK_TCK);
}

/* Of these, the ones that were not spent on sections. */
static double others_seconds(void)
{
	struct rusage u;
	getrusage(RUSAGE_CHILDREN, &u);
	return busy_seconds() - (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) -
	       1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* Who else was at work while a section ran?  A parallel loop waits for its slowest thread. */
static void tell_disturbance(const struct bench *b, double others, double began)
{
	const double tolerated = 0.05, seconds = clock_seconds() - began,
		     cores = (others_seconds() - others) / seconds;
	if (seconds > 0.5 && cores > tolerated) /* the system counts in hundredths */
		bench_note(b, "DISTURBED: other programs used %.2f of the %d core%s meanwhile",
			   cores, b->cores, b->cores > 1 ? "s" : "");
}

/* How many sections could not be measured.  The machine comes first, always: shares are of what it
 * found. */
static int run_all(struct bench *b, char **names, int n)
{
	int failed = 0;
	printf(TABLE, "section", "what", "figure", "unit", "goal", "met", "peer", "ratio");
	for (int i = 0; i < N_SECTIONS; i++) {
		struct err e = { 0 };
		char text[sizeof e.where + sizeof e.message + 4];
		if (i > 0 && !named(&sections[i], names, n))
			continue;
		b->section = sections[i].name;
		const double others = others_seconds(), began = clock_seconds();
		if (bench_apart(run_section, &(struct job){ b, &sections[i] }, &e) < 0) {
			bench_note(b, "not measured: %s", err_text(&e, text, sizeof text));
			failed++;
		}
		tell_disturbance(b, others, began);
	}
	return failed;
}

static int usage(void)
{
	fprintf(stderr, "usage: bench [-d FOLDER] [-j FILE] [SECTION]...\nsections:");
	for (int i = 0; i < N_SECTIONS; i++)
		fprintf(stderr, " %s", sections[i].name);
	fprintf(stderr, "\n");
	return 2;
}

static bool is_section(const char *name)
{
	for (int i = 0; i < N_SECTIONS; i++)
		if (!strcmp(name, sections[i].name))
			return true;
	return false;
}

static int start(struct bench *b, int argc, char **argv)
{
	for (int c; (c = getopt(argc, argv, "d:j:")) != -1;) {
		if (c == 'd')
			b->folder = optarg;
		else if (c == 'j' && (b->json = fopen(optarg, "w")))
			setvbuf(b->json, NULL, _IOLBF, 0);
		else
			return usage();
	}
	for (int i = optind; i < argc; i++)
		if (!is_section(argv[i]))
			return usage();
	return 0;
}

int main(int argc, char **argv)
{
	struct bench *b = bench_shared(sizeof *b);
	if (!b)
		return 1;
	const double began = clock_seconds();
	unsetenv("GOMP_SPINCOUNT"); /* has been read; it is not for the programs that are measured
				       beside */
	*b = (struct bench){ .folder = "build/bench-data",
			     .autorec = getenv("AUTOREC"),
			     .cores = (int)sysconf(_SC_NPROCESSORS_ONLN) };
	int status = start(b, argc, argv);
	if (status != 0)
		return status;
	const int failed = run_all(b, argv + optind, argc - optind);
	printf("ratio: how many times as fast as the peer.  %.0f s in all%s",
	       clock_seconds() - began, failed ? "" : "\n");
	if (failed)
		printf("; %d section%s not measured\n", failed, failed > 1 ? "s" : "");
	return failed > 0;
}
