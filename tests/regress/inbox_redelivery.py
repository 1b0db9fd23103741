#!/usr/bin/python3
"""A delivered forward that is not opened in time is delivered again."""
import time

from harness import Server, check, eq, eventually, fresh_port, run

AFTER = 3               # s


def test(t):
    server = Server(t, redeliver=AFTER)
    device = server.device()
    port = fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    start = time.monotonic()
    eq(device.answer(), [f"22:{port}"], "the first poll")
    eventually(lambda: device.answer() == [f"22:{port}"],
               what="delivered again", every=0.2)
    check(time.monotonic() - start >= AFTER, "delivered again too early")


run(test)
