#!/usr/bin/python3
"""What et-admin member-serve, as systemd starts it for a member of the admin group,
does with packets that the member's et-admin would not send: it refuses them, says
nothing of a file that they name, and ends."""
import array
import os
import select
import socket
import struct
import subprocess

from harness import check, eq, run
from harness.case import BUILDDIR, PATIENCE

SECRET = "planted-secret"


def read_all(fd):
    out = b""
    while select.select([fd], [], [], PATIENCE)[0]:
        chunk = os.read(fd, 65536)
        if not chunk:
            return out.decode()
        out += chunk
    raise AssertionError(f"it goes on: {out}")


def ask(text, streams=3):
    """The status in its answer, None without one, and what it wrote."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    out, write = os.pipe()
    process = subprocess.Popen(
        [BUILDDIR / "admin/et-admin", "member-serve"], stdin=theirs,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    theirs.close()
    with open(os.devnull, "rb") as null:
        fds = [null.fileno()] + [write] * (streams - 1)
        ours.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                               array.array("i", fds))] if streams else [])
    os.close(write)
    said = read_all(out)
    os.close(out)
    ours.settimeout(PATIENCE)
    answer = ours.recv(64)
    ours.close()
    process.wait(PATIENCE)
    return struct.unpack("i", answer)[0] if answer else None, said


def words(*args):
    return b"".join(w.encode() + b"\0" for w in ("et-admin", *args))


def names_no_file(t):
    """A configuration is a file, too: of one that is there, of one that is not,
    and of one in a folder that is none, it says the same."""
    secret = t.dir / "secret"
    secret.write_text(f"a {SECRET} b\n")
    told = {ask(words("-c", str(path), *command))
            for path in (secret, t.dir / "none", secret / "none")
            for command in (("device", "list"), ("status",),
                            ("operator", "list"))}
    eq(len(told), 1, f"answers: {told}")
    status, said = told.pop()
    eq(status, 1, "status")
    check("not available to members" in said, said)


def odd(t):
    """No words, half a word, too many, and streams that are none."""
    for text in (b"\0", b"et-admin", b"et-admin\0device", b"\0" * 600,
                 b"a\0" * 8000, words("\x1b[31m", "\n")):
        status, said = ask(text)
        eq(status, 2, f"{text[:20]}: {said}")
        check(said.count("\n") == 1 and said[:-1].isprintable(), said)
    for streams in (0, 1, 2, 4):
        eq(ask(words("help"), streams), (None, ""), f"{streams} streams")
    eq(ask(b"a" * 16385), (None, ""), "more than a packet's words")


def test(t):
    eq(ask(words("help"))[0], 0, "help")
    names_no_file(t)
    odd(t)


run(test)
