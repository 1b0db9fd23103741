#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_text.h"

/* From here to the end of the line.  Returns the last that it blanked. */
static char *
blank_line(char *p)
{
	size_t n = strcspn(p, "\n");

	memset(p, ' ', n);
	return p + n - 1;
}

/* To the end of the comment; its newlines count. */
static char *
blank_block(char *p)
{
	char *end = strstr(p + 2, "*/");

	end = end != NULL ? end + 2 : p + strlen(p);
	for (; p < end; p++)
		if (*p != '\n')
			*p = ' ';
	return end - 1;
}

/* Quoted text has no comments; within a word, only # begins one. */
static void
blank_comments(char *p)
{
	bool begins = true; /* a word may begin here */
	char quote = '\0';

	for (; *p != '\0'; p++) {
		if (quote != '\0' && *p == '\\' && p[1] != '\0')
			p++;
		else if (quote != '\0')
			quote = *p == quote ? '\0' : quote;
		else if (*p == '"' || *p == '\'')
			quote = *p;
		else if (*p == '#' || (begins && strncmp(p, "//", 2) == 0))
			p = blank_line(p);
		else if (begins && strncmp(p, "/*", 2) == 0)
			p = blank_block(p);
		begins = strchr(" \t\n={}+,\"'", *p) != NULL;
	}
}

char *
conf_text_read(const char *path, char error[CONF_ERROR])
{
	const char *why = NULL;
	char *text = NULL;
	struct stat st;
	FILE *f;
	size_t n;

	if ((f = fopen(path, "re")) == NULL || fstat(fileno(f), &st) == -1)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if (st.st_size > CONF_TEXT_SIZE)
		why = "too long";
	else if ((text = calloc(1, CONF_TEXT_SIZE + 2)) == NULL)
		why = "out of memory";
	else {
		n = fread(text, 1, CONF_TEXT_SIZE, f);
		if (n == 0 || text[n - 1] != '\n')
			text[n] = '\n';
		blank_comments(text);
	}
	if (f != NULL)
		fclose(f);
	if (why != NULL)
		snprintf(error, CONF_ERROR, "%s: %s", path, why);
	return text;
}
