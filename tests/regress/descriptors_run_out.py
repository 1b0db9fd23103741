#!/usr/bin/python3
"""et-sshd without descriptors: it waits, says so once, and goes on after."""
import time

from harness import Server, check, eq, eventually, plain_build_only, proc, run

CLIENTS = 100           # more than NOFILE has room for
WATCHED = 3             # s


def test(t):
    plain_build_only("its descriptors and its CPU are others")
    server = Server(t, start=False, per_source_max_startups=1000,
                    login_grace=60)
    server.start(wrap=["prlimit", "--nofile=64:64"])
    device = server.device()
    pids = [server.process.pid, *server.workers()]
    strangers = [server.connect() for _ in range(CLIENTS)]
    server.events.wait("limit", 60, reason="Too many open files")
    before = [proc.cpu(p) for p in pids]
    time.sleep(WATCHED)
    spent = [proc.cpu(p) - was for p, was in zip(pids, before)]
    check(max(spent) < WATCHED / 2, f"CPU of {WATCHED} s: {spent}")
    for stranger in strangers:
        stranger.close()
    eventually(lambda: device.poll().code == 0, 60, "a poll after it", 0.2)
    eq(len(server.events.find("limit")), 1, "events of it")
    eq(sorted(server.workers()), sorted(pids[1:]), "the workers")
    check(proc.alive(pids[0]), "et-sshd runs")


run(test)
