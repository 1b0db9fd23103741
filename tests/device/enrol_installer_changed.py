#!/usr/bin/python3
"""A pasted command runs the installer that its server had when the command was
made, and no other: of what a server sends instead nothing is run.  A device
that cannot check says so."""
import os

from enrolling import INSTALLER, SSH, Fresh
from router import run
from harness import check, eq

HOSTILE = "#!/bin/sh\ntouch /root/taken\necho taken\n"
CLIENTS = ("dropbear", "openssh")


def serve(r, path, text):
    """The server's worker sends this from now on."""
    path.write_bytes(text)
    after = r.server.hup()
    r.server.events.wait("reload", after=after, reason="done")


def nothing_ran(r, done, *words):
    r.refused(done, *words)
    check(not (r.root / "root/taken").exists(), "the script was run")
    eq(r.left(), {}, "left on the device")


def changed(r, path):
    """Another script; the true one with a line more, and cut short; none."""
    true = INSTALLER.read_bytes()
    row = r.token("--uses", "9")
    for text in (HOSTILE.encode(), true + b"touch /root/taken\n",
                 true[:len(true) // 2], true[:-1]):
        serve(r, path, text)
        for client in CLIENTS:
            nothing_ran(r, r.paste(row, client=client),
                        "is not the one of this command", "token new")
    # What it sends as a refusal is no script, nor text for a terminal.
    serve(r, path, b"refused \033[2J$(touch /root/taken)\n")
    nothing_ran(r, r.paste(row), "is not the one of this command")
    check("\033" not in r.paste(row).err, "its text reaches the terminal")
    # With the command that is made then, the new one is run.
    serve(r, path, HOSTILE.encode())
    again = r.token()
    r.paste(again).ok()
    check((r.root / "root/taken").exists(), "the script of this command")
    (r.root / "root/taken").unlink()
    serve(r, path, true)


def cannot_check(r):
    """As OpenWrt 15.05 is, whose BusyBox has no sha256sum.  This one's shell
    has all of its applets at hand; dash has those that are linked."""
    r.add_program("dash", "bin/dash")
    r.before = r.files()
    row, link = r.token("--uses", "9"), r.root / "usr/bin/sha256sum"
    to = os.readlink(link)
    link.unlink()
    for client in CLIENTS:
        nothing_ran(r, r.paste(row, client=client, shell="/bin/dash"),
                    "no sha256sum and no openssl", "ET_UNCHECKED=yes")
    r.add_program("openssl", "usr/bin/openssl")
    r.before = r.files()
    r.paste(row, shell="/bin/dash").ok()
    r.uninstall()
    (r.root / "usr/bin/openssl").unlink()
    r.before = r.files()
    row["dropbear"] = f"export ET_UNCHECKED=yes; {row['dropbear']}"
    r.paste(row, "another", shell="/bin/dash").ok()
    r.uninstall()
    link.symlink_to(to)
    r.before = r.files()


def test(t):
    path = t.dir / "install.sh"
    path.write_bytes(INSTALLER.read_bytes())
    path.chmod(0o644)
    r = Fresh(t, installer=str(path))
    for program in SSH:
        r.add_program(program, f"usr/bin/{program}")
    r.before = r.files()
    changed(r, path)
    cannot_check(r)
    # Where it can be checked, it is.
    row = r.token()
    serve(r, path, HOSTILE.encode())
    row["dropbear"] = f"export ET_UNCHECKED=yes; {row['dropbear']}"
    nothing_ran(r, r.paste(row), "is not the one of this command")


run(test)
