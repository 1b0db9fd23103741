#!/usr/bin/python3
"""Started as root: no process stays root or keeps what it does not need."""
import os
import pathlib
import pwd
import signal

from harness import Server, Skip, check, eq, eventually, proc, run
from harness.server import USER

NET_BIND, SYS_CHROOT = 1 << 10, 1 << 18


def capabilities(pid):
    got = proc.status(pid)
    return {k: int(got[k], 16) for k in
            ("CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd")}


def check_worker(pid, uid):
    got = proc.status(pid)
    eq(set(got["Uid"].split()), {str(uid)}, "uids of a worker")
    eq(set(got["Gid"].split()), {str(pwd.getpwuid(uid).pw_gid)}, "gids")
    eq(set(got["Groups"].split()) - set(got["Gid"].split()), set(),
       "further groups of a worker")
    caps = capabilities(pid)
    eq({caps[k] for k in caps if k != "CapBnd"}, {0}, "capabilities")
    eq(caps["CapBnd"], 0, "bounding set of a worker")
    eq(got["NoNewPrivs"], "1", "NoNewPrivs of a worker")
    eq(got["Seccomp"], "2", "Seccomp of a worker")
    eq(os.listdir(f"/proc/{pid}/root"), [], "the root of a worker")
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    for name, want in (("Max core file size", "0"), ("Max processes", "0")):
        line = next(x for x in limits.splitlines() if x.startswith(name))
        eq(line[len(name):].split()[:2], [want, want], name)


def test(t):
    if os.getuid() != 0:
        raise Skip("needs root")
    server = Server(t)
    device = server.device()
    uid = pwd.getpwnam(USER).pw_uid
    pids = [server.process.pid, *proc.descendants(server.process.pid)]
    check(len(pids) >= 5, "monitor, launcher, keeper, two workers")
    for pid in pids:
        got, caps = proc.status(pid), capabilities(pid)
        who = proc.executable(pid)
        eq(set(got["Uid"].split()), {str(uid)}, f"uids of {who}")
        eq(set(got["Groups"].split()) - set(got["Gid"].split()), set(),
           f"further groups of {who}")
        eq(got["NoNewPrivs"], "1", f"NoNewPrivs of {who}")
        eq((caps["CapEff"] | caps["CapPrm"]) & ~(NET_BIND | SYS_CHROOT), 0,
           f"capabilities of {who}")
    eq(capabilities(server.process.pid)["CapPrm"], 0,
       "the monitor's, with no port below 1024")
    eq(capabilities(server.keeper())["CapPrm"], 0, "the keeper's")
    for pid in server.workers():
        check_worker(pid, uid)
    victim = server.workers()[0]
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: len(set(server.workers()) - {victim}) == 2,
               what="respawned")
    device.poll().ok()
    for pid in server.workers():
        eventually(lambda p=pid: proc.status(p)["Seccomp"] == "2",
                   what="the respawned worker is sealed")
        check_worker(pid, uid)


run(test)
