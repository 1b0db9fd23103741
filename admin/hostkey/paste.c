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
 * look for the host as dbclient does, without a port.
 */
#define SSH                                                            \
	"ssh -F none -T -i $k -o IdentitiesOnly=yes -o BatchMode=yes " \
	"-o StrictHostKeyChecking=yes "                                \
	"-o UserKnownHostsFile=$PWD/.ssh/known_hosts "                 \
	"-o GlobalKnownHostsFile=/dev/null -o HostKeyAlias="

/*
 * The key that the device has, or one that the installer may keep.  OpenWrt's
 * dropbear makes no ed25519 before 21.02.
 */
#define KEY(dropbear, check, make)                                  \
	"{ k=/etc/et-phone-home/id_" dropbear "; " check "$k || { " \
	"k=key; " make "; }; } >/dev/null 2>&1 </dev/null; "
#define KEY_DROPBEAR                                        \
	KEY("dropbear", "dropbearkey -y -f ",               \
	    "dropbearkey -t ed25519 -f key || dropbearkey " \
	    "-t rsa -s 2048 -f key")
#define KEY_SSH                               \
	KEY("ssh", "ssh-keygen -y -P '' -f ", \
	    "ssh-keygen -q -t ed25519 -N '' -C '' -f key")

/*
 * No client has a limit of its own for a server that is silent, and both write
 * on stderr whatever the server sends for that.  A shell that people type into
 * takes "!" with anything but a space behind it for history.
 */
#define WATCH                                                               \
	"p=$! n=0; while [ $n -lt 60 ] && kill -0 $p 2>/dev/null; do "      \
	"n=$((n+1)); sleep 1; done; kill $p 2>/dev/null; "                  \
	"wait $p || { tr -cd '\\12\\40-\\176' <err | tail -n 9 >&2; "       \
	"grep '^refused [a-z ]*$' install.sh; echo "                        \
	"'et-phone-home: the installer did not come: the server is away, "  \
	"or the token is wrong, expired or used up (there, et-admin token " \
	"new makes another command)' >&2; exit 1; }; "

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

/*
 * The token goes through a pipe: no process has it among its arguments, and
 * OpenWrt's dbclient takes no password from the environment before 21.02.
 */
static void
put_client(FILE *fp, const struct paste *p, bool openssh)
{
	fputs(openssh ? KEY_SSH : KEY_DROPBEAR, fp);
	fputs("echo \"token $ET_TOKEN\" | ", fp);
	if (openssh)
		fprintf(fp, SSH "%s", p->host);
	else
		fputs("HOME=$PWD dbclient -T -i $k", fp);
	fprintf(fp, " -p %u enroll@%s 'install 2' >install.sh 2>err & ",
	    (unsigned int)p->port, p->host);
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
	    "ET_KNOWN_HOSTS=.ssh/known_hosts ET_KEY=key; d=$(mktemp -d) && "
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
