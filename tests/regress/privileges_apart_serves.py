#!/usr/bin/python3
"""With a user for each kind of process: an event log of an older version goes
over to the monitor, operators of each role have their commands, the store stays
its owner's, and what has to end is ended across users: all with the
capabilities that the unit leaves, its reload too."""
import os
import pwd
import re
import signal

from harness import Server, check, eq, eventually, fresh_port, mounts, proc, \
    run
from harness.case import SRCDIR
from harness.operators import operator
from harness.page import Page

UNIT = SRCDIR / "contrib" / "systemd" / "et-sshd.service.in"
USER = "et-phone-home"
KINDS = ("", "-monitor", "-worker", "-console", "-page", "-link")
COMMANDS = (("viewer", "device list", None),
            ("operator", "forward open kitchen 22:{p} --json", None),
            ("admin", "device import -", b"imported-1\n"),
            ("admin", "device tag imported-1 +b", None))


def uid(kind):
    return pwd.getpwnam(USER + kind).pw_uid


def within_unit():
    """What runs a program as root with the unit's bounding set."""
    rows = re.findall(r"^CapabilityBoundingSet=(.*)$", UNIT.read_text(), re.M)
    names = [name.removeprefix("CAP_").lower()
             for name in " ".join(rows).split()]
    check("setuid" in names, f"the unit's capabilities: {names}")
    return ["setpriv", "--inh-caps=-all", "--bounding-set",
            ",".join(["-all"] + [f"+{name}" for name in names])]


def make_log(t, server):
    """One of a version without users apart, in the folder of today."""
    folder = t.dir / "log"
    folder.mkdir()
    os.chown(folder, uid("-monitor"), -1)
    path = folder / "events.log"
    server.events_outside(path)
    eq(path.stat().st_uid, uid(""), "the older log's owner")
    server.set(event_log=str(path))


def check_commands(server):
    port = fresh_port()
    for role, text, data in COMMANDS:
        who = operator(server, f"{role}-{os.urandom(2).hex()}", role,
                       *(["a"] if role == "operator" else []))
        done = who.command(text.format(p=port), data=data)
        eq(done[0], 0, f"{role}: {text}: {done}")
    names = {row["device"] for row in server.admin_json("device", "list")}
    eq(names, {"kitchen-1", "imported-1"}, "devices")
    for path in server.store.parent.iterdir():
        eq(path.stat().st_uid, uid(""), f"the owner of {path.name}")


def check_console_ended(server):
    """A channel that is closed ends its command, of another user's."""
    channel = operator(server, "watcher", "viewer").login().open_session()
    channel.exec_command("heartbeat tail -f")
    check(channel.recv(1), "it runs")
    pid = server.pids("et-sshd-console")[0]
    eq(set(proc.status(pid)["Uid"].split()), {str(uid("-console"))},
       "real, effective, saved and file system uid")
    after = server.events.mark()
    channel.close()
    server.events.wait("command", after=after, reason="closed by the operator")
    eventually(lambda: not proc.alive(pid), what="the console is gone")


def check_page(server):
    """The page of an operator has read the store, and is nobody else's process."""
    who = operator(server, "looker", "viewer")
    page = Page(who)
    eq(page.json("/api/me")[0], 200, "it answers")
    pid = server.pids("et-sshd-page")[0]
    eq(set(proc.status(pid)["Uid"].split()), {str(uid("-page"))},
       "real, effective, saved and file system uid")
    page.ssh.terminate()
    eventually(lambda: not proc.alive(pid), what="the page is gone")


def check_worker_ended(server, device):
    """One that stands still is killed, and another takes its place."""
    victim = server.workers()[0]
    after = server.events.mark()
    os.kill(victim, signal.SIGSTOP)
    server.events.wait("worker.exit", 60, after, pid=victim,
                       reason="event loop stalled")
    server.events.wait("worker.start", after=after)
    for pid in server.workers():
        eq(set(proc.status(pid)["Uid"].split()), {str(uid("-worker"))}, "uids")
    device.poll().ok()


def check_rotation(t, server, device):
    path = server.events_path
    path.rename(path.with_suffix(".1"))
    t.run([*within_unit(), "/bin/kill", "-HUP", server.process.pid]).ok()
    server.events.reopen(path)
    count = len(server.events.all)
    server.events.wait("reload", after=count, reason="done")
    device.poll().ok()
    server.events.wait("heartbeat", after=count)
    eq(path.stat().st_uid, uid("-monitor"), "the new log's owner")


def test(t):
    mounts.own_users(t, *(USER + kind for kind in KINDS))
    server = Server(t, start=False, user=USER,
                    operator_ports=["10000-29999"])
    make_log(t, server)
    server.start(wrap=within_unit())
    eq(server.events_path.stat().st_uid, uid("-monitor"), "the log's owner")
    kitchen = server.device("kitchen-1", "--alias", "kitchen", "--tag", "a")
    kitchen.poll().ok()
    check_commands(server)
    check_console_ended(server)
    check_page(server)
    check_rotation(t, server, kitchen)
    check_worker_ended(server, kitchen)


run(test)
