#!/usr/bin/python3
"""Under a load of strangers, and when all devices come at once, a device gets
in, an open forward loses no byte, and afterwards all is as before."""
import os
import signal
import subprocess
import time

from harness import (SANITIZED, Server, check, eq, eventually, fresh_port,
                     proc, run)
from harness.case import BUILDDIR

LONG = "ETPH_LONG" in os.environ
SECONDS = 20 if LONG else 3
STRANGERS = (10000, 200) if LONG else (600, 40)
DRIBBLERS = 5000 if LONG else 300
DEVICES = 2000 if LONG else 30
FIRST = 10              # device of the fleet that plays
GROWTH = 24 << 20       # bytes that a process may keep
WITHIN = 10             # s, for a login
BENCH = BUILDDIR / "tests" / "bench"


def tool(name, *args):
    return [BENCH / f"bench-{name}", *map(str, args)]


def poll(device):
    start = time.monotonic()
    device.poll(options=("-b", "127.0.0.77"), timeout=60).ok()
    return time.monotonic() - start


def under(server, device, argv):
    """Polls, one after the other, as long as this runs."""
    load = server.case.spawn(["nice", "-n", "19", *argv],
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE)
    slowest = 0
    while True:
        slowest = max(slowest, poll(device))
        if load.poll() is not None:
            break
        time.sleep(0.1)
    said = load.stdout.read().decode().split("\n")[-2]
    print(f"{argv[0].name}: {said}; the slowest login took {slowest:.2f} s")
    eq(load.returncode, 0, "the load's exit status")
    check(slowest < WITHIN, f"a login took {slowest:.1f} s")


def strangers(server):
    status = server.admin_json("status")[0]["nodes"][0]["status"]
    return status["startups"] + status["waiting"]


def descriptors(pids):
    """How many each has; only root may look."""
    if os.getuid() != 0:
        return []
    return [len(os.listdir(f"/proc/{p}/fd")) for p in pids]


def everyone(server):
    return [server.process.pid, *server.workers(), server.keeper()]


def flow(server, device, service):
    """A forward, and what counts bytes through it."""
    port = fresh_port()
    device.ask_and_open(service, port, client="ssh")
    return server.case.spawn(tool("flow", "run", port, 3600, 100000),
                             stdout=subprocess.PIPE)


def ends_well(load, what):
    load.send_signal(signal.SIGTERM)
    said = load.communicate(timeout=60)[0].decode()
    print(f"{what}: {said.strip()}")
    eq(load.returncode, 0, "bytes were lost: the exit status")
    check(int(said.split()[0]) > 0, "bytes went through")


def around(server, device, service, work):
    """The same before and after work, with a forward that goes on."""
    carried = flow(server, device, service)
    poll(device)
    pids = everyone(server)
    fds, memory = descriptors(pids), [proc.rss(p) for p in pids]
    work()
    check(carried.poll() is None, "the forward carries on")
    eventually(lambda: strangers(server) == 0, 60, "nobody waits", 0.1)
    poll(device)
    eventually(lambda: descriptors(pids) <= fds, 60,
               f"as few descriptors as before ({fds})", 0.1)
    grown = [proc.rss(p) - m for p, m in zip(pids, memory)]
    check(SANITIZED or max(grown) < GROWTH, f"bytes more: {grown}")
    eq(everyone(server), pids, "processes")
    ends_well(carried, "the forward")


def test(t):
    server = Server(t, start=False, per_source_penalties=True,
                    max_startups=512 if LONG else 64, worker_sessions=4096)
    t.run(tool("fleet", "fill", server.options["store"], FIRST + DEVICES, 1),
          check_=True)
    for path in server.store.parent.iterdir():
        server.own(path)
    server.start()
    device = server.device("probe")
    service = fresh_port()
    t.spawn(tool("flow", "serve", service))

    def loads():
        count, sources = STRANGERS
        under(server, device, tool(
            "load", "-p", server.port, "-t", SECONDS, "-n", count,
            "-s", sources, "-w", 200, "half-open"))
        under(server, device, tool(
            "load", "-p", server.port, "-t", SECONDS, "-n", DRIBBLERS,
            "-s", DRIBBLERS, "dribble"))
    around(server, device, service, loads)
    server.stop()
    server.start()
    around(server, device, service, lambda: under(
        server, device, tool("wave", "-p", server.port, "-f", FIRST,
                             "-n", DEVICES)))
    names = {e["device"] for e in server.events.find("heartbeat")}
    eq(len(names), DEVICES + 1, "devices that polled")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test, 400 if LONG else 120)
