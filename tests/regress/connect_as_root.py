#!/usr/bin/python3
"""et-admin connect by root: what the store says runs nothing, the store is open
in a process of its owner's, and its operator reaches that port of that device
alone, for an hour unless it is renewed."""
import datetime
import os
import pathlib
import pwd
import shutil
import signal
import sqlite3
import subprocess

from harness import (Key, Server, Skip, check, eq, eventually, fresh_port,
                     proc, run)
from harness.device import Listener, echo
from harness.fault import FOLDER, Control, preload
from harness.operators import Operator
from harness.server import USER

SSH = ("-o", "BatchMode=yes")


def argv(server, *words):
    return [server.bin / "admin" / "et-admin", "-c", server.conf, "connect",
            *words]


def write(server, *statements):
    """As the store's owner may."""
    db = sqlite3.connect(server.store)
    for sql in statements:
        db.execute(sql)
    db.commit()
    db.close()


def hostile_addresses(t, server):
    """They would be words of a shell's."""
    made = t.dir / "made"
    for text in (f"127.0.0.1$(touch {made})", f"`touch {made}`",
                 f"127.0.0.1;touch {made};", f"|touch {made}|",
                 f"-oProxyCommand=touch${{IFS}}{made}", "localhost", "[::1",
                 "\x1b[2J", f"127.0.0.1\ntouch {made}\n"):
        quoted = text.replace("'", "''")
        write(server, "CREATE TRIGGER hostile AFTER UPDATE ON node BEGIN "
              f"UPDATE node SET listen = '{quoted}:2222'; END",
              "UPDATE node SET alive = alive")
        done = t.run(argv(server, "kitchen", *SSH, "true"))
        check(not made.exists(), f"a shell ran {text}")
        check(done.code == 1 and "not an address and port" in done.err and
              done.err.count("\n") == 1 and "\x1b" not in done.err,
              f"{text!r}: {done}")
        write(server, "DROP TRIGGER hostile")
    for text in ("127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:22x", ":22",
                 "127.0.0.1"):
        write(server, "CREATE TRIGGER hostile AFTER UPDATE ON node BEGIN "
              f"UPDATE node SET listen = '{text}'; END",
              "UPDATE node SET alive = alive")
        eq(t.run(argv(server, "kitchen", *SSH, "true")).code, 1, text)
        write(server, "DROP TRIGGER hostile")
    write(server, f"UPDATE node SET listen = '127.0.0.1:{server.port}'")


def hostile_name(t, server):
    made = t.dir / "made"
    write(server, "INSERT INTO device (name, alias, tags, enabled, created) "
          f"VALUES ('x;touch {made};', 'evil', '', 1, 1)")
    done = t.run(argv(server, "evil", *SSH, "true"))
    check(not made.exists(), "a shell ran a device's id")
    check(done.code == 1 and "not a valid device id" in done.err and
          done.err.count("\n") == 1, str(done))


class Waits:
    """A connect that waits for its device, and what it consists of."""

    def __init__(self, t, server, *wrap):
        self.process = t.spawn([*wrap, *argv(server, "kitchen", *SSH, "true")],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
        line = self.process.stderr.readline().decode()
        check("kitchen-1" in line, line)
        self.operator, = server.admin_json("operator", "list")

    def secret(self, t):
        """The operator's private key, which root may take from memory."""
        folder = pathlib.Path(f"/proc/{self.process.pid}/fd")
        for fd in folder.iterdir():
            if fd.readlink().name.startswith("memfd:"):
                text = pathlib.Path(fd).read_bytes()
                if b"PRIVATE KEY" in text:
                    return text
        return None

    def processes(self):
        return {proc.executable(p): proc.status(p)["Uid"].split()[0]
                for p in proc.descendants(self.process.pid)}


def who_is_who(t, server):
    waits = Waits(t, server)
    owner = str(pwd.getpwnam(USER).pw_uid)
    eq(proc.status(waits.process.pid)["Uid"].split()[0], "0", "the caller")
    eventually(lambda: "ssh" in waits.processes(), what="ssh runs")
    got = waits.processes()
    eq((got["ssh"], got["et-admin"]), ("0", owner), f"who is who: {got}")
    # It has the store and no key of anybody's.
    clerk, = [p for p in proc.descendants(waits.process.pid)
              if proc.executable(p) == "et-admin"]
    names = [os.readlink(f"/proc/{clerk}/fd/{n}")
             for n in os.listdir(f"/proc/{clerk}/fd")]
    check(str(server.store) in names, f"the store: {names}")
    names = [os.readlink(f"/proc/{waits.process.pid}/fd/{n}")
             for n in os.listdir(f"/proc/{waits.process.pid}/fd")]
    check(str(server.store) not in names, f"no store: {names}")
    # Its parent dies, however that may be: the operator goes at once.
    os.kill(waits.process.pid, signal.SIGKILL)
    eventually(lambda: not server.admin_json("operator", "list"),
               what="the operator is gone")


def that_port_alone(t, server, other):
    waits = Waits(t, server)
    row = waits.operator
    eq((row["role"], row["grants"]),
       ("operator", [{"device": "kitchen-1", "ports": ["22"]}]), "its grant")
    ends = datetime.datetime.fromisoformat(row["expires"][:19])
    left = ends - datetime.datetime.utcnow()
    check(0 < left.total_seconds() <= 3600, f"its time: {left}")
    path = t.dir / "taken.key"
    path.write_bytes(waits.secret(t))
    path.chmod(0o600)
    key = Key.__new__(Key)
    key.case, key.openssh, key.kind = t, path, "ed25519"
    who = Operator(server, row["operator"], key)
    transport = who.login()
    for name, port in (("kitchen-1", 80), ("kitchen-1", 23), (other.name, 22),
                       ("localhost", 22)):
        check(who.open(name, port, transport) is None, f"{name}:{port}")
    code, out, _ = who.command("device list --json", transport)
    check(code == 0 and other.name not in out, f"it sees {out}")
    code, _, _ = who.command("operator list", transport)
    eq(code, 1, "an admin's command")
    waits.process.terminate()
    waits.process.communicate()


def renewed(t, server):
    library = FOLDER / "clock.so"
    if not library.exists():
        raise Skip(f"no {library}: make check builds it")
    control = Control(t.dir / "connect.fault")
    waits = Waits(t, server, "env", *preload(library, control))

    def expires():
        row, = server.admin_json("operator", "list")
        return row["expires"]
    first = expires()
    control.set_clock(25 * 60)
    eventually(lambda: expires() > first, what="it is renewed")
    # As is one whose end is far away since the clock was set back.
    second = expires()
    control.set_clock(-24 * 3600)
    eventually(lambda: expires() < second, what="it is set again")
    waits.process.terminate()
    waits.process.communicate()


def own_ssh(t):
    """An environment in which ssh only says who runs it with which words."""
    folder = t.dir / "path"
    folder.mkdir(exist_ok=True)
    (folder / "ssh").write_text('#!/bin/sh\necho "uid $(id -u): $*"\nexit 7\n')
    (folder / "ssh").chmod(0o755)
    return dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}")


def says_whose_keys(t, server):
    """Who comes by sudo has other keys than the ssh that root runs."""
    env = dict(own_ssh(t), SUDO_USER="carla")
    env.pop("SSH_AUTH_SOCK", None)
    home = pwd.getpwuid(0).pw_dir
    keys = f"kitchen-1 with this machine's root keys, from {home}/.ssh"
    for words, more, note in (
            ((), {}, f"{keys}, not those of carla; -i FILE after the ID"),
            ((), {"SSH_AUTH_SOCK": "/x"}, f"{keys} and the agent, not those"),
            ((), {"SUDO_USER": "root"}, f"{keys}; -i FILE after the ID"),
            (("-i", "/root/other"), {}, None), (("--port", "80"), {}, None)):
        done = t.run(argv(server, "kitchen", *words), env={**env, **more})
        eq(done.code, 7, f"ssh's status: {done}")
        said = [line for line in done.err.splitlines() if "root keys" in line]
        eq(len(said), note is not None, f"notes: {done}")
        check(note is None or note in said[0], f"{note}: {done}")
        check("-i /root/other" in done.out or not words or note is not None or
              words[0] == "--port", f"-i is ssh's: {done}")


def forward_ssh(t, server, device):
    """ssh is run as the one who called; the wait before is the owner's."""
    service, port = Listener(t, echo).port, fresh_port()
    device.ask_and_open(service, port)
    env = own_ssh(t)
    done = t.run([server.bin / "admin" / "et-admin", "-c", server.conf,
                  "forward", "open", device.name, f"{service}:{port}", "--ssh",
                  "more"], env=env)
    eq((done.code, done.out.splitlines()[-1]),
       (7, f"uid 0: -p {port} root@localhost more"), str(done))


def called_by(t, server):
    """sudo's caller is named although the store's owner writes it."""
    env = dict(os.environ, SUDO_USER="carla")
    after = server.events.mark()
    t.run([server.bin / "admin" / "et-admin", "-c", server.conf, "device",
           "tag", "kitchen", "+new"], env=env, check_=True)
    eq(server.events.wait("admin", after=after)["operator"], "carla", "who")


def test(t):
    if os.getuid() != 0:
        raise Skip("needs root")
    if shutil.which("ssh") is None:
        raise Skip("needs ssh")
    server = Server(t)
    device = server.device("kitchen-1", "--alias", "kitchen")
    other = server.device("cellar-1")
    device.answer("poll 1")
    called_by(t, server)
    forward_ssh(t, server, other)
    says_whose_keys(t, server)
    who_is_who(t, server)
    that_port_alone(t, server, other)
    renewed(t, server)
    hostile_addresses(t, server)
    hostile_name(t, server)


run(test)
