#!/usr/bin/python3
"""Who logs in and opens nothing, or asks nothing, is disconnected soon."""
import os
import time

from harness import PATIENCE, Server, check, eq, run

LONG = "ETPH_LONG" in os.environ


def ends(server, transport, least, most, why):
    start, after = time.monotonic(), server.events.mark()
    transport.join(most + PATIENCE)
    took = time.monotonic() - start
    check(not transport.is_active() and least < took < most,
          f"after {took:.1f} s")
    eq(server.events.wait("session.close", after=after)["reason"], why, "why")


def test(t):
    server = Server(t)
    device = server.device()
    ends(server, device.login(), 4.5, 20, "no channel and no forward open")
    if LONG:
        transport = device.login()
        channel = transport.open_session()
        ends(server, transport, 29, 45, "no command requested on a channel")
        check(channel.closed, "its channel, too")


run(test)
