#!/usr/bin/python3
"""max-startups connections log in at a time; the next one waits, and who says
nothing loses its place to it.  Far beyond, a login still gets in."""
import time

from harness import Server, check, eq, run
from harness.packets import (closed_within, greeted, half_kex, read_version)

MOST = 8


def silent(server, number):
    return server.connect(source=f"127.0.1.{number}")


def test(t):
    server = Server(t, max_startups=MOST, per_source_max_startups=100)
    device = server.device()
    start = time.monotonic()
    held = [half_kex(silent(server, n)) for n in range(1, MOST + 1)]
    waits = silent(server, MOST + 1)
    check(not greeted(waits, 0.3) or time.monotonic() - start > 4,
          "one more has to wait")
    held[0].close()
    check(greeted(waits, 30), "until there is a place")
    for sock in [*held, waits]:
        sock.close()
    server.events.wait("session.close", 60, count=MOST + 1)

    socks = [silent(server, n) for n in range(20, 20 + MOST)]
    for sock in socks:
        read_version(sock)
    socks += [silent(server, n) for n in range(20 + MOST, 200)]
    check(closed_within(socks[0], 30), "who says nothing loses its place")
    server.events.wait("session.close", 60, reason=lambda r:
                       r.startswith("too many unauthenticated connections"))
    for _ in range(3):
        device.poll().ok()
    # Four times as many wait: the others were closed, the oldest first.
    there = sum(not closed_within(s, 0.01) for s in socks)
    check(there <= 5 * MOST, f"{there} are there")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
