#!/usr/bin/python3
"""What a console can do: sealed before it has its command, the store open for
reading alone unless for an admin, nothing else open, and no capability."""
import os

from harness import Server, check, eq, eventually, run
from harness.operators import operator

TAIL = "heartbeat tail -f"
O_ACCMODE = 3


def status_of(pid):
    with open(f"/proc/{pid}/status") as f:
        return dict(line.split(":\t", 1) for line in f)


def files_of(pid):
    """Each open file's path and access mode."""
    found = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        path = os.readlink(f"/proc/{pid}/fd/{fd}")
        with open(f"/proc/{pid}/fdinfo/{fd}") as f:
            flags = int(next(line for line in f
                             if line.startswith("flags:")).split()[1], 8)
        found.append((path, flags & O_ACCMODE))
    return found


def test(t):
    server = Server(t)
    server.device("kitchen-1", "--tag", "a")
    for role in ("viewer", "operator", "admin"):
        who = operator(server, f"the-{role}", role,
                       *(["a"] if role == "operator" else []))
        channel = who.login().open_session()
        channel.exec_command(TAIL)
        check(channel.recv(1), "it runs")
        pid = eventually(lambda: server.pids("et-sshd-console"),
                         what="a console runs")[0]
        status = status_of(pid)
        eq(status["Seccomp"].strip(), "2", f"{role}: filter")
        eq(status["NoNewPrivs"].strip(), "1", f"{role}: no-new-privs")
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            eq(int(status[kind], 16), 0, f"{role}: {kind}")
        if os.getuid() == 0:
            check("0" not in status["Uid"].split(), f"{role}: {status['Uid']}")
        for path, mode in files_of(pid):
            if path.startswith(("socket:", "anon_inode:")):
                continue
            if role != "admin":
                eq(mode, os.O_RDONLY, f"{role}: {path} is open for writing")
            check(path.startswith(str(server.store)) or
                  path in ("/dev/null", "/dev/urandom"), f"{role}: {path}")
        channel.close()
        eventually(lambda: not server.pids("et-sshd-console"),
                   what="it is gone")


run(test)
