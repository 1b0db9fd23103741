#!/usr/bin/python3
"""The installer from any plain web server, with no token: somebody confirms the
host keys, and it prints the command that adds the device.  Another script that
comes instead is not run; cut short in transfer, and not checked, it does
nothing."""
import functools
import hashlib
import http.server
import os
import pty
import re
import threading

from enrolling import INSTALLER, SSH, Fresh
from router import ID, SERVER_AT, SRCDIR, run
from harness import check, eq, eventually


README = SRCDIR / "device" / "README.md"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def web(t):
    """A web server with this folder's files: (folder, URL)."""
    folder = t.dir / "web"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer((SERVER_AT, 0), functools.partial(
        Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    t.closers.append(server.shutdown)
    return folder, f"http://{SERVER_AT}:{server.server_address[1]}"


class Pasted:
    """What somebody runs, with or without a terminal."""

    def __init__(self, r, url):
        self.r = r
        server = f"export SSH_SERVER={SERVER_AT}:{r.server.port}; "
        self.piped = f"{server}wget -qO - {url}/install.sh | ash"
        lines = re.search(r"^export SSH_SERVER=\S+; (.*?)^```",
                          README.read_text(), re.M | re.S).group(1)
        self.line = server + lines.replace(
            "http://www.example", url).replace("SHA256", hashlib.sha256(
                INSTALLER.read_bytes()).hexdigest())

    def run(self, line=None, **env):
        return self.r.run("env", *(f"{k}={v}" for k, v in env.items()),
                          "/bin/sh", "-c", line or self.line)

    def ask(self, answer):
        """On a terminal: what it says, and its exit status."""
        ours, theirs = pty.openpty()
        process = self.r.case.spawn(
            ["setsid", "-c", "-w", *self.r.argv("/bin/sh", "-c", self.line)],
            stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        said = b""
        while b"(yes/no) " not in said:
            said += os.read(ours, 4096)
        os.write(ours, answer.encode() + b"\n")
        try:
            while more := os.read(ours, 4096):
                said += more
        except OSError:         # it has ended
            pass
        os.close(ours)
        return said.decode().replace("\r\n", "\n"), process.wait()


def not_run(r, pasted):
    """It is not the installer: nothing of it is run, and it is gone."""
    r.refused(pasted.run(ET_FINGERPRINT=prints(r)), "not the installer")
    eq(r.left(), {}, "left on the device")
    check(not (r.root / "root/taken").exists(), "the script was run")


def cut_short(r, folder, pasted):
    text = INSTALLER.read_bytes()
    for size in (1, 400, len(text) // 2, len(text) - 12, len(text) - 2):
        (folder / "install.sh").write_bytes(text[:size])
        pasted.run(pasted.piped, ET_FINGERPRINT=prints(r))
        eq(r.left(), {}, f"left of {size} bytes")
        not_run(r, pasted)
    (folder / "install.sh").write_text("touch /root/taken\n")
    not_run(r, pasted)
    (folder / "install.sh").unlink()
    not_run(r, pasted)
    (folder / "install.sh").write_bytes(text)


def prints(r):
    return " ".join(k.fingerprint for k in r.server.hostkeys)


def not_confirmed(r, pasted):
    r.refused(pasted.run(), "its host key is not known: set ET_FINGERPRINT")
    r.refused(pasted.run(ET_FINGERPRINT="SHA256:" + "A" * 43),
              "its host key is NOT that of ET_FINGERPRINT")
    said, status = pasted.ask("no")
    check(status == 1 and "was not confirmed" in said, f"no: {said}")
    eq(r.left(), {}, "left without a confirmation")


def pinned(r, keys):
    eq((r.root / "etc/et-phone-home/.ssh/known_hosts").read_text(),
       "".join(f"{SERVER_AT} {k.type} {k.base64}\n" for k in keys), "pinned")


def add(r, said):
    """The command that it printed, as it is."""
    line = re.search(r"^  (echo 'ssh-.*)$", said, re.M).group(1)
    check(line.endswith(f"| et-admin device add {ID} --key -"), line)
    program = r.case.dir / "bin" / "et-admin"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {r.server.bin}/admin/et-admin '
                       f'-c {r.server.conf} "$@"\n')
    program.chmod(0o755)
    r.case.run(["env", f"PATH={program.parent}:/usr/bin:/bin", "sh", "-c",
                line], check_=True)


def confirmed(r, pasted):
    said, status = pasted.ask("yes")
    eq(status, 0, said)
    for key in r.server.hostkeys:
        check(key.fingerprint in said, f"{key.fingerprint} in {said}")
    pinned(r, r.server.hostkeys)
    r.server.events.wait("login.refused", reason="unknown key")
    # Again: nothing is asked, nothing changes, and it says it once more.
    before = r.files()
    eq(add_line(pasted.run().ok().out), add_line(said), "said again")
    eq(r.files(), before, "files")
    add(r, said)
    r.phone("reload").ok()
    r.polls(1)
    eventually(lambda: "result=ok" in r.phone("status").out, what="it is in")
    done = pasted.run().ok()
    check("polls now" in done.out and "device add" not in done.out, f"{done}")
    eq(r.files(), before, "files")
    r.uninstall()


def add_line(said):
    return [line for line in said.splitlines() if "device add" in line]


def by_ssh(r, pasted):
    """With OpenSSH's client; one fingerprint pins that key alone."""
    for program in SSH:
        r.add_program(program, f"usr/bin/{program}")
    key = r.server.hostkeys[1]
    pasted.run(ET_CLIENT="ssh", ET_FINGERPRINT=key.fingerprint).ok()
    pinned(r, [key])
    r.uninstall()
    pasted.run(ET_CLIENT="ssh", ET_FINGERPRINT=prints(r)).ok()
    pinned(r, r.server.hostkeys)
    r.uninstall()


def test(t):
    r = Fresh(t)
    folder, url = web(t)
    pasted = Pasted(r, url)
    cut_short(r, folder, pasted)
    not_confirmed(r, pasted)
    confirmed(r, pasted)
    by_ssh(r, pasted)


run(test)
