#!/usr/bin/python3
"""Many devices that hold their connections, each with its port 22 ready: they
are online, nothing is bound, a jump is prompt, and each costs little."""
import os
import subprocess
import time

from harness import SANITIZED, Server, check, eq, eventually, proc, run
from harness.case import BUILDDIR
from harness.device import Listener, echo
from harness.operators import operator, talk
from harness.waiting import Waiting

LONG = "ETPH_LONG" in os.environ
DEVICES = 2000 if LONG else 200
EACH = 48 << 10         # bytes of all processes
BENCH = BUILDDIR / "tests" / "bench"


def standing(server):
    return [r for r in server.admin_json("forward", "list")
            if r["virtual"] and r["reason"] == "standing"]


def online(server):
    return len(server.admin_json("device", "list", "--state", "online"))


def everyone(server):
    return [server.process.pid, *server.workers(), server.keeper()]


def memory(server):
    return sum(proc.rss(p) for p in everyone(server))


def test(t):
    server = Server(t, start=False, worker_sessions=4096,
                    client_alive_interval=2)
    t.run([BENCH / "bench-fleet", "fill", server.options["store"],
           str(DEVICES), "1"], check_=True)
    for path in server.store.parent.iterdir():
        server.own(path)
    server.start()
    bound = proc.listening(everyone(server))
    before = memory(server)
    # As long as the pipe is open.
    held = t.spawn([BENCH / "bench-idle", "-p", server.port, "-j", "2", "-n",
                    DEVICES, "-w", "22", "sh", "-c", "echo held; read x; true"],
                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    eq(held.stdout.readline(), b"held\n", "all are held")
    eventually(lambda: online(server) == DEVICES, what="all are online",
               every=0.2)
    eventually(lambda: len(standing(server)) == DEVICES,
               what="their ports in forward list", every=0.2)
    eq(proc.listening(everyone(server)), bound, "nothing is bound")
    each = (memory(server) - before) / DEVICES
    print(f"{each / 1024:.1f} KiB each")
    check(SANITIZED or each < EACH, f"{each:.0f} bytes each")

    # One more, with something behind it: a jump there is prompt.
    device = server.device("kitchen", "--tag", "fleet")
    Waiting(device, options=("-R", f"22:localhost:{Listener(t, echo).port}"))
    alice = operator(server, "alice", "operator", "fleet")
    transport = alice.login()
    start = time.monotonic()
    channel = alice.open("kitchen", 22, transport)
    took = time.monotonic() - start
    eq(talk(channel), b"hello", "the echo")
    check(took < 20, f"the jump took {took:.2f} s")
    eq(server.events.find("jump.wait"), [], "it did not wait")

    # Keepalives go on, and nobody is lost.
    time.sleep(3)
    check(held.poll() is None, "they are held")
    held.stdin.close()
    eq(held.wait(60), 0, "nobody was lost")
    eventually(lambda: len(standing(server)) == 1, what="they are gone",
               every=0.2)
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
