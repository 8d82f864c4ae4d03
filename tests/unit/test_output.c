/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way out without a screen, with stdout in a file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/mem.h"
#include "check.h"
#include "output.h"

static int kept = -1; /* the true stdout, while a file has its place */
static FILE *file;

static void begin(void)
{
	fflush(stdout);
	kept = dup(STDOUT_FILENO);
	file = tmpfile();
	assert_non_null(file);
	assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) == STDOUT_FILENO);
}

/* Puts stdout back; what was printed, for the caller to free. */
static char *end(void)
{
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	const long n = lseek(fileno(file), 0, SEEK_END);
	char *text = calloc((size_t)n + 1, 1);
	assert_non_null(text);
	assert_int_equal(pread(fileno(file), text, (size_t)n, 0), n);
	fclose(file);
	return text;
}

static int n_calls, failing; /* which call of an allocation fails */

static void *fail_one(size_t size)
{
	return mem_noting(++n_calls == failing ? SIZE_MAX : size);
}

/* Every failed allocation gives a whole line or none. */
static void lines_of_json_are_whole(void **state)
{
	json_t *object = json_pack("{s:s}", "title", "Am\u00e9lie\n");
	char key[40];
	for (int i = 0; i < 200;
	     i++) { /* keys of every length, so that a buffer grows within one, too */
		snprintf(key, sizeof key, "%0*d", 3 + i % 30, i);
		json_object_set_new(object, key, json_integer(i));
	}
	struct err e;
	assert_non_null(object);
	mem_failed();
	begin();
	assert_int_equal(output_json(object, NULL, &e), 0);
	char *whole = end();
	assert_int_equal(whole[strlen(whole) - 1], '\n');
	assert_int_equal(strcspn(whole, "\n"), strlen(whole) - 1);
	json_set_alloc_funcs(fail_one, free);
	bool failed = true;
	for (failing = 1; failed; failing++) {
		n_calls = 0;
		begin();
		const int status = output_json(object, NULL, &e);
		char *text = end();
		failed = n_calls >= failing;
		if (status != (failed ? ERR_NOMEM : 0) || strcmp(text, status ? "" : whole))
			fail_msg("allocation %d of %d: status %d, %s", failing, n_calls, status,
				 text);
		free(text);
	}
	assert_true(failing > 4);
	json_set_alloc_funcs(malloc, free);
	assert_int_equal(output_json(NULL, NULL, &e), ERR_NOMEM);
	free(whole);
	json_decref(object);
}

static void text_is_tame(void **state)
{
	struct text text = { 0 };
	struct err e;
	for (int i = 0; i < 3000; i++) /* more than one buffer */
		text_addf(&text, "\u00e9\033");
	text_addf(&text, "\tb\n");
	begin();
	assert_int_equal(output_text(&text, NULL, &e), 0);
	char *found = end();
	assert_int_equal(strlen(found), 3000 * 5 + 3);
	assert_null(strchr(found, '\033'));
	assert_true(text_is_utf8(found, strlen(found)));
	assert_string_equal(found + 3000 * 5, "\tb\n");
	free(found);
	text.failed = true;
	assert_int_equal(output_text(&text, NULL, &e), ERR_NOMEM);
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_json_are_whole),
		cmocka_unit_test(text_is_tame),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
