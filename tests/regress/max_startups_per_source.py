#!/usr/bin/python3
"""Past its number the oldest unauthenticated of a source goes, not a login."""
from harness import Server, check, run
from harness.packets import closed_within, read_version


def test(t):
    server = Server(t, per_source_max_startups=4)
    device = server.device()
    transport = device.login()
    channel = transport.open_session()      # with none it would end by itself
    socks = []
    for _ in range(6):
        socks.append(server.connect())
        read_version(socks[-1])
    check(closed_within(socks[0]), "the oldest goes")
    check(closed_within(socks[1]), "and the next")
    check(not closed_within(socks[5], 0.3), "the newest stays")
    server.events.wait("session.close", addr="127.0.0.1", count=2,
                       reason=lambda r: "too many connections of one" in r)
    device.poll().ok()
    check(transport.is_active() and not channel.closed,
          "who has logged in is not counted")


run(test)
