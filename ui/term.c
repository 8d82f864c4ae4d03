/* SPDX-License-Identifier: GPL-3.0-or-later */
#define NCURSES_WIDECHAR 1
#include "term.h"

#include <fcntl.h>
#include <langinfo.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "autorec/mem.h"
#include "keyboard.h"
#include "kept.h"

enum {
	MOST_ROWS = 1000,
	MOST_COLUMNS = 2000,
	REPLACEMENT = 0xfffd,
};

struct term {
	SCREEN *screen;
	FILE *in, *out;
	/* out's terminal, and a file in memory that replaces it while a frame is made; -1: none. */
	int tty, frame;
	struct termios saved;
	char leave[256]; /* what term_rescue sends */
	size_t n_leave;
	struct kept kept;
	enum glyphs glyphs;
	enum colors colors;
	bool utf8, ansi, cursor_shown, mouse;
	struct canvas shown;      /* the last frame; empty: redraw everything */
	volatile sig_atomic_t up; /* the terminal is ours now */
	struct keyboard keyboard;
	enum theme chosen, reported, theme; /* by the user, by the terminal, the one shown */
};

void term_rescue(struct term *t)
{
	if (!t)
		return;
	if (t->up) {
		t->up = 0;
		write_all(t->tty, t->leave, t->n_leave);
		tcsetattr(fileno(t->in), TCSANOW, &t->saved);
	}
	kept_release(&t->kept);
}

/* ---- start and stop ----------------------------------------------------- */

static FILE *open_terminal(int fd, const char *mode)
{
	int own = isatty(fd) ? fcntl(fd, F_DUPFD_CLOEXEC, 3)
			     : open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	FILE *f = own >= 0 ? fdopen(own, mode) : NULL;
	if (!f && own >= 0)
		close(own);
	return f;
}

static int open_files(struct term *t, struct err *e)
{
	t->in = open_terminal(STDIN_FILENO, "r");
	t->out = open_terminal(STDOUT_FILENO, "w");
	if (t->out) {
		t->tty = fcntl(fileno(t->out), F_DUPFD_CLOEXEC, 3);
		t->frame = memfd_create("frame", MFD_CLOEXEC);
	}
	if (t->in && t->tty >= 0 && tcgetattr(fileno(t->in), &t->saved) == 0)
		return 0;
	return err_set(e, ERR_FAILED, NULL,
		       "there is no terminal for the screen; use --batch to work without one");
}

/* Adds a terminal's capability to what term_rescue sends, without its padding ("$<5>"). */
static void add_capability(struct term *t, const char *name)
{
	const char *s = tigetstr(name);
	if (!s || s == (char *)-1)
		return;
	while (*s && t->n_leave < sizeof t->leave) {
		const char *padding_end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
		if (padding_end)
			s = padding_end + 1;
		else
			t->leave[t->n_leave++] = *s++;
	}
}

/* An ANSI terminal ignores modes that it does not know, so no detection is needed. */
/* Bracketed paste, and reports of a dark or light palette. */
static const char modes_on[] = "\033[?2004h\033[?2031h";
static const char modes_off[] = "\033[?2004l\033[?2031l";
static const char ask_background[] = "\033]11;?\007";
static const char mouse_off[] = "\033[?1000l\033[?1006l";
static const char frame_begin[] = "\033[?2026h",
		  frame_end[] = "\033[?2026l"; /* synchronized output */

static void prepare_leave(struct term *t)
{
	static const char *const capabilities[] = { "rmkx", "sgr0", "op", "cnorm", "rmcup" };
	if (t->ansi)
		t->n_leave = (size_t)snprintf(t->leave, sizeof t->leave, "%s%s%s", frame_end,
					      mouse_off, modes_off);
	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
		add_capability(t, capabilities[i]);
}

static int start_screen(struct term *t, struct err *e)
{
	const char *name = getenv("TERM");
	if (!name || !*name)
		return err_set(e, ERR_FAILED, "TERM",
			       "is not set; set it, for example to xterm-256color, or use --batch");
	t->screen = newterm(NULL, t->out, t->in);
	const char *move = t->screen ? tigetstr("cup") : NULL;
	if (move && move != (char *)-1) {
		t->ansi = !strncmp(move, "\033[", 2);
		return 0;
	}
	if (t->screen)
		endwin();
	return err_set(e, ERR_FAILED, "TERM",
		       "\"%.*s\" is %s; set TERM to match your terminal, for example "
		       "xterm-256color, or use --batch",
		       text_head(name, ERR_WORD), name,
		       t->screen ? "a terminal that cannot place its cursor"
				 : "an unknown kind of terminal");
}

/* Tells ncurses the colors of each role.  A terminal without default colors gets white on black. */
static void start_pairs(const struct term *t)
{
	const bool defaults = use_default_colors() != ERR;
	for (short role = 0; t->colors != COLORS_NEVER && role < STYLE_ROLES; role++) {
		struct look look = style_look((unsigned)role, t->colors, t->theme);
		init_pair((short)(role + 1),
			  look.foreground < 0 && !defaults ? COLOR_WHITE : look.foreground,
			  look.background < 0 && !defaults ? COLOR_BLACK : look.background);
	}
}

/* Shows the theme that the user chose, or else the one that fits the reported background. */
static void update_theme(struct term *t)
{
	const enum theme theme = t->chosen != THEME_AUTO ? t->chosen : t->reported;
	if (theme == t->theme)
		return;
	t->theme = theme;
	start_pairs(t);
	canvas_done(&t->shown);
}

void term_set_theme(struct term *t, enum theme theme)
{
	t->chosen = theme;
	update_theme(t);
}

static void start_colors(struct term *t, enum colors choice)
{
	t->colors = COLORS_NEVER;
	if (!has_colors() || start_color() == ERR || COLORS < 8) /* start_color sets COLORS */
		return;
	t->colors = style_colors(choice, getenv("NO_COLOR"), COLORS);
	if (t->colors == COLORS_256 && COLORS < 256)
		t->colors = COLORS_16;
	start_pairs(t);
}

void term_set_mouse(struct term *t, bool on)
{
	if (on != t->mouse)
		keyboard_set_mouse(on);
	t->mouse = on;
}

void term_copy(struct term *t, const char *text, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct text out = { 0 };
	text_addf(&out, "\033]52;c;");
	for (size_t i = 0; i < n; i += 3) {
		const size_t left = n - i;
		const unsigned b0 = (unsigned char)text[i],
			       b1 = left > 1 ? (unsigned char)text[i + 1] : 0,
			       b2 = left > 2 ? (unsigned char)text[i + 2] : 0;
		const char code[4] = { digits[b0 >> 2], digits[(b0 & 3) << 4 | b1 >> 4],
				       left > 1 ? digits[(b1 & 15) << 2 | b2 >> 6] : '=',
				       left > 2 ? digits[b2 & 63] : '=' };
		text_add(&out, code, 4);
	}
	text_addf(&out, "\a");
	if (t->ansi && !out.failed)
		write_all(t->tty, out.bytes, out.length);
	text_done(&out);
}

static void start_keys(struct term *t)
{
	raw();
	noecho();
	nonl();
	typeahead(-1);
	term_set_mouse(t, true);
	if (!t->ansi)
		return;
	write_all(t->tty, modes_on, sizeof modes_on - 1);
	if (t->colors != COLORS_NEVER && strcmp(getenv("TERM"), "linux")) {
		write_all(t->tty, ask_background, sizeof ask_background - 1);
		reply_expect(&t->keyboard.reply);
	}
}

static void free_term(struct term *t)
{
	if (t->in)
		fclose(t->in);
	if (t->out)
		fclose(t->out);
	if (t->tty >= 0)
		close(t->tty);
	if (t->frame >= 0)
		close(t->frame);
	keyboard_done(&t->keyboard);
	canvas_done(&t->shown);
	free(t);
}

int term_start(struct term **out, const struct term_options *options, struct err *e)
{
	struct term *t = mem_array(1, sizeof *t, e);
	if (!t)
		return ERR_NOMEM;
	t->kept = (struct kept){ -1, -1 };
	t->tty = t->frame = -1;
	t->cursor_shown = true;
	int status = open_files(t, e);
	if (status == 0)
		status = start_screen(t, e);
	if (status == 0 && !keyboard_start(&t->keyboard))
		status = err_set(e, ERR_NOMEM, NULL, "out of memory for the screen");
	if (status < 0) {
		free_term(t);
		return status;
	}
	t->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	t->glyphs = style_glyphs(options->glyphs, getenv("TERM"), t->utf8);
	start_colors(t, options->colors);
	prepare_leave(t);
	t->up = 1;
	start_keys(t);
	t->kept = kept_start();
	term_redraw(t);
	*out = t;
	return 0;
}

static void give_back(struct term *t)
{
	if (!t->up)
		return;
	t->up = 0;
	if (t->ansi)
		write_all(t->tty, modes_off, sizeof modes_off - 1);
	endwin();
	tcsetattr(fileno(t->in), TCSADRAIN, &t->saved);
}

void term_stop(struct term *t)
{
	if (!t)
		return;
	give_back(t);
	kept_release(&t->kept);
	free_term(t);
}

void term_suspend(struct term *t)
{
	give_back(t);
	t->cursor_shown = true;
}

void term_resume(struct term *t)
{
	reset_prog_mode();
	if (t->ansi)
		write_all(t->tty, modes_on, sizeof modes_on - 1);
	t->up = 1;
	term_redraw(t);
}

/* ---- the screen --------------------------------------------------------- */

enum glyphs term_glyphs(const struct term *t)
{
	return t->glyphs;
}

int term_fd(const struct term *t)
{
	return fileno(t->in);
}

static int term_clamp(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

void term_size(struct term *t, int *rows, int *columns)
{
	struct winsize size = { 0 };
	if (ioctl(fileno(t->out), TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0) {
		size.ws_row = (unsigned short)LINES;
		size.ws_col = (unsigned short)COLS;
	}
	*rows = term_clamp(size.ws_row, 1, MOST_ROWS);
	*columns = term_clamp(size.ws_col, 1, MOST_COLUMNS);
	if (is_term_resized(*rows, *columns)) {
		resizeterm(*rows, *columns);
		canvas_done(&t->shown);
	}
}

void term_redraw(struct term *t)
{
	clearok(curscr, TRUE);
}

static attr_t attributes_of(uint16_t attributes)
{
	return (attributes & STYLE_BOLD ? A_BOLD : 0) |
	       (attributes & STYLE_REVERSE ? A_REVERSE : 0) |
	       (attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0) |
	       (attributes & STYLE_FAINT ? A_DIM : 0);
}

static void draw_cell(const struct term *t, const struct cell *cell, int y, int x)
{
	wchar_t text[CELL_CODES + 1] = { 0 };
	if (cell_can_show(cell, t->utf8))
		for (int i = 0; i < CELL_CODES && (i == 0 || t->utf8); i++)
			text[i] = (wchar_t)cell->code[i];
	else
		text[0] = t->utf8 ? REPLACEMENT : '?';
	short pair = t->colors == COLORS_NEVER ? 0 : (short)((cell->style & STYLE_ROLE_MASK) + 1);
	cchar_t c;
	setcchar(&c, text, attributes_of(style_look(cell->style, t->colors, t->theme).attributes),
		 pair, NULL);
	mvadd_wch(y, x, &c);
}

static void show_cursor(struct term *t, bool shown)
{
	if (shown != t->cursor_shown)
		curs_set(shown);
	t->cursor_shown = shown;
}

static void term_draw_row(const struct term *t, const struct cell *cells, const struct cell *before,
			  int y, int columns)
{
	for (int x = 0; x < columns; x++)
		if (cells[x].width > 0 && x + cells[x].width <= columns &&
		    (!before || memcmp(&cells[x], &before[x], sizeof *cells)))
			draw_cell(t, &cells[x], y, x);
}

/* Passes only changed cells to ncurses.  Most cells do not change between frames, and comparing a
 * cell is cheaper than passing it on. */
static void draw_changes(struct term *t, const struct canvas *c)
{
	const int rows = c->rows < LINES ? c->rows : LINES,
		  columns = c->columns < COLS ? c->columns : COLS;
	const bool anew = t->shown.rows != c->rows || t->shown.columns != c->columns;
	if (anew)
		erase();
	const bool kept = !anew || canvas_resize(&t->shown, c->rows, c->columns, NULL) == 0;
	for (int y = 0; y < rows; y++) {
		const struct cell *row = c->cells + (size_t)y * (size_t)c->columns;
		struct cell *before = kept ? t->shown.cells + (size_t)y * (size_t)c->columns : NULL;
		term_draw_row(t, row, anew ? NULL : before, y, columns);
		if (before)
			memcpy(before, row, (size_t)c->columns * sizeof *row);
	}
}

/* ncurses writes at every move of the cursor, and each write would wake the terminal.  So its
 * output is collected, and each frame is sent in one write. */
static void term_gather(const struct term *t)
{
	if (t->frame >= 0)
		dup3(t->frame, fileno(t->out), O_CLOEXEC);
	if (t->ansi)
		write_all(fileno(t->out), frame_begin, sizeof frame_begin - 1);
}

static void send_gathered(const struct term *t)
{
	char bytes[1 << 15];
	if (t->ansi)
		write_all(fileno(t->out), frame_end, sizeof frame_end - 1);
	if (t->frame < 0)
		return;
	dup3(t->tty, fileno(t->out), O_CLOEXEC);
	const off_t end = lseek(t->frame, 0, SEEK_CUR);
	lseek(t->frame, 0, SEEK_SET);
	for (off_t at = 0; at < end;) {
		const size_t part = end - at < (off_t)sizeof bytes ? (size_t)(end - at)
								   : sizeof bytes;
		const ssize_t n = pread(t->frame, bytes, part, at);
		if (n <= 0)
			return;
		write_all(t->tty, bytes, (size_t)n);
		at += n;
	}
}

void term_draw(struct term *t, const struct canvas *c, int y, int x)
{
	draw_changes(t, c);
	move(term_clamp(y, 0, LINES - 1), term_clamp(x, 0, COLS - 1));
	wnoutrefresh(stdscr);
	term_gather(t);
	show_cursor(t, y >= 0);
	doupdate();
	send_gathered(t);
}

bool term_read(struct term *t, struct event *event)
{
	const bool read = keyboard_read(&t->keyboard, event);
	if (read && event->type == EVENT_THEME) {
		t->reported = t->keyboard.reported;
		update_theme(t);
	}
	return read;
}
