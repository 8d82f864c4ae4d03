/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/dense.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "autorec/kernel.h"
#include "autorec/mem.h"

#ifdef AUTOREC_DOUBLE
#define BLAS(name)   cblas_d##name
#define LAPACK(name) d##name##_
#else
#define BLAS(name)   cblas_s##name
#define LAPACK(name) s##name##_
#endif

/* LAPACK's own interface, column-major. OpenBLAS has the routine, but Debian ships no
 * C header for it. */
void LAPACK(posv)(const char *uplo, const int *n, const int *nrhs, real *a, const int *lda, real *b,
		  const int *ldb, int *info);

void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n, double *a,
	     const int *lda, const double *vl, const double *vu, const int *il, const int *iu,
	     const double *abstol, int *m, double *w, double *z, const int *ldz, int *isuppz,
	     double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

/* Two internal functions of OpenBLAS: one ends its threads, as before a fork; the other chooses its
 * kernels, as when it is loaded. Not every build has them. */
extern int blas_thread_shutdown_(void) __attribute__((weak));
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

static const char core_variable[] = "OPENBLAS_CORETYPE";

const char *dense_core(void)
{
	return openblas_get_corename();
}

bool dense_select(const char *core)
{
	if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit)
		return false;
	setenv(core_variable, core, 1);
	gotoblas_dynamic_quit(); /* only forgets the choice */
	gotoblas_dynamic_init();
	unsetenv(core_variable);
	return !strcasecmp(core, dense_core());
}

/* OpenBLAS identifies processors by number. It may take a newer one for any of these, which lack
 * AVX2. It keeps its choice if that is another name. */
static bool lacks_avx2(const char *core)
{
	static const char *const old[] = { "Prescott", "Core2",        "Penryn",    "Dunnington",
					   "Atom",     "Nehalem",      "Nano",      "Sandybridge",
					   "Opteron",  "Opteron_SSE3", "Barcelona", "Bobcat" };
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
		if (!strcasecmp(core, old[i]))
			return true;
	return false;
}

/* For a core type that a person names, OpenBLAS does not check that the processor can
 * run its kernels. */
static bool is_beyond_processor(const char *core)
{
#ifdef __x86_64__
	const struct {
		const char *core;
		bool runs;
	} cores[] = {
		{ "SkylakeX", __builtin_cpu_supports("avx512f") },
		{ "Cooperlake", __builtin_cpu_supports("avx512f") },
		{ "SapphireRapids", __builtin_cpu_supports("avx512f") },
		{ "Haswell", __builtin_cpu_supports("avx2") },
		{ "Zen", __builtin_cpu_supports("avx2") },
		{ "Sandybridge", __builtin_cpu_supports("avx") },
		{ "Bulldozer", __builtin_cpu_supports("fma4") },
		{ "Piledriver", __builtin_cpu_supports("fma4") },
		{ "Steamroller", __builtin_cpu_supports("fma4") },
		{ "Excavator", __builtin_cpu_supports("fma4") },
	};
	for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++)
		if (!strcasecmp(core, cores[i].core))
			return !cores[i].runs;
#endif
	return false;
}

/* Lets OpenBLAS choose if the person's choice would cause illegal instructions. */
static void drop_impossible_core(void)
{
	if (!is_beyond_processor(dense_core()) || !gotoblas_dynamic_init || !gotoblas_dynamic_quit)
		return;
	unsetenv(core_variable);
	gotoblas_dynamic_quit();
	gotoblas_dynamic_init();
}

/* On AMD processors, Haswell kernels are as fast as Zen kernels. */
static void choose_core(const char *set)
{
	drop_impossible_core();
	const char *const first = dense_core(), *const users = getenv(core_variable);
	const bool v4 = !strcmp(set, "v4"), v3 = v4 || !strcmp(set, "v3");
	if (!v3 || !lacks_avx2(first) || (users && *users))
		return;
	if (!(v4 && dense_select("SkylakeX")) && !dense_select("Haswell"))
		dense_select(first);
}

void dense_start(const char *set)
{
	openblas_set_num_threads(1);
	if (blas_thread_shutdown_) /* otherwise they busy-wait for work for a while */
		blas_thread_shutdown_();
	choose_core(set);
}

/* Buffers are kept once they are allocated. Not every build has this function. */
extern void *blas_memory_alloc(int place) __attribute__((weak));
extern void blas_memory_free(void *buffer) __attribute__((weak));

void dense_reserve(int n)
{
	enum { MOST = 48 }; /* every build holds at least 50 */
	void *buffers[MOST];
	if (!blas_memory_alloc || !blas_memory_free)
		return;
	n = n < MOST ? n : MOST;
	for (int i = 0; i < n; i++)
		buffers[i] = blas_memory_alloc(0);
	for (int i = 0; i < n; i++)
		if (buffers[i])
			blas_memory_free(buffers[i]);
}

/* Subtracts the column means from x and the mean from y, and multiplies each row by the root of its
 * weight. The column means go to mean[k]; the mean of y is returned. */
static real center(real *x, const real *y, const real *weight, real *y_centered, int32_t n,
		   int32_t k, real *mean)
{
	double y_mean = 0, total = weight ? 0 : n;
	for (int32_t s = 0; s < n && weight; s++)
		total += (double)weight[s];
	for (int32_t s = 0; s < n; s++) {
		const double share = (weight ? (double)weight[s] : 1) / total;
		y_mean += share * (double)y[s];
		BLAS(axpy)(k, (real)share, x + (size_t)s * (size_t)k, 1, mean, 1);
	}
	for (int32_t s = 0; s < n; s++) {
		y_centered[s] = y[s] - (real)y_mean;
		BLAS(axpy)(k, -1, mean, 1, x + (size_t)s * (size_t)k, 1);
		if (weight) {
			const real root = (real)sqrt((double)weight[s]);
			y_centered[s] *= root;
			BLAS(scal)(k, root, x + (size_t)s * (size_t)k, 1);
		}
	}
	return (real)y_mean;
}

void dense_normal(const real *x, const real *y, int32_t n, int32_t k, real *gram, real *right)
{
	BLAS(syrk)(CblasRowMajor, CblasLower, CblasTrans, k, n, 1, x, k, 1, gram, k);
	BLAS(gemv)(CblasRowMajor, CblasTrans, n, k, 1, x, k, y, 1, 1, right, 1);
}

int dense_solve(real *gram, real *right, int32_t k, double penalty, struct err *e)
{
	const int one = 1;
	int info;
	for (int32_t i = 0; i < k; i++)
		gram[(size_t)i * (size_t)k + (size_t)i] += (real)penalty;
	/* A row-major lower triangle is a column-major upper one. */
	LAPACK(posv)("U", &k, &one, gram, &k, right, &k, &info);
	if (info != 0)
		return err_set(e, ERR_FAILED, NULL,
			       "the ridge system is singular; set lambda above 0");
	return 0;
}

int dense_ridge(real *x, const real *y, const real *weight, int32_t n, int32_t k, double penalty,
		real *w, real *b, struct err *e)
{
	const int dual = n < k, size = dual ? n : k;
	int status = ERR_NOMEM;
	real *gram = mem_array((size_t)size * (size_t)size, sizeof *gram, e);
	real *mean = mem_array((size_t)k, sizeof *mean, e);
	real *target = mem_array((size_t)n, sizeof *target, e);
	if (!gram || !mean || !target)
		goto out;

	memset(w, 0, (size_t)k * sizeof *w);
	real y_mean = center(x, y, weight, target, n, k, mean);
	/* Lower triangle of X X' (dual) or X' X (primal). */
	if (dual)
		BLAS(syrk)(CblasRowMajor, CblasLower, CblasNoTrans, n, k, 1, x, k, 0, gram, n);
	else
		dense_normal(x, target, n, k, gram, w);
	status = dense_solve(gram, dual ? target : w, size, penalty, e);
	if (status < 0)
		goto out;
	if (dual)
		BLAS(gemv)(CblasRowMajor, CblasTrans, n, k, 1, x, k, target, 1, 0, w, 1);
	*b = y_mean - BLAS(dot)(k, mean, 1, w, 1);
out:
	free(gram);
	free(mean);
	free(target);
	return status;
}

/* The lower triangle of X'X, tile by tile. */
static void gram_of(const double *x, int32_t n, int32_t k, double *gram)
{
	enum { TILE = 128 };
	const int tiles = (k + TILE - 1) / TILE;
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int t = 0; t < tiles * tiles; t++) {
		const int32_t i = t / tiles * TILE, j = t % tiles * TILE,
			      rows = k - i < TILE ? k - i : TILE,
			      columns = k - j < TILE ? k - j : TILE;
		if (j <= i)
			cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, rows, columns, n, 1,
				    x + i, k, x + j, k, 0, gram + (size_t)i * (size_t)k + j, k);
	}
}

/* The eigenvectors of gram with the largest eigenvalues, smallest first, as LAPACK orders them. */
static int largest(double *gram, int32_t k, int n, double *value, double *vectors, struct err *e)
{
	const int first = k - n + 1, room = 26 * k, places = 10 * k;
	const double none = 0;
	int found, info = 0, support[4];
	double *work = mem_array((size_t)room, sizeof *work, e),
	       *all = mem_array((size_t)k, sizeof *all, e);
	int *whole = mem_array((size_t)places, sizeof *whole, e);
	if (work && all && whole)
		dsyevr_("V", "I", "U", &k, gram, &k, &none, &none, &first, &k, &none, &found, all,
			vectors, &k, support, work, &room, whole, &places, &info);
	const int status = !work || !all || !whole ? ERR_NOMEM
			   : info ? err_set(e, ERR_FAILED, NULL, "the components do not converge")
				  : 0;
	for (int i = 0; status == 0 && i < n; i++)
		value[i] = all[i];
	free(work);
	free(all);
	free(whole);
	return status;
}

int dense_components(const double *x, int32_t n, int32_t k, double *axes, double value[2],
		     double *total, struct err *e)
{
	const int most = k < 2 ? 1 : 2;
	double *gram = mem_array((size_t)k * (size_t)k, sizeof *gram, e);
	double *vectors = mem_array(2 * (size_t)k, sizeof *vectors, e), least_first[2] = { 0 };
	int status = gram && vectors ? 0 : ERR_NOMEM;
	if (status == 0) {
		gram_of(x, n, k, gram);
		*total = 0;
		for (int32_t j = 0; j < k; j++)
			*total += gram[(size_t)j * (size_t)k + (size_t)j];
		status = largest(gram, k, most, least_first, vectors, e);
	}
	memset(axes, 0, 2 * (size_t)k * sizeof *axes);
	value[1] = 0;
	for (int i = 0; status == 0 && i < most; i++) {
		value[i] = least_first[most - 1 - i];
		memcpy(axes + (size_t)i * (size_t)k, vectors + (size_t)(most - 1 - i) * (size_t)k,
		       (size_t)k * sizeof *axes);
	}
	free(gram);
	free(vectors);
	return status;
}

int dense_whiten(double *rows, int32_t n, int32_t more, int32_t k, double penalty, struct err *e)
{
	enum { BLOCK = 128 };
	int info;
	double *gram = mem_array((size_t)k * (size_t)k, sizeof *gram, e);
	if (!gram)
		return ERR_NOMEM;
	gram_of(rows, n, k, gram);
	for (int32_t j = 1; j < k; j++)
		gram[(size_t)j * (size_t)k + (size_t)j] += penalty;
	dpotrf_("U", &k, gram, &k, &info);
#pragma omp parallel for schedule(dynamic, 1) num_threads(kernel_threads())
	for (int32_t from = 0; from < (info == 0 ? n + more : 0); from += BLOCK)
		cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit,
			    n + more - from < BLOCK ? n + more - from : BLOCK, k, 1, gram, k,
			    rows + (size_t)from * (size_t)k, k);
	free(gram);
	return info == 0 ? 0
			 : err_set(e, ERR_FAILED, NULL,
				   "the ridge system is singular; set lambda above 0");
}

/* ---- panels ------------------------------------------------------------- */

/* A strip is a row-major matrix, so each pair of strips is one product. */
void dense_times(const struct panel *a, const struct panel *b, const struct panel *c, int32_t first,
		 int32_t n)
{
	for (int t = 0; t < panel_strips(c->k); t++)
		for (int s = 0; s < panel_strips(a->k); s++)
			BLAS(gemm)
	(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, panel_width(c->k, t), panel_used(a->k, s), 1,
	 panel_row(a, s, first), panel_width(a->k, s), panel_row(b, t, s * STRIP),
	 panel_width(b->k, t), s > 0, panel_row(c, t, first), panel_width(c->k, t));
}

void dense_times_transposed(const struct panel *a, const struct panel *b, const struct panel *c,
			    int32_t first, int32_t n)
{
	for (int t = 0; t < panel_strips(c->k); t++)
		for (int s = 0; s < panel_strips(a->k); s++)
			BLAS(gemm)
	(CblasRowMajor, CblasNoTrans, CblasTrans, n, panel_used(c->k, t), panel_width(a->k, s), 1,
	 panel_row(a, s, first), panel_width(a->k, s), panel_row(b, s, t * STRIP),
	 panel_width(b->k, s), s > 0, panel_row(c, t, first), panel_width(c->k, t));
}

void dense_add_dots(const struct panel *a, const struct panel *b, int32_t first, int32_t n,
		    real *out)
{
	enum { COLUMNS = 256 }; /* of the result, which stay in the cache while it is summed */
	for (int32_t j = 0; j < b->rows; j += COLUMNS)
		for (int s = 0; s < panel_strips(a->k); s++)
			BLAS(gemm)
	(CblasRowMajor, CblasNoTrans, CblasTrans, n, b->rows - j < COLUMNS ? b->rows - j : COLUMNS,
	 panel_width(a->k, s), 1, panel_row(a, s, first), panel_width(a->k, s), panel_row(b, s, j),
	 panel_width(b->k, s), 1, out + j, b->rows);
}

void dense_tile(const struct panel *a, int s, const struct panel *b, int t, real *tile)
{
	BLAS(gemm)
	(CblasRowMajor, CblasTrans, CblasNoTrans, panel_used(a->k, s), panel_width(b->k, t),
	 a->rows, 1, panel_row(a, s, 0), panel_width(a->k, s), panel_row(b, t, 0),
	 panel_width(b->k, t), 0, tile, panel_width(b->k, t));
}
