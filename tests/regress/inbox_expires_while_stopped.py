#!/usr/bin/python3
"""A forward whose ttl ran out while no server was there is not delivered."""
import time

from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    began = time.monotonic()
    server.admin_ok("forward", "open", device.name, f"22:{port}", "--ttl",
                    "1s")
    server.stop()
    # The one thing to wait for is the time itself.
    time.sleep(max(0, began + 1.5 - time.monotonic()))
    server.start()
    eq(device.answer(), ["0"], "the first poll")
    server.wait_state(port, "expired")


run(test)
