#!/usr/bin/python3
"""Who logs in and opens nothing is disconnected soon."""
import time

from harness import PATIENCE, Server, check, eq, run


def test(t):
    server = Server(t)
    device = server.device()
    start = time.monotonic()
    transport = device.login()
    transport.join(PATIENCE)
    took = time.monotonic() - start
    check(not transport.is_active() and 4.5 < took < 20, f"after {took:.1f} s")
    eq(server.events.wait("session.close")["reason"], "nothing open", "why")


run(test)
