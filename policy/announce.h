/*
 * Announcements to devices that ask for them: the host keys that the server
 * will have, and names by which it is found, too.  A file beside the host keys,
 * written whole by et-admin, read by et-sshd; not there, or empty: nothing is
 * announced.  The lines are those of the answer (sshd/PROTOCOL, 1.7):
 *
 *	serial=NUMBER
 *	pin=ssh-ed25519 AAAA...
 *	server=HOST[:PORT]
 *	usign=BASE64
 *	sshsig=BASE64
 *
 * The last two sign those before them.  Only devices verify them.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANNOUNCE_TEXT 2560 /* the lines, and NUL */
#define ANNOUNCE_MARK 17 /* 16 hexadecimal digits, and NUL */
#define ANNOUNCE_ERROR 160

struct announce {
	char text[ANNOUNCE_TEXT]; /* "": nothing is announced */
	char mark[ANNOUNCE_MARK]; /* the mark of the lines; "0" */
	int64_t since; /* us since the epoch */
};

/*
 * The file's path: HOSTKEY.announced, of the first host key.  False: the path
 * is too long.
 */
bool announce_path(const char *hostkey, char *path, size_t size);

/*
 * Read the file.  Returns 0 (text is "" for an empty file), or -1 with errno:
 * ENOENT, ...; EINVAL: the file is no announcement.
 */
int announce_read(const char *path, struct announce *);

/*
 * The mark by which a device says that it has these lines: the first 64 bits of
 * their MD5, which every BusyBox can make.  A mark tells announcements apart,
 * and protects nothing.  False: there is no MD5.
 */
bool announce_mark(const char *text, char mark[ANNOUNCE_MARK]);

/* Whether text is HOST, HOST:PORT or [ADDRESS]:PORT, as a device accepts it. */
bool announce_server_valid(const char *server);

/* The value of the field "pins" in valid health; false: there is none. */
bool announce_said(const char *health, char mark[ANNOUNCE_MARK]);

#endif
