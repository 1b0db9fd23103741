#include "config.h"

#include <sys/ioctl.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "look.h"

#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define RED "\033[31m"

/* A state that is as it should be, one that may change soon, one to look at. */
static const struct {
	const char *state, *colour;
} colours[] = {
    {"online", GREEN},
    {"late", YELLOW},
    {"offline", RED},
    {"disabled", RED},
    {"open", GREEN},
    {"queued", YELLOW},
    {"delivered", YELLOW},
    {"closing", YELLOW},
    {"good", GREEN},
    {"used up", YELLOW},
    {"expired", RED},
    {"active", GREEN},
    {"running", GREEN},
    {"not running", RED},
};

const char *
look_state(const char *state)
{
	size_t i;

	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (strcmp(colours[i].state, state) == 0)
			return colours[i].colour;
	return NULL;
}

static bool
look_coloured(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return (no == NULL || *no == '\0') && term != NULL && *term != '\0' &&
	       strcmp(term, "dumb") != 0;
}

void
look_here(struct look *l, int fd)
{
	const char *text = getenv("COLUMNS");
	struct winsize size = {.ws_col = 0};
	unsigned long said = 0;
	char *end;

	memset(l, 0, sizeof(*l));
	if (text != NULL && *text >= '0' && *text <= '9') {
		said = strtoul(text, &end, 10);
		if (*end != '\0' || said > LOOK_MOST)
			said = 0;
	}
	if (isatty(fd)) {
		l->terminal = true;
		l->colour = look_coloured();
		if (ioctl(fd, TIOCGWINSZ, &size) == -1)
			size.ws_col = size.ws_row = 0;
		l->rows = size.ws_row;
	}
	l->columns = said != 0 ? said : size.ws_col;
}
