#!/usr/bin/python3
"""Each allocation of a worker fails once: that connection's end, or its own."""
import collections
import os
import time
from concurrent.futures import ThreadPoolExecutor

from harness import Skip, check, eq, eventually, proc, run
from harness.fault import ANYBODY, FaultServer, Trials, descriptors

LONG = "ETPH_LONG" in os.environ
WORKERS = 8 if LONG else 4      # beside the bystander's
MOST = 2000
BEYOND = 10             # allocations that nobody makes
ALL = 1 << 30
NEWS = ("worker.exit", "limit", "login.refused", "forward.refused",
        "request.refused", "session.close")


def numbers(count):
    """Which of so many allocations fail in turn."""
    if LONG:
        return range(1, min(count + BEYOND, MOST) + 1)
    return sorted({*range(1, 4), *range(4, count + BEYOND, count // 17 + 1)})


def live(server):
    """The workers that are ready, by their last word."""
    last = {}
    for event in server.events.read():
        if event["event"] in ("worker.start", "worker.exit"):
            last[event["worker"]] = event
    return {e["pid"] for e in last.values() if e["event"] == "worker.start"}


def try_one(server, trials, kind, n, seen):
    """The n-th allocation of the worker that is given the trial fails."""
    control, what = server.controls["et-sshd-worker"], f"allocation {n}"
    eventually(lambda: live(server) - {trials.beside_in}, 60,
               f"{what}: a worker to try", 0.05)
    after, start = server.events.mark(), time.monotonic()
    control.arm(ANYBODY, n)
    worked = kind()
    pid, count, failed = control.disarm()
    check(pid > 0 and pid != trials.beside_in, f"{what}: tried in {pid}")
    if not worked:
        eventually(lambda: any(e["event"] in NEWS for e in
                               server.events.read()[after:]), 60,
                   f"{what}: it is said")
    seen["failed"] += failed
    seen["worked"] += worked
    seen["slowest"] = max(seen["slowest"], round(time.monotonic() - start, 1))
    check(trials.poll(), f"{what}: a poll after it")
    check(trials.forward(), f"{what}: a forward after it")
    trials.bystander_lives()
    exits = server.events.find("worker.exit", after)
    check({e["pid"] for e in exits} <= {pid} and len(exits) <= 1,
          f"{what}: ended: {exits}")
    seen["workers ended"] += len(exits)
    return count


def try_all(t, name):
    """A kind of trial, on a server of its own."""
    server = FaultServer(t, "alloc.so", name=name, workers=WORKERS + 1,
                         login_grace=5, client_alive_interval=2)
    control = server.controls["et-sshd-worker"]
    control.arm(ANYBODY, ALL)
    trials = Trials(server, 60 if LONG else 3, must_end=LONG)
    trials.beside_in = control.disarm()[0]
    kind, seen = trials.kinds[name], collections.Counter()
    was = descriptors(server.process.pid)
    count = try_one(server, trials, kind, ALL, collections.Counter())
    check(count > 100, f"{name}: {count} allocations are not all")
    for n in numbers(count):
        try_one(server, trials, kind, n, seen)
    eventually(lambda: len(live(server)) == WORKERS + 1, 60, "all workers")
    eventually(lambda: descriptors(server.process.pid) <= was, 60,
               "as few descriptors as before")
    check(proc.alive(server.process.pid), "et-sshd runs")
    return f"{name}: {count} allocations, {len(numbers(count))} trials, " \
        f"{dict(seen)}"


def test(t):
    if os.getuid() != 0:
        raise Skip("only root may look at the server's descriptors")
    with ThreadPoolExecutor() as pool:
        for told in [pool.submit(try_all, t, name) for name in Trials.KINDS]:
            print(told.result())


run(test, 3600 if LONG else 300)
