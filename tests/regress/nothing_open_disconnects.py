#!/usr/bin/python3
"""Who logs in and opens nothing is disconnected soon."""
import time

from harness import Server, check, eq, run


def test(t):
    server = Server(t)
    transport = server.device().login()
    start = time.monotonic()
    transport.join(12)
    took = time.monotonic() - start
    check(not transport.is_active() and 3 < took < 9, f"after {took:.1f} s")
    eq(server.events.wait("session.close")["reason"], "nothing open", "why")


run(test)
