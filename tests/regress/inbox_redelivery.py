#!/usr/bin/python3
"""A delivered forward that is not opened in time is delivered again."""
import time

from harness import Server, check, eq, fresh_port, run


def test(t):
    server = Server(t, redeliver=3)
    device = server.device()
    port = fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    eq(device.answer(), [f"22:{port}"], "the first poll")
    start = time.monotonic()
    eq(device.answer(), ["0"], "the poll at once after it")
    while device.answer() == ["0"]:
        check(time.monotonic() - start < 8, "not delivered again")
        time.sleep(0.2)
    check(time.monotonic() - start > 2, "delivered again too early")


run(test)
