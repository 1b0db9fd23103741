#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"
#include "watch.h"
#include "when.h"

#define EVERY 2000 /* ms between two, when nothing changes */
#define GAP 200 /* ms at least */
#define SHARE 10 /* and so many times what one takes */
#define ROWS 24 /* of a terminal that does not say */
#define COLUMNS 80

#define OTHER_PAGE "\033[?1049h"
#define FIRST_PAGE "\033[?1049l"
#define NO_CURSOR "\033[?25l"
#define CURSOR "\033[?25h"
#define CLEAR "\033[H\033[2J"
#define HOME "\033[H"
#define CLEAR_LINE "\033[K"

#define CTRL_C 3

struct screen {
	struct admin *admin;
	const char *chosen; /* columns */
	struct look look;
	struct watch *watch;
	enum store_result (*draw)(void *, struct frame *);
	void *arg;
	enum store_result result; /* of the last draw */
	char *wrong; /* with the columns, or NULL */
	char *text; /* of the table, and of its foot */
	size_t size;
	struct frame frame;
	bool tty; /* stdin is one, not a channel of SSH */
	struct termios was;
	int64_t drawn; /* when, us */
	int64_t took;
};

static void
screen_size(struct screen *s)
{
	if (s->tty)
		look_here(&s->look, STDOUT_FILENO);
	if (s->look.columns == 0)
		s->look.columns = COLUMNS;
	if (s->look.rows == 0)
		s->look.rows = ROWS;
}

/* Draw the table in memory.  What went wrong is said when the screen is gone. */
static bool
screen_table(struct screen *s)
{
	struct output *real = s->admin->out, *o;
	FILE *fp;

	free(s->text);
	s->text = NULL;
	s->result = STORE_OK;
	if ((fp = open_memstream(&s->text, &s->size)) == NULL)
		return false;
	if ((o = output_new(fp, false)) != NULL) {
		output_look(o, &s->look);
		output_choose(o, s->chosen);
		s->admin->out = o;
		s->frame.rows = s->look.rows;
		s->result = s->draw(s->arg, &s->frame);
		s->admin->out = real;
		output_finish(o);
		if (output_wrong(o) != NULL)
			s->wrong = strdup(output_wrong(o));
	}
	output_free(o);
	return fclose(fp) == 0 && o != NULL && s->wrong == NULL &&
	       (s->result == STORE_OK || s->result == STORE_BUSY);
}

static enum admin_exit
screen_failed(struct screen *s)
{
	if (s->wrong != NULL)
		return admin_usage("%s", s->wrong);
	if (s->result != STORE_OK && s->result != STORE_BUSY)
		return admin_result(s->admin, s->result);
	return admin_fail("out of memory");
}

/* The next line of text, of those that stay on the screen. */
static const char *
screen_line(FILE *fp, const char *text, bool show)
{
	size_t n = strcspn(text, "\n");

	if (show)
		fprintf(fp, CLEAR_LINE "%.*s\n", (int)n, text);
	return text[n] == '\n' ? text + n + 1 : text + n;
}

static size_t
screen_lines(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n')) != NULL) {
		text++;
		n++;
	}
	return n;
}

/* The headings and rows, as many as there is room for, the foot, a last line. */
static void
screen_print(struct screen *s)
{
	size_t lines = screen_lines(s->text), table = s->frame.shown + 1, foot,
	       room, i;
	char last[256], now[WHEN_TEXT];
	const char *p = s->text;

	foot = lines > table ? lines - table : 0;
	room = s->look.rows - 1;
	if (foot + 2 > room)
		foot = 0;
	room -= foot;
	fputs(HOME, stdout);
	for (i = 0; i < table; i++)
		p = screen_line(stdout, p, i < room);
	for (i = 0; i < foot; i++)
		p = screen_line(stdout, p, true);
	for (i = (table < room ? table : room) + foot; i + 1 < s->look.rows;
	     i++)
		fputs(CLEAR_LINE "\n", stdout);
	snprintf(last, sizeof(last), "q quits%s%s%s; %s",
	    s->frame.more || table > room ? "; more below" : "",
	    *s->frame.note != '\0' ? "; " : "", s->frame.note,
	    when_seconds(when_now(), now));
	/* Nothing in the last place: some terminals would scroll. */
	printf(CLEAR_LINE "%.*s", (int)s->look.columns - 1, last);
	fflush(stdout);
}

static bool
screen_draw(struct screen *s)
{
	bool drawn;

	s->drawn = when_now();
	drawn = screen_table(s);
	s->took = when_now() - s->drawn;
	return drawn;
}

/* A key, as far as it matters; false: the end. */
static bool
screen_key(struct screen *s)
{
	char key[64];
	ssize_t n = read(STDIN_FILENO, key, sizeof(key));

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0 && !s->tty) {
		watch_screen(s->watch, -1); /* it has no keys to type */
		return true;
	}
	for (; n > 0; n--)
		if (strchr("qQ", key[n - 1]) != NULL || key[n - 1] == CTRL_C)
			return false;
	return n == 0;
}

/* Wait until it has to be drawn; false: the end. */
static bool
screen_wait(struct screen *s)
{
	int64_t gap = s->took / 1000 * SHARE, left;
	bool changed = false, other;

	gap = gap < GAP ? GAP : gap > EVERY ? EVERY : gap;
	for (;;) {
		left = (changed ? gap : EVERY) - (when_now() - s->drawn) / 1000;
		if (left <= 0 || left > EVERY)
			return true;
		switch (watch_next(s->watch, (int)left)) {
		case WATCH_INTERRUPT:
			return false;
		case WATCH_RESIZE:
			screen_size(s);
			return true;
		case WATCH_INPUT:
			if (!screen_key(s))
				return false;
			break;
		case WATCH_CHANGE:
			other = true;
			store_changed(s->admin->store, &other);
			changed = changed || other;
			break;
		case WATCH_TIME:
			break;
		}
	}
}

/*
 * Ctrl-C keeps sending a signal.  By SSH the client's terminal is not ours: an
 * operator who is removed would be left with another page and no cursor.
 */
static void
screen_begin(struct screen *s)
{
	struct termios mode;

	if (!s->tty) {
		fputs(CLEAR, stdout);
		return;
	}
	tcgetattr(STDIN_FILENO, &s->was);
	mode = s->was;
	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_cc[VSUSP] = mode.c_cc[VQUIT] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSANOW, &mode);
	fputs(OTHER_PAGE NO_CURSOR CLEAR, stdout);
}

static void
screen_end(struct screen *s)
{
	if (s->tty) {
		fputs(CURSOR FIRST_PAGE, stdout);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &s->was);
	} else
		fputs("\n", stdout);
	fflush(stdout);
}

static enum admin_exit
screen_loop(struct screen *s)
{
	bool drawn, go_on;

	if (!screen_draw(s))
		return screen_failed(s);
	watch_screen(s->watch, STDIN_FILENO);
	screen_begin(s);
	do {
		screen_print(s);
		go_on = !ferror(stdout) && screen_wait(s);
		drawn = !go_on || screen_draw(s);
	} while (go_on && drawn);
	screen_end(s);
	return drawn ? ADMIN_DONE : screen_failed(s);
}

enum admin_exit
screen_run(struct admin *a, const struct args *args,
    enum store_result (*draw)(void *, struct frame *), void *arg)
{
	struct screen s = {.admin = a,
	    .chosen = args->value[ARG_COLUMNS],
	    .look = *output_looks(a->out),
	    .draw = draw,
	    .arg = arg,
	    .tty = a->who == NULL};
	enum admin_exit result;

	if (output_json(a->out))
		return admin_usage("--watch cannot be combined with --json: "
				   "use heartbeat tail -f --json");
	if (!s.look.terminal || (s.tty && !isatty(STDIN_FILENO)))
		return admin_usage("--watch requires a terminal");
	unsetenv("COLUMNS"); /* it would be wrong after the first resize */
	screen_size(&s);
	if ((s.watch = watch_new(a->store)) == NULL)
		return admin_fail("out of memory");
	result = screen_loop(&s);
	watch_free(s.watch);
	free(s.text);
	free(s.wrong);
	return result;
}
