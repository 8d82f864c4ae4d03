/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "autorec/mem.h"
#include "autorec/words.h"
#include "candidates.h"
#include "history.h"
#include "style.h"

enum { CTRL_D = 4 };

struct prompt {
	struct prompt_host host;
	char *label;
	char history[PATH_MAX]; /* "": none */
	bool history_used;
	struct err history_error;

	struct text input; /* bytes for readline */
	size_t taken;      /* of them */
	bool starved;      /* readline asked for a byte when there was none */
	bool cut;          /* the last typed character did not fit */
	bool ended;        /* Ctrl-D on an empty line */

	char **lines; /* entered; those before next_line have been taken */
	size_t n_lines, lines_room, next_line;

	struct candidates candidates;
};

/* The prompt that readline's callbacks use, because they take no context. */
static struct prompt *the_prompt;

/* ---- history ------------------------------------------------------------ */

static void load_history(const char *path)
{
	struct history h = { 0 };
	history_load(&h, path);
	for (int i = 0; i < h.n; i++)
		add_history(h.line[i]);
	history_done(&h);
}

static void prompt_remember(const char *line)
{
	for (int i = 0; i < history_length; i++)
		if (!strcmp(history_get(history_base + i)->line, line)) {
			free_history_entry(remove_history(i));
			break;
		}
	add_history(line);
}

/* ---- lines -------------------------------------------------------------- */

static void enter(struct prompt *p, const char *line, size_t n)
{
	char *copy = strndup(line, n);
	if (!copy ||
	    mem_grow(&p->lines, &p->lines_room, p->n_lines + 1, sizeof *p->lines, NULL) < 0) {
		free(copy);
		return;
	}
	p->lines[p->n_lines++] = copy;
	if (n > 0 && n <= HISTORY_LONGEST)
		prompt_remember(copy);
}

/* Pasted text may contain line breaks.  Enters every line that is not empty. */
static void enter_lines(struct prompt *p, const char *text)
{
	struct text entered = { 0 };
	while (*text) {
		text += strspn(text, " \t\n");
		size_t n = strcspn(text, "\n"), length = n;
		while (length > 0 && strchr(" \t", text[length - 1]))
			length--;
		if (length > 0) {
			enter(p, text, length);
			text_addf(&entered, "%s%.*s", entered.length ? "\n" : "", (int)length,
				  text);
		}
		text += n;
	}
	if (!entered.length)
		enter(p, "", 0);
	else if (p->history[0] && !entered.failed &&
		 history_append(p->history, entered.bytes, &p->history_error) == 0)
		p->history_used = true;
	text_done(&entered);
}

static void prompt_take_line(char *line)
{
	struct prompt *p = the_prompt;
	if (line && !p->starved)
		enter_lines(p, line);
	if (!line && p->taken > 0 && p->input.bytes[p->taken - 1] == CTRL_D && !p->starved)
		p->ended = true;
	free(line);
}

char *prompt_next(struct prompt *p)
{
	if (p->next_line < p->n_lines)
		return p->lines[p->next_line++];
	p->n_lines = p->next_line = 0;
	return NULL;
}

bool prompt_ended(struct prompt *p)
{
	bool ended = p->ended;
	p->ended = false;
	return ended;
}

static bool searching(void)
{
	return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

const char *prompt_text(const struct prompt *p)
{
	return rl_line_buffer;
}

bool prompt_busy(const struct prompt *p)
{
	return rl_end > 0 || searching() || RL_ISSTATE(RL_STATE_MULTIKEY | RL_STATE_NUMERICARG);
}

/* ---- completion --------------------------------------------------------- */

void prompt_offer(struct prompt *p, const char *value, const char *label, const char *about,
		  bool more)
{
	candidates_add(&p->candidates, value, label ? label : value, about ? about : "", more);
}

void prompt_note(struct prompt *p, const char *note, size_t total)
{
	candidates_note(&p->candidates, note, total);
}

/* Returns the line with its unfinished word replaced by value. */
static char *line_with(const char *line, const struct word *w, const char *value, bool open,
		       bool blank)
{
	struct text out = { 0 };
	text_add(&out, line, w->start);
	words_add(&out, value, w->quoted, open);
	if (blank)
		text_add(&out, " ", 1);
	return out.bytes; /* readline frees it; NULL ends the list of matches */
}

/* Returns the line completed to the common prefix of all candidates if that extends the typed word.
 * Otherwise returns the line unchanged: candidates may not begin with the word, because a title is
 * also found by a word in its middle. */
static char *line_in_common(const struct candidates *c, const char *line, const struct word *w)
{
	char *common = strndup(c->item[0].value, candidates_common(c)), *result = NULL;
	if (common && strlen(common) > w->value.length &&
	    text_find(common, w->value.bytes) == common)
		result = line_with(line, w, common, true, false);
	free(common);
	return result ? result : strdup(line);
}

/* Makes readline's list: the text to insert, then the choices.  readline completes the whole line
 * (see no_word_breaks), so that this file does the quoting. */
static char **list_matches(const struct candidates *c, const char *line, const struct word *w)
{
	char **matches = c->n ? calloc(c->n + 2, sizeof *matches) : NULL;
	if (!matches)
		return NULL;
	const struct candidate *first = c->item;
	matches[0] = c->n == 1 ? line_with(line, w, first->value, first->more, !first->more)
			       : line_in_common(c, line, w);
	for (size_t i = 0; i < c->n && c->n > 1; i++)
		matches[i + 1] = line_with(line, w, c->item[i].value, c->item[i].more, false);
	if (!matches[0]) {
		free(matches);
		return NULL;
	}
	return matches;
}

static char **complete_line(const char *line, int start, int end)
{
	struct prompt *p = the_prompt;
	rl_attempted_completion_over = 1;
	rl_completion_suppress_append = 1;
	rl_sort_completion_matches = 0;
	candidates_clear(&p->candidates);
	struct word w = words_last(line);
	if (p->host.complete && !w.value.failed)
		p->host.complete(p->host.ctx, p, line, w.start, w.value.bytes);
	char **matches = list_matches(&p->candidates, line, &w);
	text_done(&w.value);
	return matches;
}

static char *no_word_breaks(void)
{
	return (char *)(uintptr_t) "";
}

static void show_no_matches(char **matches, int n, int longest)
{
}

/* Clears the list of candidates on any action except completion. */
static void age_candidates(struct prompt *p)
{
	if (rl_last_func != rl_complete && rl_last_func != rl_menu_complete &&
	    rl_last_func != rl_backward_menu_complete && rl_last_func != rl_possible_completions)
		candidates_clear(&p->candidates);
}

int prompt_candidates(const struct prompt *p)
{
	return p->candidates.n > 1 ? (int)p->candidates.n : 0;
}

int prompt_candidate_rows(const struct prompt *p, int columns, int most)
{
	const struct candidates *c = &p->candidates;
	return c->n > 1 || (c->n == 0 && c->note) ? candidates_rows(c, columns, most) : 0;
}

void prompt_draw_candidates(const struct prompt *p, struct area a)
{
	candidates_draw(&p->candidates, a);
}

/* ---- readline ----------------------------------------------------------- */

static int prompt_next_byte(FILE *unused)
{
	struct prompt *p = the_prompt;
	if (p->taken < p->input.length)
		return (unsigned char)p->input.bytes[p->taken++];
	p->starved = true;
	return EOF;
}

static int input_waits(void)
{
	return the_prompt->taken < the_prompt->input.length;
}

static void redisplay_nothing(void)
{
}

/* Turns off everything in readline that would touch the terminal, the signals or the environment,
 * before readline starts. */
static int configure_readline(struct err *e)
{
	if (!rl_outstream || rl_outstream == stdout)
		rl_outstream = fopen("/dev/null", "we");
	if (!rl_outstream)
		return err_set(e, ERR_IO, "/dev/null",
			       "cannot be opened for writing; the prompt needs it");
	rl_readline_name = "autorec";
	rl_getc_function = prompt_next_byte;
	rl_input_available_hook = input_waits;
	rl_redisplay_function = redisplay_nothing;
	rl_completion_display_matches_hook = show_no_matches;
	rl_attempted_completion_function = complete_line;
	rl_completion_word_break_hook = no_word_breaks;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_catch_signals = rl_catch_sigwinch = rl_change_environment = 0;
	rl_ignore_completion_duplicates = 0;
	return 0;
}

/* Overrides ~/.inputrc: a bell would go to stderr, and a pause would stop the screen.  Also binds
 * the keys that readline would otherwise learn from the terminal's description, which it does not
 * read here. */
static void configure_after_inputrc(void)
{
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("blink-matching-paren", "off");
	rl_variable_bind("convert-meta", "off");
	rl_bind_keyseq_if_unbound("\033[3~", rl_delete);
	rl_bind_keyseq_if_unbound("\033[2~", rl_overwrite_mode);
}

static void install(struct prompt *p)
{
	rl_callback_handler_install(p->label, prompt_take_line);
}

int prompt_start(struct prompt **out, const char *label, const struct prompt_host *host,
		 const char *history, struct err *e)
{
	struct prompt *p = mem_array(1, sizeof *p, e);
	if (!p)
		return ERR_NOMEM;
	p->host = *host;
	p->label = mem_text(label, e);
	int status = p->label ? configure_readline(e) : ERR_NOMEM;
	if (status < 0) {
		free(p->label);
		free(p);
		return status;
	}
	the_prompt = p;
	using_history();
	stifle_history(HISTORY_LINES);
	if (history && strlen(history) < sizeof p->history) {
		strcpy(p->history, history);
		load_history(history);
	}
	install(p);
	configure_after_inputrc();
	*out = p;
	return 0;
}

int prompt_stop(struct prompt *p, struct err *e)
{
	if (!p)
		return 0;
	int status = 0;
	prompt_cancel(p);
	rl_callback_handler_remove();
	clear_history();
	if (p->history_error.code && e)
		*e = p->history_error;
	if (p->history_error.code)
		status = p->history_error.code;
	else if (p->history_used)
		status = history_save(p->history, e);
	for (char *line; (line = prompt_next(p));)
		free(line);
	candidates_done(&p->candidates);
	free(p->lines);
	text_done(&p->input);
	free(p->label);
	free(p);
	the_prompt = NULL;
	return status;
}

/* Returns whether readline ignores this key, such as F7.  readline would type its bytes one by one.
 */
static bool is_unknown_sequence(const char *bytes, size_t n)
{
	int type = 0;
	return n > 2 && bytes[0] == ESC && strchr("[O", bytes[1]) &&
	       (!rl_function_of_keyseq_len(bytes, n, NULL, &type) || type == ISKMAP);
}

/* In an incremental search, readline 8.2 crashes on a key that begins a sequence, such as Ctrl-X.
 * ESC is safe. */
static bool would_crash(const char *bytes)
{
	int type = 0;
	if (!RL_ISSTATE(RL_STATE_ISEARCH) || bytes[0] == ESC)
		return false;
	rl_function_of_keyseq_len(bytes, 1, NULL, &type);
	return type == ISKMAP;
}

/* Returns whether these bytes move the line to the history.  The line must not bring an undo list
 * with it: readline 8.2 shares undo lists between the line, the saved line and the history, and
 * frees some of them twice.
 */
static bool goes_to_history(const char *bytes, size_t n)
{
	static rl_command_func_t *const functions[] = {
		rl_get_previous_history,
		rl_get_next_history,
		rl_beginning_of_history,
		rl_end_of_history,
		rl_reverse_search_history,
		rl_forward_search_history,
		rl_noninc_reverse_search,
		rl_noninc_forward_search,
		rl_noninc_reverse_search_again,
		rl_noninc_forward_search_again,
		rl_history_search_backward,
		rl_history_search_forward,
		rl_history_substr_search_backward,
		rl_history_substr_search_forward,
		rl_operate_and_get_next,
		rl_fetch_history,
		rl_vi_search,
		rl_vi_search_again,
		rl_vi_fetch_history,
	};
	int type = 0;
	rl_command_func_t *f = rl_function_of_keyseq_len(bytes, n, NULL, &type);
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (f == functions[i])
			return true;
	return searching() || RL_ISSTATE(RL_STATE_MULTIKEY);
}

/* In vi mode, readline 8.2 searches forever for the end of a truncated character.  If the line
 * might contain one, drops the line and returns false. */
static bool is_safe(struct prompt *p)
{
	if (rl_editing_mode != 0 || text_is_utf8(rl_line_buffer, (size_t)rl_end))
		return true;
	prompt_cancel(p);
	return false;
}

bool prompt_feed(struct prompt *p, const char *bytes, size_t n)
{
	bool vi_mode = rl_editing_mode == 0, fits = true;
	if (n == 1 && bytes[0] == ESC && !vi_mode) {
		prompt_cancel(p);
		return true;
	}
	if (n == 0 || is_unknown_sequence(bytes, n) || would_crash(bytes))
		return true;
	const bool character = (unsigned char)bytes[0] >= ' ' && bytes[0] != RUBOUT;
	const bool refused = character && (size_t)rl_end + n > PROMPT_LONGEST;
	const bool cut = p->cut && (refused || bytes[0] == '\r' || bytes[0] == '\n');
	p->cut = refused;
	if (cut && !refused)
		prompt_cancel(p);
	if (cut || refused)
		return false;
	if (goes_to_history(bytes, n))
		rl_free_undo_list();
	text_clear(&p->input);
	p->taken = 0;
	p->starved = false;
	text_add(&p->input, bytes, n);
	if (!text_is_utf8(bytes, n)) { /* otherwise readline waits for the rest of a character */
		p->taken = p->input.length;
		return !p->input.failed && prompt_insert(p, p->input.bytes);
	}
	while (p->taken < p->input.length && !p->starved)
		rl_callback_read_char();
	if (rl_point > rl_end)
		rl_point = rl_end; /* a search may leave it after the end of the found line */
	if (p->starved)
		prompt_cancel(p);
	while (rl_end > PROMPT_LONGEST) { /* as after Ctrl-Y or a key with a count */
		fits = false;
		if (!rl_do_undo())
			prompt_cancel(p);
	}
	age_candidates(p);
	return is_safe(p) && fits;
}

bool prompt_insert(struct prompt *p, const char *text)
{
	struct text clean = { 0 };
	if (searching() && !text_is_utf8(text, strlen(text)))
		return false;
	if (strlen(text) > (searching() ? SEARCH_LONGEST : PROMPT_LONGEST - (size_t)rl_end))
		return false;
	text += strspn(text, "\n");
	const char *from = text;
	for (uint32_t code; (code = text_next(&text)); from = text) {
		if (code == '\t' || (code == '\n' && searching()))
			text_add(&clean, " ", 1);
		else if ((code >= 0x20 || code == '\n') && (code < 0x7f || code >= 0xa0))
			text_add(&clean, from, (size_t)(text - from));
	}
	while (clean.length > 0 && clean.bytes[clean.length - 1] == '\n')
		clean.bytes[--clean.length] = 0;
	if (clean.length > 0 && searching())
		prompt_feed(p, clean.bytes, clean.length);
	else if (clean.length > 0)
		rl_insert_text(clean.bytes);
	candidates_clear(&p->candidates);
	text_done(&clean);
	return is_safe(p);
}

void prompt_cancel(struct prompt *p)
{
	rl_callback_sigcleanup(); /* ends an incremental search, a count, half a key sequence */
	rl_free_line_state();
	rl_callback_handler_remove();
	rl_replace_line("", 1);
	using_history();
	install(p);
	candidates_clear(&p->candidates);
}

/* ---- drawing ------------------------------------------------------------ */

/* Adds readline's prompt, or that of an active search, without the spans marked as invisible. */
static void add_label(struct text *out)
{
	bool hidden = false;
	for (const char *c = rl_display_prompt ? rl_display_prompt : ""; *c; c++) {
		if (*c == RL_PROMPT_START_IGNORE || *c == RL_PROMPT_END_IGNORE)
			hidden = *c == RL_PROMPT_START_IGNORE;
		else if (!hidden)
			text_add(out, c, 1);
	}
}

/* Adds text with each control character as one visible character, so that columns can be counted.
 */
static void add_visible(struct text *out, const char *text, size_t n)
{
	for (const char *end = text + n; text < end;) {
		char bytes[5];
		uint32_t code = text_next(&text);
		if (code == '\n')
			code = 0x21b5; /* a return arrow */
		else if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			code = '?';
		text_add(out, bytes, (size_t)text_encode(code, bytes));
	}
}

/* Draws the line, scrolled by whole characters so that the cursor, which follows `before`, is
 * inside a.  Returns the cursor's column.  A "<" marks text scrolled off to the left. */
static int prompt_draw_line(struct area a, const char *before, const char *after)
{
	int cursor = text_width(before), mark = 0;
	while (cursor + mark >= a.columns && *before) {
		cursor -= text_columns(text_next(&before));
		mark = a.columns > 1;
	}
	if (mark)
		canvas_put(a, 0, 0, STYLE_DIM, '<');
	canvas_text(a, 0, mark, -1, STYLE_NORMAL, before);
	canvas_text(a, 0, mark + cursor, -1, STYLE_NORMAL, after);
	return mark + cursor;
}

/* Names the mode of vi that keys act in, as readline itself does. */
static const char *vi_mode(void)
{
	return rl_get_keymap() == vi_movement_keymap ? "(cmd) " : "(ins) ";
}

int prompt_draw(const struct prompt *p, struct area a)
{
	struct text label = { 0 }, before = { 0 }, after = { 0 };
	add_label(&label);
	add_visible(&before, rl_line_buffer, (size_t)rl_point);
	add_visible(&after, rl_line_buffer + rl_point, (size_t)(rl_end - rl_point));
	int width = rl_editing_mode == 0 ? canvas_text(a, 0, 0, a.columns / 4, STYLE_DIM, vi_mode())
					 : 0;
	if (label.bytes)
		width += canvas_text(a, 0, width, a.columns / 2, STYLE_PROMPT, label.bytes);
	struct area line = area_at(a, 0, width, 1, a.columns - width);
	int cursor = prompt_draw_line(line, before.bytes ? before.bytes : "",
				      after.bytes ? after.bytes : "");
	text_done(&label);
	text_done(&before);
	text_done(&after);
	return width + cursor;
}
