#!/usr/bin/python3
"""Started as root, each kind of process has a uid of its own, by which none
can signal, trace or read another."""
import sys

from harness import Server, Skip, check, eq, eventually, mounts, \
    plain_build_only, proc, run
from harness.operators import operator

USER = "et-phone-home"
KINDS = ("", "-monitor", "-worker", "-console", "-page", "-link")
TAIL = "heartbeat tail -f"

# What it is denied, or not, of each process that it is given.
PROBE = r"""
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
NR_PIDFD_OPEN, NR_PIDFD_SEND_SIGNAL = 434, 424

class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]

def fails(returned):
    return returned == -1 and ctypes.get_errno() in (1, 13)

def signal(pid):
    return fails(libc.kill(pid, 0))

def signal_by_descriptor(pid):
    fd = libc.syscall(NR_PIDFD_OPEN, pid, 0)
    return fd == -1 or \
        fails(libc.syscall(NR_PIDFD_SEND_SIGNAL, fd, 0, None, 0))

def trace(pid):
    if fails(libc.ptrace(PTRACE_SEIZE, pid, None, None)):
        return True
    libc.ptrace(PTRACE_DETACH, pid, None, None)
    return False

def memory_file(pid):
    try:
        os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
    except PermissionError:
        return True
    return False

def read_memory(pid):
    buf = ctypes.create_string_buffer(8)
    here = Iovec(ctypes.addressof(buf), 8)
    there = Iovec(0x1000, 8)
    return fails(libc.process_vm_readv(pid, ctypes.byref(here), 1,
                                       ctypes.byref(there), 1, 0))

def limits(pid):
    old = (ctypes.c_ulong * 2)()
    return fails(libc.prlimit(pid, 7, None, old))

def priority(pid):
    return fails(libc.setpriority(0, pid, 19))

for pid in map(int, sys.argv[1:]):
    print(pid, *(step.__name__ for step in (
        signal, signal_by_descriptor, trace, memory_file, read_memory, limits,
        priority) if not step(pid)))
"""

# Kills each by the signal that a descriptor's owner gets, if it may.
OWNER = r"""
import fcntl, os, signal, socket, sys
F_SETSIG = 10
for pid in map(int, sys.argv[1:]):
    a, b = socket.socketpair()
    fcntl.fcntl(a, fcntl.F_SETOWN, pid)
    fcntl.fcntl(a, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC)
    b.send(b".")
"""


def ids(pid, field="Uid"):
    return proc.status(pid)[field].split()


def run_as(t, pid_of_one, program, targets):
    uid, gid = ids(pid_of_one)[0], ids(pid_of_one, "Gid")[0]
    return t.run(["setpriv", f"--reuid={uid}", f"--regid={gid}",
                  "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                  sys.executable, "-c", program, *targets], check_=True)


def attack(t, pid_of_one, targets):
    """As the uid of one process: what succeeds against others."""
    done = run_as(t, pid_of_one, PROBE, targets)
    rows = [line.split() for line in done.out.splitlines()]
    eq(len(rows), len(targets), "processes that were tried")
    return {int(row[0]): row[1:] for row in rows}


def innocent(t, pid_of_one):
    """A process that anybody of that uid may trace."""
    uid = ids(pid_of_one)[0]
    process = t.spawn(["setpriv", f"--reuid={uid}", f"--regid={uid}",
                       "--clear-groups", "--inh-caps=-all", "sleep", "600"])
    eventually(lambda: proc.executable(process.pid) == "sleep",
               what="another process of that uid")
    return process.pid


def console(t, server, role):
    """A command that runs, of an operator of this role."""
    who = operator(server, f"the-{role}", role)
    channel = who.login().open_session()
    channel.exec_command(TAIL)
    check(channel.recv(1), "it runs")
    t.closers.append(channel.close)
    return channel, eventually(lambda: server.pids("et-sshd-console"),
                               what="a console runs")[0]


def test(t):
    plain_build_only("their leak checker traces")
    mounts.own_users(t, *(USER + kind for kind in KINDS))
    server = Server(t, user=USER)
    if server.sanitized():
        raise Skip("a sanitizer must attach to itself")
    server.device().poll().ok()
    launcher = next(p for p in proc.descendants(server.process.pid)
                    if proc.stat(p)[0] == "et-sshd-launch")
    channel, pid = console(t, server, "admin")
    kinds = {"keeper": [server.keeper()],
             "monitor": [server.process.pid, launcher],
             "worker": server.workers(), "console": [pid]}
    for kind, pids in kinds.items():
        others = [p for k in kinds if k != kind for p in kinds[k]]
        for target, can in attack(t, pids[0], others).items():
            eq(can, [], f"what the uid of a {kind} can do to "
                        f"{proc.executable(target)}")
        own = innocent(t, pids[0])
        check(len(attack(t, pids[0], [own])[own]) == 7,
              f"the probe works as a {kind}")
        run_as(t, pids[0], OWNER, [*others, own])
        eventually(lambda p=own: not proc.alive(p),
                   what=f"the signal works as a {kind}")
    check(all(proc.alive(p) for k in kinds for p in kinds[k]),
          "a process was ended by the uid of another kind")
    uids = {kind: {u for p in pids for u in ids(p)}
            for kind, pids in kinds.items()}
    eq(sorted(len(u) for u in uids.values()), [1, 1, 1, 1],
       f"real, effective and saved uids: {uids}")
    eq(len(set.union(*uids.values())), 4, f"uids: {uids}")
    check("0" not in set.union(*uids.values()), f"uids: {uids}")
    for pids in kinds.values():
        for p in pids:
            eq(len(set(ids(p, "Gid") + ids(p, "Groups"))), 1, "groups")


run(test)
