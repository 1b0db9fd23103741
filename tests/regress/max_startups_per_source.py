#!/usr/bin/python3
"""So many connections of one source log in at a time; the next one waits, and
who says nothing loses its place.  Another source does not notice."""
import time

from harness import Server, check, eq, run
from harness.packets import closed_within, greeted, half_kex, read_version

MOST = 4


def test(t):
    server = Server(t, per_source_max_startups=MOST)
    device = server.device()
    transport = device.login()
    channel = transport.open_session()      # with none it would end by itself
    start = time.monotonic()
    held = [half_kex(server.connect()) for _ in range(MOST)]
    waits = server.connect()
    check(not greeted(waits, 0.3) or time.monotonic() - start > 4,
          "one more has to wait")
    read_version(server.connect(source="127.0.0.2"))
    held[0].close()
    check(greeted(waits, 30), "until there is a place")
    for sock in [*held, waits]:
        sock.close()
    server.events.wait("session.close", 60, count=MOST + 1)

    socks = [server.connect() for _ in range(MOST)]
    for sock in socks:
        read_version(sock)
    socks += [server.connect() for _ in range(2)]
    for sock in socks[:2]:
        check(closed_within(sock, 30), "the oldest lose their places")
    for sock in socks[MOST:]:
        check(greeted(sock, 30), "to those that wait")
    check(not closed_within(socks[2], 0.3), "and no more than these")
    server.events.wait("session.close", 60, count=2,
                       reason=lambda r: "connections from one source" in r)
    # Far beyond: MOST wait, the oldest of those goes.
    socks = [server.connect() for _ in range(50)]
    gone = sum(closed_within(s, 0.5 if n < 30 else 0.01)
               for n, s in enumerate(socks))
    check(gone >= 50 - 3 * MOST, f"{gone} of 50 were closed")
    device.poll().ok()
    check(transport.is_active() and not channel.closed,
          "who has logged in is not counted")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
