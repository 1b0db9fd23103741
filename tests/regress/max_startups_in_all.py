#!/usr/bin/python3
"""Past max-startups in all there is still a place for a login."""
from harness import Server, check, run


def test(t):
    server = Server(t, max_startups=8, per_source_max_startups=100)
    device = server.device()
    for _ in range(12):
        server.connect()
    done = device.poll()
    check(done.code == 0, f"{done}")
    server.events.wait("session.close", count=4,
                       reason=lambda r: "too many connections" in r)


run(test)
