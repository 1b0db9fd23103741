#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forward.h"
#include "paste.h"

#define WIDTH 240 /* of a wrapped line, about */
#define NAME                                   \
	"abcdefghijklmnopqrstuvwxyz"           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	".-_"

/*
 * Options that make ssh(1) answer as the line says, whatever is configured, and
 * look for the host as dbclient does, without a port; before OpenSSH 8.4 it asks
 * for a display before it runs SSH_ASKPASS.
 */
#define SSH                                                             \
	"SSH_ASKPASS=$PWD/askpass SSH_ASKPASS_REQUIRE=force "           \
	"DISPLAY=none ssh -F none -T -o StrictHostKeyChecking=yes "     \
	"-o UserKnownHostsFile=$PWD/.ssh/known_hosts "                  \
	"-o GlobalKnownHostsFile=/dev/null -o PubkeyAuthentication=no " \
	"-o PreferredAuthentications=password "                         \
	"-o NumberOfPasswordPrompts=1 -o HostKeyAlias="

/*
 * No client has a limit of its own for a server that is silent, and both write
 * on stderr whatever the server sends for that.  A shell that people type into
 * takes "!" with anything but a space behind it for history.
 */
#define WATCH                                                              \
	"p=$! n=0; while [ $n -lt 60 ] && kill -0 $p 2>/dev/null; do "     \
	"n=$((n+1)); sleep 1; done; kill $p 2>/dev/null; "                 \
	"wait $p || { tr -cd '\\12\\40-\\176' <err | tail -n 9 >&2; "      \
	"grep '^refused [a-z ]*$' install.sh; echo "                       \
	"'et-phone-home: the installer did not come: the server is away, " \
	"or the token is wrong, expired or used up' >&2; exit 1; }; "

/*
 * The installer is run when it is the one of this command, whatever the server
 * has sent.  BusyBox has sha256sum on OpenWrt since 17.01.
 */
#define CHECK                                                              \
	"s=$(exec 2>/dev/null; sha256sum <install.sh || "                  \
	"openssl dgst -sha256 <install.sh); "                              \
	"case $s-$ET_UNCHECKED in *%s*|-yes) sh ./install.sh;; -*) echo "  \
	"'et-phone-home: no sha256sum and no openssl here to check the "   \
	"installer with: install by hand, or set ET_UNCHECKED=yes to run " \
	"whatever the server sends' >&2; exit 1;; *) echo "                \
	"'et-phone-home: the installer that came is not the one of this "  \
	"command, and was not run: it was changed on the server since "    \
	"(et-admin token new makes a new command), or the server cannot "  \
	"be trusted' >&2; exit 1;; esac"

int
paste_server(struct paste *p, const char *text)
{
	const char *host = text, *port;
	size_t len = strspn(host, NAME);

	if (*host == '[') {
		len = strspn(++host, "0123456789abcdefABCDEF:.");
		if (host[len] != ']')
			return -1;
		port = host + len + 1;
	} else
		port = host + len;
	/* A name that starts with - would be an option. */
	if (len == 0 || len >= sizeof(p->host) || *host == '-')
		return -1;
	if (*port != '\0' &&
	    (*port != ':' || forward_parse_port(port + 1, &p->port) == -1))
		return -1;
	memcpy(p->host, host, len);
	p->host[len] = '\0';
	return 0;
}

void
paste_address(const struct paste *p, char out[PASTE_HOST + 16])
{
	bool v6 = strchr(p->host, ':') != NULL;

	snprintf(out, PASTE_HOST + 16, "%s%s%s:%u", v6 ? "[" : "", p->host,
	    v6 ? "]" : "", (unsigned int)p->port);
}

static void
put_known_hosts(FILE *fp, const struct paste *p)
{
	int i;

	fprintf(fp, "printf '%%s\\n'");
	for (i = 0; i < p->keys; i++)
		fprintf(fp, " '%s %s'", p->host, p->key[i]);
	fprintf(fp, " >.ssh/known_hosts && ");
}

static void
put_client(FILE *fp, const struct paste *p, bool openssh)
{
	if (openssh)
		fprintf(fp,
		    "printf '%%s\\n' '#!/bin/sh' 'echo \"$ET_TOKEN\"' "
		    ">askpass && chmod 700 askpass || exit 1; " SSH "%s",
		    p->host);
	else
		fprintf(fp, "echo n >no || exit 1; HOME=$PWD "
			    "DROPBEAR_PASSWORD=$ET_TOKEN dbclient -T");
	fprintf(fp, " -p %u enroll@%s 'install 1' <%s >install.sh 2>err & ",
	    (unsigned int)p->port, p->host, openssh ? "/dev/null" : "no");
}

char *
paste_line(const struct paste *p, bool openssh)
{
	bool device = p->device != NULL && *p->device != '\0';
	char address[PASTE_HOST + 16], *line = NULL;
	size_t len;
	FILE *fp;

	if ((fp = open_memstream(&line, &len)) == NULL)
		return NULL;
	paste_address(p, address);
	fprintf(fp,
	    "(umask 077; export ET_SERVER='%s' ET_TOKEN=%s%s%s ET_CLIENT=%s "
	    "ET_KNOWN_HOSTS=.ssh/known_hosts; d=$(mktemp -d) && "
	    "trap 'rm -rf \"$d\"' EXIT && cd \"$d\" && mkdir .ssh && ",
	    address, p->token, device ? " ET_ID=" : "", device ? p->device : "",
	    openssh ? "ssh" : "dbclient");
	put_known_hosts(fp, p);
	put_client(fp, p, openssh);
	fprintf(fp, WATCH CHECK ")", p->installer);
	if (fclose(fp) == EOF) {
		free(line);
		return NULL;
	}
	return line;
}

/* Between words, and within what stands in single quotes. */
char *
paste_wrap(const char *line)
{
	char *wrapped = NULL;
	bool quoted = false;
	size_t len, column = 0;
	FILE *fp;

	if ((fp = open_memstream(&wrapped, &len)) == NULL)
		return NULL;
	for (; *line != '\0'; line++) {
		if (column >= WIDTH && (quoted || *line == ' ')) {
			fputs(quoted ? "'\\\n'" : " \\\n", fp);
			column = 0;
			if (!quoted)
				continue;
		}
		quoted ^= *line == '\'';
		fputc(*line, fp);
		column++;
	}
	if (fclose(fp) == EOF) {
		free(wrapped);
		return NULL;
	}
	return wrapped;
}
