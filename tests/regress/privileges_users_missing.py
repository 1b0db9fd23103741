#!/usr/bin/python3
"""A kind of process without a user of its own runs as the configured one, and
both the start and -t say so."""
import pwd

from harness import Server, check, eq, mounts, proc, run
from harness.operators import operator
from harness.server import USER

GOOD = "et-sshd: configuration, host keys and sandbox are good\n"


def uids(pids):
    return {u for p in pids for u in proc.status(p)["Uid"].split()}


def check_says(server, names, text):
    lines = [line for line in text.splitlines() if "no user" in line]
    eq(len(lines), 1 if names else 0, f"lines: {text}")
    if names:
        check(f"no user {', '.join(names)}: " in lines[0] and
              f" run as {server.user}" in lines[0] and
              "systemd-sysusers" in lines[0], lines[0])


def check_server(t, user, *missing):
    """It starts, says which users are missing, and serves."""
    server = Server(t, f"server-{len(missing)}", start=False, user=user)
    missing = [user + kind for kind in missing]
    done = t.run(server.command("-t")).ok()
    check(done.out.startswith(GOOD), f"what -t prints: {done.out}")
    check_says(server, missing, done.err)
    server.start()
    check_says(server, missing, server.errors())
    start = server.events.wait("start")
    eq([text for text in start["without"] if "users" in text],
       [f"users: {', '.join(missing)}"] if missing else [], "the event's")
    server.device(f"kitchen-{len(missing)}").poll().ok()
    who = operator(server, "alice", "admin")
    eq(who.command("device list")[0], 0, "a command")
    return server


def test(t):
    mounts.own_namespace()
    check_server(t, USER, "-monitor", "-worker", "-console", "-page",
                 "-link").stop()
    mounts.own_users(t, "etph", "etph-worker")
    server = check_server(t, "etph", "-monitor", "-console", "-page", "-link")
    eq(uids(server.workers()), {str(pwd.getpwnam("etph-worker").pw_uid)},
       "uids of workers")
    eq(uids([server.process.pid, server.keeper()]),
       {str(pwd.getpwnam("etph").pw_uid)}, "uids of monitor and keeper")
    server.stop()
    mounts.own_users(t, "et", "et-worker", "et-monitor", "et-console", "et-page",
                     "et-link", first=64310)
    check_server(t, "et").stop()
    # A user of this name which is root is nobody's to become.
    mounts.own_users(t, "bad", first=64320)
    mounts.own_users(t, "bad-worker", first=0)
    server = Server(t, "server-root", start=False, user="bad")
    check("must not run as root" in server.fails("-t").err, "root is refused")


run(test)
