#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewall.h"
#include "program.h"

#define MOST (1024 * 1024) /* bytes of rules that are looked at */
#define LINE 1024

/* The next line of a text, without blanks before it.  false: no more. */
static bool
firewall_line(const char **text, char line[LINE])
{
	size_t n = strcspn(*text, "\n");
	const char *from = *text + strspn(*text, " \t");

	if (**text == '\0')
		return false;
	snprintf(line, LINE, "%.*s",
	    from < *text + n ? (int)(*text + n - from) : 0, from);
	*text += n + ((*text)[n] == '\n');
	return true;
}

static bool
firewall_begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* Is the port among "22", "2000-2100", "22,80:90" or "{ 22, 80 }"? */
static bool
firewall_ports(const char *p, uint32_t port)
{
	unsigned long first, last;
	char *end;

	for (;;) {
		p += strspn(p, " {,");
		first = last = strtoul(p, &end, 10);
		if (end == p)
			return false;
		if ((*end == '-' || *end == ':') && end[1] >= '0' &&
		    end[1] <= '9')
			last = strtoul(end + 1, &end, 10);
		if (port >= first && port <= last)
			return true;
		p = end;
	}
}

/* Returns what drops says, unless a rule accepts the port or may do so. */
static enum firewall
firewall_sum(bool drops, bool allows, bool unsure)
{
	if (!drops)
		return FIREWALL_OPEN;
	if (allows)
		return FIREWALL_ALLOWS;
	return unsure ? FIREWALL_UNSURE : FIREWALL_DROPS;
}

/* ufw status verbose: "2222/tcp (name)   ALLOW IN   Anywhere". */
enum firewall
firewall_ufw(const char *text, uint32_t port)
{
	bool active = false, drops = true, allows = false, unsure = false, may;
	char line[LINE];

	while (firewall_line(&text, line)) {
		may = strstr(line, "ALLOW") != NULL ||
		      strstr(line, "LIMIT") != NULL;
		if (firewall_begins(line, "Status: active"))
			active = true;
		else if (firewall_begins(line, "Default: allow"))
			drops = false;
		else if (may && *line >= '0' && *line <= '9')
			allows |= strstr(line, "/udp") == NULL &&
				  firewall_ports(line, port);
		else if (may && !firewall_begins(line, "OpenSSH"))
			unsure = true;
		else if (may)
			allows |= port == 22;
	}
	return firewall_sum(active && drops, allows, unsure);
}

/* firewall-cmd --query-port: "yes", "no", or that it does not run. */
enum firewall
firewall_firewalld(const char *text, uint32_t port)
{
	(void)port;
	if (firewall_begins(text, "yes"))
		return FIREWALL_ALLOWS;
	return firewall_begins(text, "no\n") ? FIREWALL_DROPS : FIREWALL_OPEN;
}

/* "drop", "reject with ...", "counter packets 0 bytes 0 drop". */
static bool
firewall_nft_drops(const char *line)
{
	if (firewall_begins(line, "counter ") || firewall_begins(line, "log "))
		return strstr(line, " drop") != NULL ||
		       strstr(line, " reject") != NULL;
	return firewall_begins(line, "drop") || firewall_begins(line, "reject");
}

/* nft list ruleset.  A chain of the hook input decides what comes in. */
enum firewall
firewall_nft(const char *text, uint32_t port)
{
	bool input = false, drops = false, allows = false, unsure = false;
	char line[LINE];
	const char *dport;

	while (firewall_line(&text, line)) {
		if (strstr(line, "hook ") != NULL)
			input = strstr(line, "hook input") != NULL;
		else if (*line == '}')
			input = false;
		if (input)
			drops |= strstr(line, "policy drop") != NULL ||
				 firewall_nft_drops(line);
		dport = strstr(line, "dport ");
		if (dport == NULL || strstr(line, "accept") == NULL ||
		    strstr(line, "udp dport") != NULL)
			continue;
		dport += strlen("dport ");
		allows |= firewall_ports(dport, port);
		unsure |= *dport == '@' || *dport == '!';
	}
	return firewall_sum(drops, allows, unsure);
}

/* iptables -S: "-A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT". */
enum firewall
firewall_iptables(const char *text, uint32_t port)
{
	bool drops = false, allows = false;
	char line[LINE];
	const char *dport;

	while (firewall_line(&text, line)) {
		drops |= strcmp(line, "-P INPUT DROP") == 0 ||
			 strcmp(line, "-A INPUT -j DROP") == 0 ||
			 firewall_begins(line, "-A INPUT -j REJECT");
		if (strstr(line, "-p tcp") == NULL ||
		    strstr(line, "-j ACCEPT") == NULL ||
		    (dport = strstr(line, "--dport")) == NULL)
			continue;
		dport += strcspn(dport, " ");
		allows |= firewall_ports(dport, port);
	}
	return firewall_sum(drops, allows, false);
}

/* Programs that generate the rules of others stand before them. */
static const struct firewall_program {
	const char *name;
	const char *argv[5]; /* "%u": the port */
	enum firewall (*judge)(const char *text, uint32_t port);
	const char *remedy;
	bool fails; /* its exit status is part of the answer */
} programs[] = {
    {"ufw", {"ufw", "status", "verbose"}, firewall_ufw, "ufw allow %u/tcp",
	false},
    {"firewalld", {"firewall-cmd", "--query-port=%u/tcp"}, firewall_firewalld,
	"firewall-cmd --permanent --add-port=%u/tcp && firewall-cmd --reload",
	true},
    {"nft", {"nft", "-n", "list", "ruleset"}, firewall_nft,
	"a rule \"tcp dport %u accept\" in its input chain", false},
    {"iptables", {"iptables", "-S"}, firewall_iptables,
	"iptables -I INPUT -p tcp --dport %u -j ACCEPT, and the same with "
	"ip6tables",
	false},
};

/* A text of ours with the port in it. */
static void
firewall_port(const char *text, uint32_t port, char *out, size_t size)
{
	const char *place = strstr(text, "%u");

	if (place == NULL)
		snprintf(out, size, "%s", text);
	else
		snprintf(out, size, "%.*s%u%s", (int)(place - text), text,
		    (unsigned int)port, place + strlen("%u"));
}

static enum firewall
firewall_ask(const struct firewall_program *p, uint32_t port, char *text)
{
	char word[5][64];
	const char *argv[6] = {NULL};
	int i, status;

	for (i = 0; i < 5 && p->argv[i] != NULL; i++) {
		firewall_port(p->argv[i], port, word[i], sizeof(word[i]));
		argv[i] = word[i];
	}
	status = program_run(argv, text, MOST);
	if (status == -1 || (status != 0 && !p->fails))
		return FIREWALL_NONE;
	return p->judge(text, port);
}

enum firewall
firewall_look(uint32_t port, const char **name, char remedy[FIREWALL_REMEDY])
{
	enum firewall found = FIREWALL_NONE, one;
	char *text = malloc(MOST);
	size_t i;

	*name = "";
	for (i = 0; text != NULL && i < sizeof(programs) / sizeof(*programs);
	     i++) {
		one = firewall_ask(&programs[i], port, text);
		if (one == FIREWALL_NONE)
			continue;
		found = one;
		*name = programs[i].name;
		firewall_port(
		    programs[i].remedy, port, remedy, FIREWALL_REMEDY);
		if (found != FIREWALL_OPEN)
			break;
	}
	free(text);
	return found;
}
